"""Where a field's value stands, and the ids of its blocks."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from blocks import ids
from scaffolder.forms import Field, FieldKind
from scaffolder.forms.model import Path

_MAX_ID: Final = 200
_QUOTED: Final = str.maketrans({"~": "~0", "/": "~1", "#": "~2"})


def block_id(path: Path, part: str = "") -> str:
    """The block of a field: its path, or a digest of a path too long for Slack."""
    text = "/".join(str(p).translate(_QUOTED) for p in path)
    if len(text) > _MAX_ID:
        text = "~" + hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return f"f:{text}{f'#{part}' if part else ''}"


def choice_id(field: Field) -> str:
    """An input that tells us at once when it changes."""
    return f"{ids.FORM_CHOICE}:{block_id(field.path)}"


def search_id(field: Field) -> str:
    """An input whose options we are asked for."""
    return f"{ids.FORM_ENTITY}:{block_id(field.path)}"


def leaves(fields: Sequence[Field]) -> Iterator[Field]:
    """The fields that are asked for, those of groups included."""
    for field in fields:
        if field.kind is FieldKind.GROUP:
            yield from leaves(field.fields)
        elif field.kind is not FieldKind.HIDDEN:
            yield field


def rooted(field: Field, prefix: Path) -> Field:
    """A field of an item of a list, by its place among all values."""
    inner = field.fields if field.kind is FieldKind.OBJECTS else tuple(rooted(f, prefix) for f in field.fields)
    return replace(field, path=(*prefix, *field.path), fields=inner)


def value_at(values: Any, path: Path) -> Any:
    found: Any = values
    for step in path:
        if isinstance(found, Mapping):
            found = found.get(str(step))
        elif isinstance(found, list) and isinstance(step, int) and 0 <= step < len(found):
            found = found[step]
        else:
            return None
    return found


def put(values: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy with `value` at `path`; None takes it away, and a group that is empty then goes with it."""
    result: dict[str, Any] = _placed(values, path, value)
    return result


def _placed(holder: Any, path: Path, value: Any) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(holder) if isinstance(holder, list) else []
        inner = _placed(items[step] if step < len(items) else {}, rest, value) if rest else value
        items[step : step + 1] = [] if inner is None else [inner]
        return items
    result = dict(holder) if isinstance(holder, Mapping) else {}
    if rest:
        if value is None and step not in result:
            return result
        value = _placed(result.get(step, [] if isinstance(rest[0], int) else {}), rest, value)
        value = None if value == {} else value
    if value is None:
        result.pop(step, None)
    else:
        result[step] = value
    return result
