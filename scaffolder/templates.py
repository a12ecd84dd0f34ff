"""Template entities taken apart."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from callboard import entities
from callboard.errors import CallboardError, FormatError
from callboard.refs import LocationRef, parse_entity_ref, parse_location_ref
from scaffolder.model import NO_EACH, Step, Template

RUN_BY: Final = "callboard.dev/run-by"
AT_ONCE: Final = "callboard.dev/concurrent-runs"
API_VERSION: Final = "scaffolder.backstage.io/v1beta3"


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


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
