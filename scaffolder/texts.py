"""Texts as files and databases take them: expressions can produce what neither does."""

from collections.abc import Mapping
from typing import Any

import orjson


def encoded(text: str) -> bytes:
    """UTF-8 for a file, whatever JavaScript's string methods have left of the text."""
    return _whole(text).encode()


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def printable(text: str) -> str:
    """Without what no database holds: NUL, and halves of characters that JavaScript's string methods leave."""
    return _whole(text.replace("\0", "\ufffd"))


def storable(value: Any) -> Any:
    """A JSON value as any database holds it."""
    try:
        if b"\\u0000" not in orjson.dumps(value):
            return value
    except TypeError:
        pass
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable(str(k)): storable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [storable(v) for v in value]
    return float(value) if isinstance(value, int) else printable(str(value))
