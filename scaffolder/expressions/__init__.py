"""Template expressions: `${{ … }}` in steps and skeleton files.

Jinja2's sandbox does the work, with the grammar and the JavaScript meaning that Nunjucks gives Backstage templates.
"""

from scaffolder.expressions.budget import Budget
from scaffolder.expressions.engine import Extras
from scaffolder.expressions.errors import BudgetError, Place, TemplateError
from scaffolder.expressions.portal import missing_repo_parts, parse_repo_url, split_repo_url
from scaffolder.expressions.render import (
    JSON,
    Rendered,
    TextOptions,
    Warning,  # noqa: A004 -- see render
    is_truthy_for_step,
    render_text,
    render_value,
)

__all__ = (
    "JSON", "Budget", "BudgetError", "Extras", "Place", "Rendered", "TemplateError", "TextOptions", "Warning",
    "is_truthy_for_step", "missing_repo_parts", "parse_repo_url", "render_text", "render_value",
    "split_repo_url",
)  # fmt: skip
