"""Answers that a form refuses, in the shape that Backstage's clients read."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import Response

from api.replies import value_reply
from scaffolder.forms import FormModel, is_active, with_defaults
from scaffolder.forms.schema import errors
from scaffolder.service import InvalidValuesError


def refusal(form: FormModel, values: Mapping[str, Any], error: InvalidValuesError) -> Response:
    """Status 400 with an entry for each violation of the schema; else with what else is wrong, in plain words."""
    found = list(_violations(form, with_defaults(form, values))) or [
        _entry(list(e.path), e.message, "format", None, {}, None) for e in error.errors
    ]
    return value_reply({"errors": found}, status=400)


def _violations(form: FormModel, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for page in form.pages:
        if is_active(page, values):
            for error in errors(page.schema, dict(values)):
                kind, argument, message = _explained(error)
                yield _entry(list(error.instance_path), message, kind, argument, page.schema, error.instance)


def _explained(error: Any) -> tuple[str, Any, str]:
    """Name, argument and message as the library behind Backstage has them."""
    kind = error.kind
    if kind.name == "required":
        return "required", kind.property, f'requires property "{kind.property}"'
    if kind.name == "enum":
        options = list(kind.options)
        return "enum", options, f"is not one of enum values: {','.join(map(str, options))}"
    if kind.name == "type":
        types = list(kind.types)
        return "type", types, f"is not of a type(s) {','.join(types)}"
    value = kind.value
    if kind.name == "pattern":
        return "pattern", kind.pattern, f'does not match pattern "{kind.pattern}"'
    return kind.name, value, error.message


def _entry(
    path: list[str | int], message: str, name: str, argument: Any, schema: Mapping[str, Any], instance: Any
) -> dict[str, Any]:
    place = "instance" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
    return {
        "path": path, "property": place, "message": message, "schema": schema, "instance": instance, "name": name,
        "argument": argument, "stack": f"{place} {message}",
    }  # fmt: skip
