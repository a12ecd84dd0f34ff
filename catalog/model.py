"""Read models: what queries return and everybody else sees of the catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from callboard import entities
from callboard.refs import EntityRef


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an answer can be believed: the file and line, and when it was last found to be so."""

    location: str
    line: int
    checked_at: float | None = None
    url: str | None = None

    @property
    def text(self) -> str:
        """`path/to/catalog-info.yaml:12`; the type word is left out, a URL keeps its path only."""
        kind, _, target = self.location.partition(":")
        return f"{target if kind in {'file', 'url'} else self.location}:{self.line}"


@dataclass(frozen=True)
class Entity:
    """A stored entity. `relations` are both directions as `(type, full ref)`, sorted."""

    ref: str
    raw: str
    relations: Sequence[tuple[str, str]] = ()
    evidence: Evidence | None = None
    orphaned_at: float | None = None
    errors: Sequence["Problem"] = ()
    found_owner: str | None = None
    """The owner as the catalog knows it, where that may be another ref than the one that was written."""

    @cached_property
    def document(self) -> Mapping[str, Any]:
        parsed: Mapping[str, Any] = orjson.loads(self.raw)
        return parsed

    @property
    def kind(self) -> str:
        return str(self.document["kind"])

    @property
    def name(self) -> str:
        return str(self.document["metadata"]["name"])

    @property
    def title(self) -> str:
        return entities.title_of(self.document)

    @property
    def description(self) -> str:
        return str(self.document["metadata"].get("description") or "")

    @property
    def annotations(self) -> Mapping[str, str]:
        return entities.annotations_of(self.document)

    @property
    def spec(self) -> Mapping[str, Any]:
        return entities.spec_of(self.document)

    def targets(self, relation: str) -> list[str]:
        """The refs at the other end of one type of relation."""
        return [ref for kind, ref in self.relations if kind == relation]

    @property
    def owner(self) -> str | None:
        owners = [self.found_owner, *self.targets("ownedBy")]
        return next((o for o in owners if o), None)


@dataclass(frozen=True, slots=True)
class Summary:
    """A row of a list: what names an entity and tells it from its neighbours."""

    ref: str
    kind: str
    name: str
    title: str
    type: str | None = None
    lifecycle: str | None = None
    owner: str | None = None
    system: str | None = None
    description: str = ""

    @property
    def entity_ref(self) -> EntityRef:
        return EntityRef.from_full(self.ref)


@dataclass(frozen=True, slots=True)
class Reached:
    """An entity that a walk of the graph came to, with the way there.

    `path` runs from the asked-for ref to this one, both included. `exists` is False for a dangling target.
    """

    ref: str
    path: tuple[str, ...]
    exists: bool = True
    summary: Summary | None = None

    @property
    def depth(self) -> int:
        return len(self.path) - 1


@dataclass(frozen=True, slots=True)
class Impact:
    """What depends on something, by the group that owns it; `owner` None gathers what nobody owns.

    `total` is given where `affected` are only the first.
    """

    owner: str | None
    owner_title: str
    affected: Sequence[Reached]
    total: int | None = None

    @property
    def count(self) -> int:
        return len(self.affected) if self.total is None else self.total


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that needs attention, and where."""

    kind: str
    message: str
    ref: str | None = None
    location: str = ""
    line: int = 1
    since: float | None = None
    owner: str | None = None
    name: str = "Error"


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list: its rows, how many there are in all, and the cursors of its neighbours."""

    items: Sequence[Any]
    total: int
    next_cursor: str | None = None
    previous_cursor: str | None = None
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
