"""What is wrong with a template before anybody runs it: named by page and field or step, with its place in the file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from callboard import entities
from callboard.errors import CallboardError, InputError, nearest
from scaffolder.actions.base import ActionRegistry
from scaffolder.actions.inputs import missing_inputs, unknown_inputs
from scaffolder.expressions import Extras, TemplateError, render_value
from scaffolder.expressions.engine import compile_text
from scaffolder.expressions.lexer import Delimiters
from scaffolder.forms import Field, Page, active_fields, read_form
from scaffolder.model import Step, Template, TemplateProblem
from scaffolder.templates import API_VERSION, AT_ONCE, runs_at_once

_STEP_USE: Final = re.compile(r"\bsteps(?:\.(\w+)|\[\s*['\"]([^'\"]+)['\"]\s*\])")
_EXPRESSION: Final = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
Path = tuple[str | int, ...]


def problems_of(template: Template, registry: ActionRegistry) -> list[TemplateProblem]:
    """Everything that would go wrong for sure (errors) or does in most cases (warnings)."""
    return [
        *_version(template),
        *_limit(template),
        *_form(template),
        *_steps(template, registry),
        *_output(template, registry),
    ]


def check_runnable(template: Template, registry: ActionRegistry) -> None:
    """Raises InputError when a step can't run at all, before anything has been created."""
    errors = [p for p in problems_of(template, registry) if p.severity == "error"]
    if errors:
        said = " ".join(f"{p.where}: {p.message}" for p in errors[:5])
        raise InputError(f"The template {template.ref} can't run. {said}", hint="Its owner has to repair it.")


def _version(template: Template) -> Iterator[TemplateProblem]:
    version = template.document.get("apiVersion")
    if version != API_VERSION:
        yield TemplateProblem(
            "apiVersion", f"Templates are `{API_VERSION}`; this one is `{version}`.", path=("apiVersion",)
        )


def _limit(template: Template) -> Iterator[TemplateProblem]:
    given = entities.annotations_of(template.document).get(AT_ONCE)
    if given is not None and runs_at_once(template.document) is None:
        said = f"“{given}” is no number of runs, like `1`."
        yield TemplateProblem(f"annotation {AT_ONCE}", said, "warning", ("metadata", "annotations", AT_ONCE))


def _form(template: Template) -> Iterator[TemplateProblem]:
    form = read_form(template.parameters)
    for note in form.notes:
        yield TemplateProblem("form", note, "warning", ("spec", "parameters"))
    for page in form.pages:
        for field in active_fields(page, {}):
            if field.note:
                where = f"page {page.index + 1} “{page.title}”, field `{'.'.join(map(str, field.path))}`"
                yield TemplateProblem(where, field.note, "warning", _place(template, page, field))


def _place(template: Template, page: Page, field: Field) -> Path:
    pages: Path = (
        ("spec", "parameters", page.index) if isinstance(template.parameters, list) else ("spec", "parameters")
    )
    return pages + tuple(part for name in field.path for part in ("properties", name))


def _steps(template: Template, registry: ActionRegistry) -> Iterator[TemplateProblem]:
    if not template.steps:
        yield TemplateProblem(
            "steps", "The template has no steps, so a run does nothing.", "warning", ("spec", "steps")
        )
    before: list[str] = []
    for number, step in enumerate(template.steps, start=1):
        where, path = f"step {number} `{step.id}`", ("spec", "steps", number - 1)
        if step.id in before:
            said = "Another step has this id; the last one's output wins."
            yield TemplateProblem(where, said, "warning", (*path, "id"))
        yield from _action(step, where, path, registry)
        yield from _expressions(step, where, path, before, registry.extras)
        before.append(step.id)


def _action(step: Step, where: str, path: Path, registry: ActionRegistry) -> Iterator[TemplateProblem]:
    if not step.action:
        yield TemplateProblem(where, "It has no `action`.", path=path)
        return
    if step.action not in registry:
        try:
            registry.get(step.action)
        except CallboardError as error:
            yield TemplateProblem(where, error.user_text, path=(*path, "action"))
        return
    action = registry.get(step.action)
    for name in missing_inputs(action, step.input):
        yield TemplateProblem(where, f'{step.action} needs the input "{name}".', path=(*path, "input"))
    for message in unknown_inputs(action, step.input):
        yield TemplateProblem(where, f"{message}.", "warning", (*path, "input"))


def _expressions(
    step: Step, where: str, path: Path, before: list[str], extras: Extras
) -> Iterator[TemplateProblem]:  # fmt: skip
    for below, text in _texts({"input": step.input, "if": step.condition, "each": step.each}, ()):
        yield from _one(f"{where}, {_dotted(below)}", (*path, *below), text, before, extras)


def _output(template: Template, registry: ActionRegistry) -> Iterator[TemplateProblem]:
    known = [s.id for s in template.steps]
    for below, text in _texts(template.output, ("output",)):
        yield from _one(_dotted(below), ("spec", *below), text, known, registry.extras)


def _one(where: str, path: Path, text: str, known: list[str], extras: Extras) -> Iterator[TemplateProblem]:
    try:
        compile_text(text, Delimiters(), native=True)
    except TemplateError as error:
        yield TemplateProblem(where, f"{error.user_text} The text stays as it is: {text}", "warning", path)
        return
    for warning in render_value(text, {}, extras=extras).warnings:  # filters are looked up when they are used
        if "Unknown template filter" in warning.message:
            yield TemplateProblem(where, f"{warning.message} The text stays as it is: {text}", "warning", path)
    for match in (m for e in _EXPRESSION.findall(text) for m in _STEP_USE.finditer(e)):
        name = match[1] or match[2]
        if name not in known:
            near = nearest(name, known, limit=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            yield TemplateProblem(where, f"No earlier step has the id `{name}`.{hint}", "warning", path)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def _dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
