"""What JSON, SQLite and PostgreSQL can hold; found here, because a database refuses its whole transaction."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from catalog.validation.finding import Finding, Path

_DEEPEST: Final = 200
"""Levels of nesting; the JSON writer gives up at 254."""
_INTEGERS: Final = range(-(2**63), 2**64)


def unstorable(document: object) -> Iterator[Finding]:
    """A finding for each value that can't be kept; writing the document once tells that there is none."""
    try:
        if rb"\u0000" not in orjson.dumps(document):
            return
    except TypeError:
        pass
    for path, what in _walk(document, ()):
        yield Finding(f"{''.join(f'/{step}' for step in path) or '<root>'} {what}", path, error_name="TypeError")


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if len(path) > _DEEPEST:
        yield path[:3], f"must NOT be nested more than {_DEEPEST} levels deep"
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or _bad_text(key):
                yield path, "has a key that is not plain text"
            else:
                yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index))
    elif isinstance(value, str):
        if _bad_text(value):
            yield path, "must NOT contain NUL characters or halves of characters"
    elif isinstance(value, int) and value not in _INTEGERS:
        yield path, "must be a number of at most 64 bits"


def _bad_text(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)
