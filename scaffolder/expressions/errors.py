"""What goes wrong in a template, with the place it went wrong at."""

from dataclasses import dataclass

from callboard.errors import InputError


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column of the template's text, both counted from 1."""

    line: int
    column: int


class TemplateError(InputError):
    """The template can't be rendered."""

    name = "TemplateRenderError"

    def __init__(self, problem: str, place: Place | None = None, *, hint: str | None = None) -> None:
        self.problem = problem
        self.place = place
        where = f"Template error at line {place.line}, column {place.column}: " if place else ""
        super().__init__(where + problem, hint=hint)

    @property
    def line(self) -> int | None:
        return self.place.line if self.place else None

    @property
    def column(self) -> int | None:
        return self.place.column if self.place else None

    def at(self, place: Place) -> "TemplateError":
        """The same error with a place, unless it has one already."""
        return self if self.place else type(self)(self.problem, place, hint=self.hint)


class BudgetError(TemplateError):
    """The template does more work than a template may."""
