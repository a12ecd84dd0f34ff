"""The OpenAPI side of endpoints that read their parameters themselves, to refuse them in Backstage's words."""

from collections.abc import Sequence
from typing import Any, Final

STRING: Final = {"type": "string"}
COUNT: Final = {"type": "integer", "minimum": 0}
ENTITY: Final = {
    "type": "object",
    "required": ["apiVersion", "kind", "metadata"],
    "properties": {
        "apiVersion": STRING,
        "kind": STRING,
        "metadata": {"type": "object"},
        "spec": {"type": "object"},
        "relations": {
            "type": "array",
            "items": {"type": "object", "properties": {"type": STRING, "targetRef": STRING}},
        },
    },
    "example": {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "petstore", "namespace": "default"},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
        "relations": [{"type": "ownedBy", "targetRef": "group:default/team-a"}],
    },
}
PART: Final = {key: value for key, value in ENTITY.items() if key != "required"}
"""An entity of which only some fields were asked for."""
_ERROR: Final = {
    "type": "object",
    "required": ["error", "request", "response"],
    "properties": {
        "error": {"type": "object", "properties": {"name": STRING, "message": STRING}},
        "request": {"type": "object", "properties": {"method": STRING, "url": STRING}},
        "response": {"type": "object", "properties": {"statusCode": {"type": "integer"}}},
    },
    "example": {
        "error": {"name": "InputError", "message": "Empty value found for query parameter 'filter'"},
        "request": {"method": "GET", "url": "/entities?filter="},
        "response": {"statusCode": 400},
    },
}
_REASONS: Final = {
    400: "The request can't be used as it is; the message names the parameter and what would be right.",
    401: "Credentials are missing or wrong.",
    403: "The token doesn't allow this.",
    404: "There is nothing of that name.",
    409: "It exists already.",
    503: "The database doesn't answer at the moment.",
}


def query(
    name: str, description: str, *, example: Any = None, schema: Any = None, many: bool = False, required: bool = False
) -> dict[str, Any]:
    """A query parameter; `many` may be repeated."""
    plain = schema or STRING
    found = {"name": name, "in": "query", "description": description, "required": required}
    found["schema"] = {"type": "array", "items": plain} if many else plain
    if many:
        found["explode"] = True
    if example is not None:
        found["example"] = [example] if many else example
    return found


def path(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name, "in": "path", "required": True, "description": description, "schema": STRING, "example": example,
    }  # fmt: skip


def described(parameters: Sequence[dict[str, Any]] = (), body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What FastAPI adds to the document for a route."""
    found: dict[str, Any] = {"parameters": list(parameters)} if parameters else {}
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return found


def answers(
    description: str,
    schema: Any = None,
    *,
    status: int = 200,
    errors: Sequence[int] = (),
    refused: dict[str, Any] | None = None,
) -> dict[int | str, Any]:
    """The responses of a route: the good one and the errors that are its own, besides 400, 401, 403 and 503.

    `refused`: what a 400 may look like besides.
    """
    good: dict[str, Any] = {"description": description}
    if schema is not None:
        good["content"] = {"application/json": {"schema": schema}}
    found: dict[int | str, Any] = {status: good}
    for code in sorted({400, 401, 403, 503, *errors}):
        found[code] = {"description": _REASONS[code], "content": {"application/json": {"schema": _ERROR}}}
    if refused is not None:
        found[400]["content"]["application/json"]["schema"] = {"anyOf": [refused, _ERROR]}
    return found


def properties(required: Sequence[str] = (), **fields: Any) -> dict[str, Any]:
    """The schema of an object."""
    found: dict[str, Any] = {"type": "object", "properties": fields}
    return {**found, "required": list(required)} if required else found


def array_of(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


FILTER: Final = query(
    "filter",
    "Comma-separated conditions, all of which must hold: `key=value`, or `key` for being there at all. The same key "
    "twice means either value; the parameter twice means either set of conditions. Case doesn't count.",
    example="kind=component,spec.type=service",
    many=True,
)
FIELDS: Final = query(
    "fields", "Only these fields, as dotted paths separated by commas.", example="metadata.name,spec.type", many=True
)
LIMIT: Final = query("limit", "At most so many.", example=20, schema=COUNT)
OFFSET: Final = query("offset", "Skip so many.", schema=COUNT)
NAMED: Final = (
    path("kind", "The kind, in any case.", "component"),
    path("namespace", "The namespace.", "default"),
    path("name", "The name, in any case.", "petstore"),
)
PREDICATE: Final = {
    "type": "object",
    "description": "Fields and their values; `$exists`, `$in`, `$contains`, `$hasPrefix`, `$all`, `$any`, `$not`.",
    "example": {"kind": "Component", "spec.type": {"$in": ["service", "website"]}},
}
