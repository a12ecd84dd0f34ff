"""All answers as the review page shows them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from scaffolder.forms.conditions import is_active
from scaffolder.forms.defaults import with_defaults
from scaffolder.forms.fields import fields_of
from scaffolder.forms.model import Field, FieldKind, FormModel, Values

_SEPARATOR: Final = " / "


def review(form: FormModel, values: Values) -> list[tuple[str, str]]:
    """Title and text of everything that was answered; secrets are masked, hidden fields left out."""
    given = with_defaults(form, values)
    rows: list[tuple[str, str]] = []
    for page in form.pages:
        if is_active(page, given):
            rows.extend(_rows(fields_of(page.schema, given), given, ""))
    return rows


def _rows(fields: tuple[Field, ...], values: Values, prefix: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        value = values.get(field.name)
        if value in (None, "", [], {}) or not field.reviewed:
            continue
        title = f"{prefix}{field.title}"
        if field.masked is not None:
            yield title, field.masked
        elif field.kind is FieldKind.GROUP and isinstance(value, Mapping):
            yield from _rows(field.fields, value, f"{title}{_SEPARATOR}")
        elif field.kind is FieldKind.OBJECTS and isinstance(value, list):
            for number, item in enumerate(value, start=1):
                yield from _rows(
                    field.fields, item if isinstance(item, Mapping) else {}, f"{title} {number}{_SEPARATOR}"
                )
        else:
            yield title, show(field, value)


def show(field: Field, value: Any) -> str:
    """One answer as a text; options by their titles."""
    if isinstance(value, list):
        return ", ".join(show(field, v) for v in value)
    for choice in field.choices:
        if choice.value == value and isinstance(choice.value, bool) is isinstance(value, bool):
            return choice.title
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {show(field, v)}" for k, v in value.items())
    return str(value)
