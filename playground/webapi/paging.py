"""Cursors as Slack hands them out: opaque, and empty on the last page."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from playground.errors import Json, SlackError
from playground.webapi.args import Args

T = TypeVar("T")
MOST = 1000


def page(items: Sequence[T], args: Args) -> tuple[list[T], Json]:
    limit = args.number("limit", 100)
    if limit < 1:
        raise SlackError("invalid_limit")
    start = _decode(args.text("cursor"))
    end = start + min(limit, MOST)
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _decode(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
