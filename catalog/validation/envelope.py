"""What every entity has around its `spec`."""

from typing import Any, Final

_TEXT: Final = {"type": "string", "minLength": 1}
_STRING_MAP: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_LINK: Final = {
    "type": "object",
    "required": ["url"],
    "properties": {"url": _TEXT, "title": _TEXT, "icon": _TEXT, "type": _TEXT},
}

ENVELOPE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["apiVersion", "kind", "metadata"],
    "properties": {
        "apiVersion": _TEXT,
        "kind": _TEXT,
        "metadata": {"type": "object", "required": ["name"], "properties": {"name": _TEXT, "namespace": _TEXT}},
    },
}
"""What it takes to know which entity a document is about; without it nothing else can be said."""

METADATA_FIELDS: Final[dict[str, Any]] = {
    "name": _TEXT,
    "namespace": _TEXT,
    "uid": _TEXT,
    "etag": _TEXT,
    "title": _TEXT,
    "description": {"type": "string"},
    "labels": _STRING_MAP,
    "annotations": _STRING_MAP,
    "tags": {"type": "array", "items": _TEXT},
    "links": {"type": "array", "items": _LINK},
}
OUTPUT_FIELDS: Final = ("relations", "status")
"""Root fields that exist only on entities that the catalog returns."""

ENTITY: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["apiVersion", "kind", "metadata"],
    "properties": {
        "apiVersion": _TEXT,
        "kind": _TEXT,
        "metadata": {"type": "object", "required": ["name"], "properties": METADATA_FIELDS},
        "spec": {"type": "object"},
        **{name: {} for name in OUTPUT_FIELDS},
    },
    "additionalProperties": False,
}
"""The whole envelope; `metadata` may hold further fields, the root may not."""
