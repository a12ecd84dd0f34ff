"""A run's output: rendered from `spec.output`, then read as links and notes."""

from collections.abc import Mapping
from typing import Any

from scaffolder.expressions import Extras, is_truthy_for_step, render_value
from scaffolder.model import Link, Note, RunOutput


def rendered_output(
    spec: Mapping[str, Any], variables: Mapping[str, Any], extras: Extras
) -> tuple[dict[str, Any], list[str]]:
    """The output and what couldn't be evaluated in it; links and texts whose `if` is false are left out."""
    output: dict[str, Any] = {}
    warnings: list[str] = []
    for key, value in spec.items():
        if key in {"links", "text"} and isinstance(value, list):
            shown = [v for v in value if _wanted(v, variables, extras)]
        else:
            shown = value
        rendered = render_value(shown, variables, extras=extras, path=f"output.{key}")
        warnings += [f"{w.path}: {w.message}" for w in rendered.warnings]
        if not rendered.undefined:
            output[key] = _without_conditions(key, rendered.value)
    return output, warnings


def _wanted(item: Any, variables: Mapping[str, Any], extras: Extras) -> bool:
    if not isinstance(item, Mapping) or "if" not in item:
        return True
    rendered = render_value(item["if"], variables, extras=extras)
    return rendered.undefined or is_truthy_for_step(rendered.value)


def _without_conditions(key: str, value: Any) -> Any:
    if key not in {"links", "text"} or not isinstance(value, list):
        return value
    return [{k: v for k, v in i.items() if k != "if"} if isinstance(i, Mapping) else i for i in value]


def read_output(values: Mapping[str, Any] | None) -> RunOutput:
    """Links and notes, the old top-level `remoteUrl` and `entityRef` included; what has no target is left out."""
    values = values or {}
    links = [_link(i) for i in _mappings(values.get("links"))]
    for key, title, build in (("remoteUrl", "Repository", _to_url), ("entityRef", "View in catalog", _to_entity)):
        target = values.get(key)
        if isinstance(target, str) and target:
            links.append(build(title, target))
    notes = [_note(i) for i in _mappings(values.get("text"))]
    shown = tuple(link for link in links if link.url or link.entity_ref)
    return RunOutput(shown, tuple(n for n in notes if n.content), values)


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []


def _link(item: Mapping[str, Any]) -> Link:
    url, ref = _text(item.get("url")), _text(item.get("entityRef"))
    return Link(_text(item.get("title")) or ref or url or "", url, ref, _text(item.get("icon")))


def _note(item: Mapping[str, Any]) -> Note:
    content = _text(item.get("content")) or _text(item.get("default")) or ""
    return Note(content, _text(item.get("title")), _text(item.get("icon")))


def _to_url(title: str, target: str) -> Link:
    return Link(title, url=target)


def _to_entity(title: str, target: str) -> Link:
    return Link(title, entity_ref=target)


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int | float) and value != "" else None
