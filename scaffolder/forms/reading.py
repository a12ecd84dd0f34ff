"""A template's `spec.parameters` to its form, and a person's text to a value."""

from collections.abc import Mapping
from typing import Any, Final

from scaffolder.forms.fields import fields_of, type_of
from scaffolder.forms.model import Field, FieldKind, FormModel, Page, Values
from scaffolder.forms.schema import clean

DEFAULT_TITLE: Final = "Please enter the following information"


def read_form(parameters: Any) -> FormModel:
    """One page for each schema of a list; a single schema is one page; nothing is no page."""
    notes: list[str] = []
    schemas = parameters if isinstance(parameters, list) else [] if parameters is None else [parameters]
    pages = []
    for index, schema in enumerate(schemas):
        where = f"parameters[{index}]" if isinstance(parameters, list) else "parameters"
        if isinstance(schema, Mapping):
            pages.append(_page(index, schema, clean(schema, notes, where)))
        else:
            notes.append(f"{where}: a page of the form must be an object")
    return FormModel(tuple(pages), tuple(notes))


def _page(index: int, raw: Mapping[str, Any], schema: Mapping[str, Any]) -> Page:
    when = raw.get("when")
    title, description = raw.get("title"), raw.get("description")
    return Page(
        index=index,
        title=title if isinstance(title, str) and title else DEFAULT_TITLE,
        description=description if isinstance(description, str) else "",
        schema={k: v for k, v in schema.items() if k not in {"title", "description", "when"}},
        when=when if isinstance(when, (Mapping, str, bool)) else None,
    )


def active_fields(page: Page, values: Values) -> list[Field]:
    """The fields of a page for all values collected so far, those of other pages included."""
    return list(fields_of(page.schema, values))


def item_fields(field: Field, item: Values) -> list[Field]:
    """The fields of one item of a list of objects, for what that item holds so far."""
    return list(fields_of(field.schema["items"], item)) if field.kind is FieldKind.OBJECTS else []


def coerce(field: Field, text: str) -> Any:
    """What a person typed as the field's type; text that is not of the type stays, and validation says so."""
    value = text.strip() if field.kind is not FieldKind.MULTILINE else text
    if field.kind in {FieldKind.NUMBER, FieldKind.INTEGER}:
        return _number(value, whole=field.kind is FieldKind.INTEGER)
    if field.kind is FieldKind.STRINGS:
        items = field.schema.get("items")
        kind = type_of(items) if isinstance(items, Mapping) else "string"
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return [_number(i, whole=kind == "integer") for i in lines] if kind in {"integer", "number"} else lines
    if field.kind is FieldKind.BOOLEAN and value.lower() in {"true", "yes", "false", "no"}:
        return value.lower() in {"true", "yes"}
    return value


def _number(text: str, *, whole: bool) -> Any:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    if number != number or abs(number) > 1e300:  # noqa: PLR0124 -- NaN
        return text
    if number.is_integer() and (whole or "." not in text):
        return int(number)
    return number
