"""One file or URL on its way in: the row it has, what reading it gave, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from catalog.ingest.candidate import ChildLocation, Failure, ParsedTarget


@dataclass(slots=True)
class Counts:
    """What a run did; `add` adds another's up."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    errors: int = 0

    def add(self, other: Self) -> None:
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name) + getattr(other, f.name))


@dataclass(frozen=True, slots=True)
class Target:
    """A row of `targets` as ingestion needs it; the id is 0 until the row is written with its first entities."""

    id: int
    source_id: int
    location: str
    version: str = ""
    digest: str = ""
    includes: Mapping[str, str] | None = None
    children: Sequence[Mapping[str, Any]] | None = None
    error: str | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is noted of a target once all that it holds is in: enough to see that it hasn't changed."""

    digest: str
    version: str = ""
    includes: Mapping[str, str] = field(default_factory=dict)
    children: Sequence[ChildLocation] = ()

    def columns(self) -> dict[str, Any]:
        return {
            "digest": self.digest,
            "version": self.version,
            "includes": dict(self.includes) or None,
            "children": [asdict(c) for c in self.children] or None,
        }


@dataclass(slots=True)
class Arrival:
    """A target that was read and parsed, waiting to be stored."""

    target: Target
    parsed: ParsedTarget
    reading: Reading | None = None
    actor: str | None = None
    conflicts: list[Failure] = field(default_factory=list)
    created: set[str] = field(default_factory=set)
    """Refs that this arrival brought in for the first time."""

    @property
    def weight(self) -> int:
        return max(1, len(self.parsed.candidates))


@dataclass(frozen=True, slots=True)
class Part:
    """As much of an arrival as goes into one transaction."""

    arrival: Arrival
    start: int
    end: int
    last: bool
