"""A page of a template's form as modals, and what was entered in them back as values.

Block and action ids follow from a field's path, so that a re-rendered page keeps what was typed. Choices travel as
their index: enum values may be longer than Slack lets a value be, or not text at all.
"""

from blocks.forms.addresses import block_id, leaves, put, rooted, value_at
from blocks.forms.drawing import Unit, draw, parts_of, units
from blocks.forms.elements import entity_option, field_option, option_value, short_ref
from blocks.forms.reading import errors_by_block, is_shown, read, secrets_of

__all__ = (
    "Unit", "block_id", "draw", "entity_option", "errors_by_block", "field_option", "is_shown", "leaves",
    "option_value", "parts_of", "put", "read", "rooted", "secrets_of", "short_ref", "units", "value_at",
)  # fmt: skip
