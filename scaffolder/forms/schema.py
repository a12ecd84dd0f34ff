"""JSON Schema as templates write it: cleaned of what is no schema, and checked without ever hanging.

Patterns run in a regex engine that is linear where it can be and gives up after a bounded number of steps where
look-arounds make it backtrack. References to other documents are dropped: checking a form fetches nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema_rs import Draft7Validator, FancyRegexOptions, ValidationError

TYPES: Final = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
MAX_DEPTH: Final = 40
MAX_MATCHED: Final = 10_000
"""Characters that a pattern is tried on."""
_REGEX: Final = FancyRegexOptions(backtrack_limit=50_000, size_limit=1_000_000)


def clean(schema: Any, notes: list[str], where: str = "", depth: int = 0) -> Any:
    """The schema with keywords of the wrong form left out, each told in `notes`. `ui:` keys stay."""
    if isinstance(schema, bool):
        return schema
    if not isinstance(schema, Mapping):
        notes.append(f"{where or 'the parameters'}: expected a schema (an object), found {_shown(schema)}")
        return {}
    if depth > MAX_DEPTH:
        notes.append(f"{where}: nested more than {MAX_DEPTH} levels deep")
        return {}
    result: dict[str, Any] = {}
    for key, value in schema.items():
        place = f"{where}.{key}" if where else str(key)
        check = _KEYWORDS.get(key)
        if key in {"$ref", "$schema", "$id"}:
            if key == "$ref":
                notes.append(f"{place}: references are not followed in forms")
        elif check is None or check(value):
            result[str(key)] = _descend(str(key), value, notes, place, depth + 1)
        elif value is not None:
            notes.append(f"{place}: {_shown(value)} can't stand here and is left out")
    return result


def _descend(key: str, value: Any, notes: list[str], place: str, depth: int) -> Any:
    if key in {"properties", "patternProperties"}:
        return {str(k): clean(v, notes, f"{place}.{k}", depth) for k, v in value.items()}
    if key == "dependencies":
        return {str(k): v if isinstance(v, list) else clean(v, notes, f"{place}.{k}", depth) for k, v in value.items()}
    if key in {"allOf", "anyOf", "oneOf"} or (key == "items" and isinstance(value, list)):
        return [clean(v, notes, f"{place}[{i}]", depth) for i, v in enumerate(value)]
    if key in {"items", "additionalProperties", "not", "if", "then", "else", "contains"}:
        return clean(value, notes, place, depth)
    return value


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _is_type(value: Any) -> bool:
    return value in TYPES if isinstance(value, str) else bool(_is_texts(value) and value and TYPES.issuperset(value))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_amount(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_schema(value: Any) -> bool:
    return isinstance(value, (Mapping, bool))


def _is_schemas(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _is_dependencies(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_texts(v) or _is_schema(v) for v in value.values())


@lru_cache(maxsize=1024)
def is_pattern(text: str) -> bool:
    try:
        Draft7Validator({"pattern": text}, pattern_options=_REGEX)
    except (ValidationError, ValueError):
        return False
    return True


_KEYWORDS: Final[dict[str, Callable[[Any], bool]]] = {
    "type": _is_type,
    "enum": lambda v: isinstance(v, list) and bool(v),
    "pattern": lambda v: isinstance(v, str) and is_pattern(v),
    "format": lambda v: isinstance(v, str),
    "required": _is_texts,
    "properties": lambda v: isinstance(v, Mapping),
    "patternProperties": lambda v: isinstance(v, Mapping) and all(is_pattern(str(k)) for k in v),
    "dependencies": _is_dependencies,
    "allOf": _is_schemas,
    "anyOf": _is_schemas,
    "oneOf": _is_schemas,
    "items": lambda v: _is_schema(v) or _is_schemas(v),
    "uniqueItems": lambda v: isinstance(v, bool),
    "multipleOf": lambda v: _is_amount(v) and v > 0,
    **dict.fromkeys(("additionalProperties", "not", "if", "then", "else", "contains"), _is_schema),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _is_count),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_amount),
}


def _shown(value: Any) -> str:
    return f"`{json.dumps(value, default=str)[:60]}`"


def errors(schema: Any, value: Any) -> Iterator[ValidationError]:
    """Every way in which a value misses a cleaned schema."""
    return _validator(json.dumps(schema, sort_keys=True, default=str)).iter_errors(value)


def matches(schema: Any, value: Any) -> bool:
    """Whether a value fits; of longer texts the beginning decides, because look-arounds can cost its square."""
    return _validator(json.dumps(schema, sort_keys=True, default=str)).is_valid(_clipped(value))


def _clipped(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_MATCHED]
    if isinstance(value, Mapping):
        return {k: _clipped(v) for k, v in value.items()}
    return [_clipped(v) for v in value] if isinstance(value, list) else value


@lru_cache(maxsize=512)
def _validator(text: str) -> Draft7Validator:
    return Draft7Validator(_bare(json.loads(text)), pattern_options=_REGEX, validate_formats=True)


def _bare(schema: Any) -> Any:
    """Only what checking needs: a title that is a number is no reason to refuse a template."""
    if isinstance(schema, list):
        return [_bare(s) for s in schema]
    if not isinstance(schema, Mapping):
        return schema if isinstance(schema, bool) else True
    return {k: _bare_value(k, v) for k, v in schema.items() if k in _KEYWORDS or k == "const"}


def _bare_value(key: str, value: Any) -> Any:
    if key in {"properties", "patternProperties"}:
        return {k: _bare(v) for k, v in value.items()}
    if key == "dependencies":
        return {k: _once(v) if _is_texts(v) else _bare(v) for k, v in value.items()}
    if _KEYWORDS.get(key) in {_is_schema, _is_schemas} or key == "items":
        return _bare(value)
    return _once(value) if key in {"required", "type"} and isinstance(value, list) else value


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))
