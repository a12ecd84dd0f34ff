"""Flattens a document into the keys and values that filters look up (Backstage's search rows)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

MAX_LENGTH: Final = 200
TOO_LONG: Final = "\x01"
"""Stands for a value past the limit: the key exists, no value equals it."""
_COLUMNS: Final = frozenset({"kind", "metadata.name", "metadata.namespace"})
_SKIPPED: Final = frozenset({"attachments", "relations", "status", "metadata.uid", "metadata.etag"})
Field = tuple[str, str, str | None]


def flatten(document: Mapping[str, Any]) -> set[Field]:
    """`(key, value, original)` of every leaf, key and value folded; `original` where folding changed the value.

    An array of plain values also yields `path.value = true`, so that `metadata.tags.java` works.
    """
    return set(_walk("", document))


def _walk(path: str, value: Any) -> Iterator[Field]:
    if path in _SKIPPED or path in _COLUMNS or len(path) > MAX_LENGTH:
        return
    if isinstance(value, Mapping):
        prefix = f"{path}." if path else ""
        for key, inner in value.items():
            yield from _walk(f"{prefix}{key}".lower(), inner)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(path, item)
            if isinstance(item, str) and len(path) + 1 + len(item) <= MAX_LENGTH:
                yield f"{path}.{item.lower()}", "true", None
    else:
        yield _leaf(path, value)


def _leaf(path: str, value: Any) -> Field:
    if value is None:
        return path, TOO_LONG, None
    text = value if isinstance(value, str) else _as_json(value)
    if len(text) > MAX_LENGTH:
        return path, TOO_LONG, None
    folded = text.lower()
    return path, folded, None if folded == text else text


def _as_json(value: bool | float) -> str:  # noqa: FBT001 - a JSON leaf
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
