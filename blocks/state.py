"""What a button or a view remembers: a version, and short stable words. Never rows, snapshots or database keys."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

VERSION: Final = 1


class OutdatedStateError(ValueError):
    """A button or view of another version of Callboard."""


def encode(**fields: Any) -> str:
    """A state as text; the caller keeps it under the limit of where it goes."""
    return orjson.dumps({"v": VERSION, **fields}).decode()


def decode(text: str) -> Mapping[str, Any]:
    """The fields of a state; raises OutdatedStateError for one that this version didn't write."""
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise OutdatedStateError(text[:80]) from None
    if not isinstance(fields, dict) or fields.pop("v", None) != VERSION:
        raise OutdatedStateError(text[:80])
    return fields
