"""Template entities taken apart, and what is wrong with them before anybody runs them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from callboard import entities
from callboard.errors import CallboardError, FormatError, InputError, nearest
from callboard.refs import LocationRef, parse_entity_ref, parse_location_ref
from scaffolder.actions.base import ActionRegistry
from scaffolder.actions.inputs import missing_inputs, unknown_inputs
from scaffolder.expressions import Extras, TemplateError, render_value
from scaffolder.expressions.engine import compile_text
from scaffolder.expressions.lexer import Delimiters
from scaffolder.forms import active_fields, read_form
from scaffolder.model import NO_EACH, Step, Template, TemplateProblem

RUN_BY: Final = "callboard.dev/run-by"
AT_ONCE: Final = "callboard.dev/concurrent-runs"
API_VERSION: Final = "scaffolder.backstage.io/v1beta3"
_STEP_USE: Final = re.compile(r"\bsteps(?:\.(\w+)|\[\s*['\"]([^'\"]+)['\"]\s*\])")
_EXPRESSION: Final = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)


def read_template(ref: str, document: Mapping[str, Any], location: LocationRef | None) -> Template:
    """Never raises for what an author wrote: `problems` tells what is wrong."""
    spec = entities.spec_of(document)
    metadata = document["metadata"]
    secrets = spec.get("secrets")
    return Template(
        ref=ref,
        title=entities.title_of(document),
        document=document,
        steps=steps_of(spec),
        parameters=spec.get("parameters"),
        output=_mapping(spec.get("output")),
        description=str(metadata.get("description") or ""),
        owner=_full_ref(spec.get("owner")),
        type=str(spec["type"]) if isinstance(spec.get("type"), str) else None,
        tags=tuple(str(t) for t in _list(metadata.get("tags"))),
        base=base_of(document, location),
        secrets_schema=_mapping(secrets.get("schema")) or None if isinstance(secrets, Mapping) else None,
        presentation=_mapping(spec.get("presentation")),
        run_by=tuple(_run_by(document)),
    )


def steps_of(spec: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps in order; ids and names that an author left out are filled in."""
    return tuple(_step(raw, n) for n, raw in enumerate(_list(spec.get("steps")), start=1))


def _step(raw: Any, number: int) -> Step:
    raw = _mapping(raw)
    action = str(raw.get("action") or "")
    return Step(
        id=str(raw.get("id") or f"step-{number}"),
        name=str(raw.get("name") or action or f"step {number}"),
        action=action,
        input=raw.get("input"),
        condition=raw.get("if", True),
        each=raw.get("each", NO_EACH),
    )


def base_of(document: Mapping[str, Any], location: LocationRef | None) -> LocationRef | None:
    """Where relative addresses count from.

    A template may name a URL as its source. It may not name a local folder: the only one it reaches is its own.
    """
    annotations = entities.annotations_of(document)
    for key in (entities.SOURCE_LOCATION, entities.MANAGED_BY):
        try:
            named = parse_location_ref(annotations.get(key, ""))
        except FormatError:
            continue
        if named.type == "url":
            return named
    return location


def runs_at_once(document: Mapping[str, Any]) -> int | None:
    """How many runs of the template may be at work at once; None for any number."""
    text = str(entities.annotations_of(document).get(AT_ONCE, "")).strip()
    return int(text) if text.isdecimal() and int(text) > 0 else None


def _run_by(document: Mapping[str, Any]) -> Iterator[str]:
    text = entities.annotations_of(document).get(RUN_BY, "")
    for part in str(text).split(","):
        ref = _full_ref(part.strip())
        if ref:
            yield ref


def _full_ref(text: Any) -> str | None:
    try:
        return str(parse_entity_ref(text, default_kind="Group")) if isinstance(text, str) and text else None
    except CallboardError:
        return None


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
        yield TemplateProblem("apiVersion", f"Templates are `{API_VERSION}`; this one is `{version}`.")


def _limit(template: Template) -> Iterator[TemplateProblem]:
    given = entities.annotations_of(template.document).get(AT_ONCE)
    if given is not None and runs_at_once(template.document) is None:
        yield TemplateProblem(f"annotation {AT_ONCE}", f"“{given}” is no number of runs, like `1`.", "warning")


def _form(template: Template) -> Iterator[TemplateProblem]:
    form = read_form(template.parameters)
    for note in form.notes:
        yield TemplateProblem("form", note, "warning")
    for page in form.pages:
        for field in active_fields(page, {}):
            if field.note:
                where = f"page {page.index + 1} “{page.title}”, field `{'.'.join(map(str, field.path))}`"
                yield TemplateProblem(where, field.note, "warning")


def _steps(template: Template, registry: ActionRegistry) -> Iterator[TemplateProblem]:
    if not template.steps:
        yield TemplateProblem("steps", "The template has no steps, so a run does nothing.", "warning")
    before: list[str] = []
    for number, step in enumerate(template.steps, start=1):
        where = f"step {number} `{step.id}`"
        if step.id in before:
            yield TemplateProblem(where, "Another step has this id; the last one's output wins.", "warning")
        yield from _action(step, where, registry)
        yield from _expressions(step, where, before, registry.extras)
        before.append(step.id)


def _action(step: Step, where: str, registry: ActionRegistry) -> Iterator[TemplateProblem]:
    if not step.action:
        yield TemplateProblem(where, "It has no `action`.")
        return
    if step.action not in registry:
        try:
            registry.get(step.action)
        except CallboardError as error:
            yield TemplateProblem(where, error.user_text)
        return
    action = registry.get(step.action)
    for name in missing_inputs(action, step.input):
        yield TemplateProblem(where, f'{step.action} needs the input "{name}".')
    for message in unknown_inputs(action, step.input):
        yield TemplateProblem(where, f"{message}.", "warning")


def _expressions(step: Step, where: str, before: list[str], extras: Extras) -> Iterator[TemplateProblem]:
    for path, text in _texts({"input": step.input, "if": step.condition, "each": step.each}, ""):
        yield from _one(f"{where}, {path}", text, before, extras)


def _output(template: Template, registry: ActionRegistry) -> Iterator[TemplateProblem]:
    known = [s.id for s in template.steps]
    for path, text in _texts(template.output, "output"):
        yield from _one(path, text, known, registry.extras)


def _one(where: str, text: str, known: list[str], extras: Extras) -> Iterator[TemplateProblem]:
    try:
        compile_text(text, Delimiters(), native=True)
    except TemplateError as error:
        yield TemplateProblem(where, f"{error.user_text} The text stays as it is: {text}", "warning")
        return
    for warning in render_value(text, {}, extras=extras).warnings:  # filters are looked up when they are used
        if "Unknown template filter" in warning.message:
            yield TemplateProblem(where, f"{warning.message} The text stays as it is: {text}", "warning")
    for match in (m for e in _EXPRESSION.findall(text) for m in _STEP_USE.finditer(e)):
        name = match[1] or match[2]
        if name not in known:
            near = nearest(name, known, limit=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            yield TemplateProblem(where, f"No earlier step has the id `{name}`.{hint}", "warning")


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
