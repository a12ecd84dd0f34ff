"""Slack's limits, checked before Slack does.

Knows nothing of how payloads are made, so that it judges any payload of any app.
"""

from blocks.limits.place import Problem
from blocks.limits.surfaces import check_message, check_view

__all__ = ["Problem", "check_message", "check_view"]
