"""Step inputs and skeleton files, rendered as Backstage's scaffolder does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scaffolder.expressions import values
from scaffolder.expressions.budget import Budget
from scaffolder.expressions.engine import NO_EXTRAS, Extras, compile_text, execute
from scaffolder.expressions.errors import TemplateError
from scaffolder.expressions.lexer import Delimiters
from scaffolder.expressions.values import UNDEFINED

JSON = None | bool | int | float | str | list[Any] | dict[str, Any]
_STEP: Final = Delimiters()
_MARKS: Final = ("${{", "{%", "{#")


@dataclass(frozen=True, slots=True)
class TextOptions:
    """How the files of one fetch are rendered."""

    cookiecutter_compat: bool = False
    trim_blocks: bool = False
    lstrip_blocks: bool = False

    @property
    def delimiters(self) -> Delimiters:
        start = "{{" if self.cookiecutter_compat else "${{"
        return Delimiters(start, "}}", self.trim_blocks, self.lstrip_blocks)


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 -- the word the log and the dry run use; the built-in is never meant here
    """An expression that could not be evaluated, so that its text stayed as it was written."""

    path: str
    message: str
    source: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """`undefined` tells an absent value from a null one."""

    value: JSON
    warnings: tuple[Warning, ...] = ()
    undefined: bool = False


@dataclass(slots=True)
class _Walk:
    context: Mapping[str, Any]
    budget: Budget | None
    extras: Extras
    warnings: list[Warning] = field(default_factory=list)

    def render(self, value: Any, path: str) -> Any:
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, Mapping):
            pairs = {k: self.render(v, _join(path, k)) for k, v in value.items()}
            return {k: v for k, v in pairs.items() if v is not UNDEFINED}
        if isinstance(value, list):
            items = [self.render(v, f"{path}[{i}]") for i, v in enumerate(value)]
            return [None if v is UNDEFINED else v for v in items]
        return value

    def _text(self, text: str, path: str) -> Any:
        if not any(mark in text for mark in _MARKS):
            return text
        try:
            program = compile_text(text, _STEP, native=True)
            result = execute(program, self.context, budget=self.budget, extras=self.extras)
            return values.to_json(result) if program.native else result
        except TemplateError as error:
            self.warnings.append(Warning(path, error.user_text, text))
            return text


def render_value(
    value: JSON, context: Mapping[str, Any], *, budget: Budget | None = None, extras: Extras = NO_EXTRAS, path: str = ""
) -> Rendered:
    """A step's input, `if`, `each` or output with its expressions evaluated.

    A text that is one expression gives that expression's own type; undefined leaves its object; a text that can't
    be evaluated stays as it is and is told in `warnings`, because Backstage keeps it silently.
    """
    walk = _Walk(context, budget, extras)
    result = walk.render(value, path)
    if result is UNDEFINED:
        return Rendered(None, tuple(walk.warnings), undefined=True)
    return Rendered(result, tuple(walk.warnings))


def render_text(
    source: str,
    context: Mapping[str, Any],
    *,
    options: TextOptions = TextOptions(),
    budget: Budget | None = None,
    extras: Extras = NO_EXTRAS,
) -> str:
    """A skeleton file or path. Raises TemplateError, unlike `render_value`: a half-rendered file helps nobody."""
    delimiters = options.delimiters
    if not any(mark in source for mark in (delimiters.variable_start, "{%", "{#")):
        return source
    if options.cookiecutter_compat:
        extras = Extras({"jsonify": _jsonify} | dict(extras.filters), extras.globals)
    program = compile_text(source, delimiters, python_names=options.cookiecutter_compat)
    return str(execute(program, context, budget=budget, extras=extras))


def _jsonify(value: Any) -> str | None:
    return values.dumps(value)


def is_truthy_for_step(value: Any) -> bool:
    """Whether a rendered `if` lets its step run: an empty list stops it, the text "false" and `{}` do not."""
    if isinstance(value, list):
        return bool(value)
    return values.truthy(value)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


Filter = Callable[..., Any]
