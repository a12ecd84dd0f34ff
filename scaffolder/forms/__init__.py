"""The form that a template's parameters describe: which fields are asked now, and what is wrong with the answers.

Backstage's scaffolder leaves defaults, conditions and messages to its browser form; here they are a model that any
surface can draw.
"""

from scaffolder.forms.conditions import is_active
from scaffolder.forms.defaults import submitted, with_defaults
from scaffolder.forms.model import (
    Choice,
    EntityOptions,
    Field,
    FieldError,
    FieldKind,
    FormModel,
    Page,
    RepoOptions,
    Values,
)
from scaffolder.forms.patterns import in_words
from scaffolder.forms.reading import active_fields, coerce, item_fields, read_form
from scaffolder.forms.repository import format_repo_url
from scaffolder.forms.review import review, show
from scaffolder.forms.validation import validate_all, validate_page


def active_pages(form: FormModel, values: Values) -> list[Page]:
    """The pages that are asked, for all values collected so far."""
    return [page for page in form.pages if is_active(page, values)]


def apply_defaults(parameters: object, values: Values) -> dict[str, object]:
    """Values with the schema's defaults, as the server needs them before a run."""
    return with_defaults(read_form(parameters), values)


__all__ = (
    "Choice", "EntityOptions", "Field", "FieldError", "FieldKind", "FormModel", "Page", "RepoOptions", "Values",
    "active_fields", "active_pages", "apply_defaults", "coerce", "format_repo_url", "in_words", "is_active",
    "item_fields", "read_form", "review", "show", "submitted", "validate_all", "validate_page", "with_defaults",
)  # fmt: skip
