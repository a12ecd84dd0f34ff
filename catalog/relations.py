"""From the fields of a document to the edges of the graph."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from callboard import entities
from callboard.errors import InputError
from callboard.refs import DEFAULT_NAMESPACE, parse_entity_ref
from catalog.kinds.registry import KindSpec, RelationField


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge in its stored direction; both ends are full lower-cased refs, the target need not exist."""

    source: str
    type: str
    target: str


@dataclass(frozen=True, slots=True)
class RefUse:
    """A text of the document that must be an entity ref, and where it stands."""

    field: RelationField
    path: tuple[str | int, ...]
    text: str


def ref_uses(spec_part: Mapping[str, Any], spec: KindSpec) -> Iterator[RefUse]:
    """Every ref in `spec`; values of another type than the schema wants are left to the schema."""
    for field in spec.relations:
        value = spec_part.get(field.path)
        if value is None or (field.only_type and field.only_type != spec_part.get("type")):
            continue
        if not field.many:
            if isinstance(value, str):
                yield RefUse(field, ("spec", field.path), value)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, str):
                    yield RefUse(field, ("spec", field.path, index), item)


def emit_relations(document: Mapping[str, Any], spec: KindSpec) -> list[Relation]:
    """The relations a document states, each once, in the order of its fields.

    Raises FormatError or InputError with the field in its hint for a text that is no ref; a validated document
    has none.
    """
    own_ref = entities.ref_of(document)
    own, namespace = str(own_ref), own_ref.namespace
    found: dict[Relation, None] = {}
    for use in ref_uses(entities.spec_of(document), spec):
        try:
            other = _full_ref(use.text, use.field.default_kind, namespace)
        except InputError as error:
            raise type(error)(error.message, hint=f"It stands in `{dotted(use.path)}`.") from None
        source, target = (other, own) if use.field.reverse else (own, other)
        found[Relation(source, use.field.type, target)] = None
    return list(found)


def prepare(document: entities.Document, spec: KindSpec) -> entities.Document:
    """A copy as it is stored: the namespace filled in, arrays of refs sorted."""
    metadata = document["metadata"]
    prepared = {**document, "metadata": {**metadata, "namespace": metadata.get("namespace") or DEFAULT_NAMESPACE}}
    spec_part = document.get("spec")
    if isinstance(spec_part, dict):
        prepared["spec"] = {**spec_part, **_sorted_refs(spec_part, spec)}
    return prepared


def _sorted_refs(spec_part: Mapping[str, Any], spec: KindSpec) -> dict[str, list[str]]:
    arrays = {f.path: spec_part.get(f.path) for f in spec.relations if f.many}
    return {
        path: sorted(value)
        for path, value in arrays.items()
        if isinstance(value, list) and all(isinstance(item, str) for item in value)
    }


@lru_cache(maxsize=50_000)
def _full_ref(text: str, default_kind: str | None, namespace: str) -> str:
    return str(parse_entity_ref(text, default_kind=default_kind, default_namespace=namespace))


def dotted(path: tuple[str | int, ...]) -> str:
    """`spec.dependsOn.0`, as Backstage's format messages write a path."""
    return ".".join(str(step) for step in path)
