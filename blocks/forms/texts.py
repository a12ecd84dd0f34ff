"""Values as the text of an input, and that text back as values."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import orjson

from scaffolder.forms import Field, FieldKind, coerce

MAX_INPUT: Final = 3_000
_NUMBERS: Final = frozenset({FieldKind.NUMBER, FieldKind.INTEGER})


def as_text(field: Field, value: Any) -> str:
    """What the input shows; lists one item a line where that reads back the same, everything else as JSON."""
    if value in (None, "") and not isinstance(value, bool):
        return ""
    if field.kind in _NUMBERS:
        return number_text(value)
    if isinstance(value, str):
        return value
    if field.kind is FieldKind.STRINGS and isinstance(value, list) and is_by_line(field):
        lines = "\n".join(str(v) for v in value)
        if value and typed(field, lines) == value:
            return lines
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def number_text(value: Any) -> str:
    """Digits as Slack's number input takes them, without an exponent; empty for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    text = f"{Decimal(repr(value)):f}"
    return text if len(text) <= 255 and text.lower().strip("-") not in {"nan", "infinity"} else ""


def is_by_line(field: Field) -> bool:
    """Whether a list's items are short texts or numbers, which people write one below the other."""
    items = field.schema.get("items")
    kind = items.get("type", "string") if isinstance(items, Mapping) else "string"
    return kind in {"string", "number", "integer"}


def is_json(field: Field) -> bool:
    """Whether the input holds an object or a list of them."""
    if field.kind is FieldKind.STRINGS:
        return not is_by_line(field)
    return field.kind is FieldKind.OBJECTS or field.schema.get("type") == "object"


def typed(field: Field, text: str) -> Any:
    """What was typed as the type the schema wants; what can't be read stays text for validation to explain."""
    if text.strip() == "":
        return None
    if is_json(field) or (field.kind is FieldKind.STRINGS and text.lstrip().startswith("[")):
        parsed = _parsed(text)
        if isinstance(parsed, list if field.kind in {FieldKind.STRINGS, FieldKind.OBJECTS} else dict):
            return parsed
        if is_json(field):
            return text
    value = coerce(field, text)
    return None if value in ("", []) and not isinstance(value, bool) else value


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
