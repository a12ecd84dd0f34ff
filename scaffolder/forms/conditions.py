"""Which part of a schema holds for the values given so far.

`dependencies`, `allOf` with `if`/`then`/`else`, `oneOf` and `anyOf` are folded into plain `properties` and `required`,
so that drawing and checking a form never meet a condition.
"""

from collections.abc import Mapping
from typing import Any, Final

from scaffolder.expressions import is_truthy_for_step, render_value
from scaffolder.forms.model import Page, Values
from scaffolder.forms.schema import clean, matches

_FOLDED: Final = frozenset({"dependencies", "allOf", "anyOf", "oneOf", "if", "then", "else"})
_MAX_ROUNDS: Final = 20

Schema = Mapping[str, Any]


def resolve(schema: Schema, values: Values) -> dict[str, Any]:
    """The schema without conditions. A condition that brings in another one is followed in turn."""
    result = {k: v for k, v in schema.items() if k not in _FOLDED}
    result["properties"] = dict(schema.get("properties", {}))
    waiting, rounds = [schema], 0
    while waiting and rounds < _MAX_ROUNDS:
        rounds += 1
        found: list[Schema] = []
        for part in waiting:
            found.extend(_parts(part, values))
        for part in found:
            _merge(result, part)
        waiting = found
    return result


def is_given(values: Values, name: str) -> bool:
    return values.get(name) not in (None, "")


def _parts(schema: Schema, values: Values) -> list[Schema]:
    """The subschemas that a schema's own conditions choose."""
    found: list[Schema] = []
    for name, dependency in schema.get("dependencies", {}).items():
        if is_given(values, name):
            found.append(
                {"required": dependency} if isinstance(dependency, list) else _dependent(dependency, name, values)
            )
    if "if" in schema:
        found.append(schema.get("then" if matches(schema["if"], dict(values)) else "else", {}))
    found.extend(schema.get("allOf", ()))
    for keyword in ("oneOf", "anyOf"):
        options = schema.get(keyword, ())
        if options and _is_of_objects(options):
            found.append(next((o for o in options if matches(o, dict(values))), options[0]))
    return [f for f in found if isinstance(f, Mapping)]


def _is_of_objects(options: Any) -> bool:
    return any(isinstance(o, Mapping) and ("properties" in o or "required" in o) for o in options)


def _dependent(dependency: Any, name: str, values: Values) -> Schema:
    """Of a dependency's `oneOf`, the option whose own schema for the field fits; the field itself is not redefined."""
    if not isinstance(dependency, Mapping):
        return {}
    rest = {k: v for k, v in dependency.items() if k != "oneOf"}
    for option in dependency.get("oneOf", ()):
        if not isinstance(option, Mapping):
            continue
        properties = option.get("properties", {})
        if matches({"properties": {name: properties.get(name, True)}}, {name: values.get(name)}):
            kept = {k: v for k, v in properties.items() if k != name}
            return {"allOf": [rest, {**option, "properties": kept}]}
    return rest


def _merge(target: dict[str, Any], part: Schema) -> None:
    for key, value in part.items():
        if key == "properties":
            for name, schema in value.items():
                target["properties"][name] = _overlaid(target["properties"].get(name), schema)
        elif key == "required":
            target["required"] = [
                *target.get("required", ()),
                *(n for n in value if n not in target.get("required", ())),
            ]
        elif key == "ui:order" and isinstance(value, list) and isinstance(target.get(key), list):
            target[key] = [*target[key], *(n for n in value if n not in target[key])]
        elif key not in _FOLDED:
            target.setdefault(key, value)


def _overlaid(known: Any, schema: Any) -> Any:
    if not isinstance(known, Mapping) or not isinstance(schema, Mapping):
        return known if schema is True and known is not None else schema
    return {**known, **schema}


def declared_names(schema: Schema, depth: int = 0) -> frozenset[str]:
    """Every name that some branch of the schema asks for."""
    names = set(schema.get("properties", {}))
    parts = [schema.get(k) for k in ("then", "else")] + [
        p for k in ("allOf", "oneOf", "anyOf") for p in schema.get(k, ())
    ]
    for part in [*parts, *schema.get("dependencies", {}).values()]:
        if isinstance(part, Mapping) and depth < _MAX_ROUNDS:
            names |= declared_names(part, depth + 1)
    return frozenset(names)


def without_inactive(schema: Schema, values: Values) -> dict[str, Any]:
    """Values without those of fields that a changed answer took away; other pages' values stay."""
    declared, result = declared_names(schema), dict(values)
    for _ in range(_MAX_ROUNDS):
        asked = resolve(schema, result)["properties"]
        kept = {k: v for k, v in result.items() if k in asked or k not in declared}
        if len(kept) == len(result):
            break
        result = kept
    return result


def is_active(page: Page, values: Values) -> bool:
    """A page with `when` is asked only while it holds: a schema over all values, an expression, or yes and no."""
    when = page.when
    if when is None:
        return True
    if isinstance(when, Mapping):
        return matches(clean(when, []), dict(values))
    rendered = render_value(when, {"parameters": dict(values)})
    return is_truthy_for_step(rendered.value)
