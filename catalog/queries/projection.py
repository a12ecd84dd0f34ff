"""Leaves of a document that somebody asked for: `fields=metadata.name,spec.type`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from callboard.errors import InputError

_INDEX: Final = re.compile(r"\[\d*\]")
_ABSENT: Final = object()


def parse_fields(texts: Iterable[str]) -> tuple[str, ...]:
    """Field paths from comma lists, in order. Raises InputError for a path into an array."""
    fields = tuple(dict.fromkeys(f for text in texts for part in text.split(",") if (f := part.strip())))
    for field in fields:
        if _INDEX.search(field):
            raise InputError(f'Invalid field "{field}", array type fields are not supported')
    return fields


def needs_relations(fields: Sequence[str]) -> bool:
    """Whether answering takes more than the stored document; no fields are all fields."""
    return not fields or any(f.partition(".")[0] in {"relations", "status"} for f in fields)


def project(document: bytes | str, fields: Sequence[str]) -> bytes:
    """The JSON of only these fields, in their order; what isn't there is left out."""
    if not fields:
        return document.encode() if isinstance(document, str) else document
    whole = orjson.loads(document)
    chosen: dict[str, Any] = {}
    for field in fields:
        path, value = _find(whole, field)
        if value is not _ABSENT:
            _put(chosen, path, value)
    return orjson.dumps(chosen)


def _find(document: Mapping[str, Any], field: str) -> tuple[list[str], Any]:
    """Walk down a dotted path whose keys may hold dots themselves: the shortest key that is there is taken."""
    path: list[str] = []
    here: Any = document
    key: str | None = None
    for part in field.split("."):
        key = part if key is None else f"{key}.{part}"
        if isinstance(here, Mapping) and key in here:
            path.append(key)
            here, key = here[key], None
    return path, here if key is None else _ABSENT


def _put(target: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for key in path[:-1]:
        inner = target.setdefault(key, {})
        if not isinstance(inner, dict):
            return  # the whole of it was asked for before
        target = inner
    target[path[-1]] = value
