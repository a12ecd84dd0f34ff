"""Jinja2 as it is used here: its compiler, runtime and sandbox, under our grammar and operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any, Final

from jinja2 import nodes
from jinja2.environment import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scaffolder.expressions import values
from scaffolder.expressions.budget import DEFAULT_BUDGET, Budget, Meter
from scaffolder.expressions.errors import BudgetError, TemplateError
from scaffolder.expressions.filters import FILTERS
from scaffolder.expressions.grammar import operation
from scaffolder.expressions.lexer import Delimiters, Source
from scaffolder.expressions.operations import JINJA_FILTERS
from scaffolder.expressions.portal import GLOBALS, PORTAL_FILTERS
from scaffolder.expressions.run import RUN, Run
from scaffolder.expressions.statements import Statements
from scaffolder.expressions.values import UNDEFINED, Function

MAX_SOURCE: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Extras:
    """What plugins and the caller add: filters take the value first, globals are values or functions."""

    filters: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    globals: Mapping[str, Any] = field(default_factory=dict)


NO_EXTRAS: Final = Extras()


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(optimized=False, autoescape=False, cache_size=0)
    environment.filters = dict(JINJA_FILTERS)
    environment.tests = {}
    environment.globals = {}
    return environment


_ENVIRONMENT: Final = _environment()


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled text. `native` ones are a single expression and give its value."""

    template: Template
    source: Source
    native: bool
    python_names: bool


@lru_cache(maxsize=1024)
def compile_text(text: str, delimiters: Delimiters, *, native: bool = False, python_names: bool = False) -> Program:
    """Raises TemplateError with its place; `native` asks for a value where the text is a single expression."""
    if len(text) > MAX_SOURCE:
        raise TemplateError(f"a template file may have {MAX_SOURCE:,} characters, this one has {len(text):,}")
    try:
        tree, is_native = _parse(text, delimiters, native=native, python_names=python_names)
        code = _ENVIRONMENT.compile(tree)
    except (RecursionError, MemoryError, SyntaxError):
        # MemoryError and SyntaxError are how Python's compiler says the same
        raise TemplateError("the template is nested too deeply", hint="Split the expression with `set`.") from None
    assert isinstance(code, CodeType)
    return Program(Template.from_code(_ENVIRONMENT, code, {}), Source(text), is_native, python_names)


def _parse(text: str, delimiters: Delimiters, *, native: bool, python_names: bool) -> tuple[nodes.Template, bool]:
    if native:
        value = Statements(text, delimiters, python_names=python_names).sole_expression()
        if value is not None:
            keep = nodes.ExprStmt(operation("keep", value), lineno=1)
            return _finished(nodes.Template([keep], lineno=1)), True
    return _finished(Statements(text, delimiters, python_names=python_names).template()), False


def _finished(tree: nodes.Template) -> nodes.Template:
    tree.set_lineno(1)
    tree.set_environment(_ENVIRONMENT)
    return tree


def execute(program: Program, context: Mapping[str, Any], *, budget: Budget | None, extras: Extras) -> Any:
    """The text that a program renders, or the value of a native one. Raises TemplateError."""
    meter = Meter(budget or DEFAULT_BUDGET)
    run = Run(context, meter=meter, source=program.source, filters={}, variables={})
    run.python_members = program.python_names
    run.filters = {**FILTERS, **PORTAL_FILTERS} | {n: _plugin_filter(f) for n, f in extras.filters.items()}
    run.variables = {n: Function(n, make(run)) for n, make in GLOBALS.items()} | {
        n: _global(v) for n, v in extras.globals.items()
    }
    try:
        parts = list(program.template.root_render_func(program.template.new_context({RUN: run}, shared=True)))
    except RecursionError:
        raise BudgetError("the template nests its values or macros too deeply") from None
    return run.result if program.native else "".join(parts)


def _plugin_filter(call: Callable[..., Any]) -> Callable[..., Any]:
    """Plugins see plain JSON values: undefined becomes None on the way in, and results are copied."""

    def called(_run: Run, *args: Any, **keywords: Any) -> Any:
        return values.from_context(call(*map(_plain, args), **{k: _plain(v) for k, v in keywords.items()}))

    return called


def _plain(value: Any) -> Any:
    found = values.to_json(value)
    return None if found is UNDEFINED else found


def _global(value: Any) -> Any:
    if callable(value) and not isinstance(value, Function):
        return Function(
            getattr(value, "__name__", "function"), lambda *args: values.from_context(value(*map(_plain, args)))
        )
    return values.from_context(value)
