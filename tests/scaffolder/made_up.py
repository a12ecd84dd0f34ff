"""Made-up answers for any form, changed until the form is content with them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from scaffolder.forms import Field, FieldKind, FormModel, active_fields, active_pages, validate_all, with_defaults
from tests.handlers.filling import WORDS, matching

_ROUNDS: Final = 200
_BY_KIND: Final[Mapping[FieldKind, Any]] = {
    FieldKind.NUMBER: 1,
    FieldKind.INTEGER: 1,
    FieldKind.BOOLEAN: True,
    FieldKind.DATE: "2026-01-31",
    FieldKind.STRINGS: ["my-thing-1"],
    FieldKind.TAGS: ["my-tag"],
    FieldKind.ENTITY: "component:default/petstore",
    FieldKind.ENTITIES: ["component:default/petstore"],
    FieldKind.SECRET: "***",
}


def answers(form: FormModel) -> dict[str, Any]:
    """An answer to every question, so that no step misses its input."""
    values = with_defaults(form, {})
    tried: dict[str, int] = {}
    for _ in range(_ROUNDS):
        asked = {f.path: f for page in active_pages(form, values) for f in _leaves(active_fields(page, values))}
        empty = [f for f in asked.values() if _at(values, f.path) in (None, "", [])]
        for field in empty:
            values = _with(values, field.path, _first(field))
        wrong = [] if empty else validate_all(form, values)
        if not empty and not wrong:
            return values
        for error in wrong:
            field = next(asked[error.path[:n]] for n in range(len(error.path), -1, -1) if error.path[:n] in asked)
            tried[str(field.path)] = number = tried.get(str(field.path), -1) + 1
            rest, known = error.path[len(field.path) :], _at(values, field.path)
            if field.kind is FieldKind.OBJECTS and len(rest) > 1:
                known[int(rest[0])][str(rest[1])] = WORDS[number]
            else:
                values = _with(values, field.path, _other(field, number))
    raise AssertionError(f"never content: {validate_all(form, values)}")


def _leaves(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        if field.kind is FieldKind.GROUP:
            yield from _leaves(field.fields)
        elif field.kind is not FieldKind.HIDDEN or field.required:
            yield field


def _first(field: Field) -> Any:
    if field.choices:
        first = field.choices[0].value
        return [first] if field.kind in {FieldKind.CHECKBOXES, FieldKind.MULTI_SELECT} else first
    if field.kind is FieldKind.REPO_URL:
        return _repository(field)
    if field.kind is FieldKind.MULTILINE and field.schema.get("type") == "object":
        return {"token": "x"}
    if field.kind is FieldKind.OBJECTS:
        return [{f.name: _first(f) for f in _leaves(field.fields)}]
    return _BY_KIND.get(field.kind, WORDS[0])


def _repository(field: Field) -> str:
    repo = field.repo
    host = repo.hosts[0] if repo and repo.hosts else "github.com"
    owner = repo.owners[0] if repo and repo.owners else "acme"
    name = repo.repos[0] if repo and repo.repos else "my-thing-1"
    project = repo.projects[0] if repo and repo.projects else "project"
    organization = repo.organizations[0] if repo and repo.organizations else "acme"
    return f"{host}?owner={owner}&repo={name}&project={project}&organization={organization}&workspace=acme"


def _other(field: Field, number: int) -> Any:
    words: list[Any] = list(WORDS)
    pattern = field.schema.get("pattern")
    if isinstance(pattern, str):
        words.insert(0, matching(pattern))
    if field.kind in {FieldKind.NUMBER, FieldKind.INTEGER}:
        words = [field.schema.get("minimum", 1), field.schema.get("maximum", 100), 10, 100, 1_000, 8_080]
    assert number < len(words), f"nothing fits {field.path}: {field.schema}"
    return words[number]


def _at(values: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def _with(values: Mapping[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    name, rest = str(path[0]), path[1:]
    inside = values.get(name)
    return {**values, name: _with(inside if isinstance(inside, Mapping) else {}, rest, value) if rest else value}
