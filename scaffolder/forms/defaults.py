"""Defaults of the schema, filled in where a person left nothing."""

from collections.abc import Mapping
from typing import Any, Final

from scaffolder.forms.conditions import declared_names, is_active, resolve, without_inactive
from scaffolder.forms.model import FormModel, Page, Values

_MAX_ROUNDS: Final = 10


def with_defaults(form: FormModel, values: Values) -> dict[str, Any]:
    """All values with the defaults of every page that is asked.

    A default can make another field appear that has a default too, so this goes on until nothing changes.
    """
    result = prune(values)
    for _ in range(_MAX_ROUNDS):
        before = result
        for page in form.pages:
            if is_active(page, result):
                result = page_defaults(page, result)
        if result == before:
            break
    return result


def submitted(form: FormModel, values: Values) -> dict[str, Any]:
    """What a run gets: answers and defaults of the fields that are asked, and values that no page knows."""
    result = with_defaults(form, values)
    asked = [page for page in form.pages if is_active(page, result)]
    known = frozenset[str]().union(*(declared_names(page.schema) for page in form.pages))
    kept = {k: v for k, v in result.items() if k not in known}
    for page in asked:
        names = declared_names(page.schema)
        kept |= {k: v for k, v in without_inactive(page.schema, result).items() if k in names}
    return kept


def page_defaults(page: Page, values: Values) -> dict[str, Any]:
    result = dict(values)
    for _ in range(_MAX_ROUNDS):
        filled = _filled(page.schema, result, 0)
        if filled == result:
            break
        result = filled
    return result


def prune(values: Values) -> dict[str, Any]:
    """Without what forms send for "nothing entered"."""
    return {k: prune(v) if isinstance(v, Mapping) else v for k, v in values.items() if v is not None and v != ""}


def _filled(schema: Mapping[str, Any], values: Values, depth: int) -> dict[str, Any]:
    result = dict(values)
    if depth > 20:
        return result
    for name, field in resolve(schema, values)["properties"].items():
        if not isinstance(field, Mapping):
            continue
        if name not in result and "default" in field and field["default"] is not None:
            result[name] = field["default"]
        elif name not in result and "const" in field:
            result[name] = field["const"]
        inside = result.get(name, {})
        if field.get("properties") and isinstance(inside, Mapping):
            nested = _filled(field, inside, depth + 1)
            if nested:
                result[name] = nested
    return result
