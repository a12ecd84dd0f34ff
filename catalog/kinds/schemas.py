"""Small pieces that JSON Schemas of kinds are put together from."""

from collections.abc import Iterable
from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string", "minLength": 1}
TEXTS: Final[Schema] = {"type": "array", "items": TEXT}
OBJECT: Final[Schema] = {"type": "object"}
PROFILE: Final[Schema] = {
    "type": "object",
    "properties": {"displayName": TEXT, "email": TEXT, "picture": TEXT},
}


def with_spec(properties: Schema, *, required: Iterable[str] = (), rules: Iterable[Schema] = ()) -> Schema:
    """A document whose `spec` has these fields; unknown fields are always allowed."""
    spec: Schema = {"type": "object", "required": list(required), "properties": properties}
    conditions = list(rules)
    if conditions:
        spec["allOf"] = conditions
    return {"type": "object", "required": ["spec"], "properties": {"spec": spec}}


def when_type(value: str, then: Schema) -> Schema:
    """A rule for a `spec` of one type."""
    return {"if": {"required": ["type"], "properties": {"type": {"const": value}}}, "then": then}


def fields(properties: Schema, *, required: Iterable[str] = ()) -> Schema:
    return {"required": list(required), "properties": properties}
