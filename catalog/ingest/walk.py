"""The state of one source's run."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from callboard.refs import LocationRef
from catalog.ingest.ledger import SourceRow
from catalog.ingest.reading import Confinement
from catalog.ingest.target import Arrival, Counts, Target


@dataclass(frozen=True, slots=True)
class Step:
    """One location to visit, and how it was reached."""

    location: LocationRef
    parent_id: int | None
    presence: str
    line: int
    trail: tuple[str, ...]


@dataclass(slots=True)
class Walk:
    """The state of one source's run."""

    source: SourceRow
    root: LocationRef
    allows: Callable[[Mapping[str, Any]], bool]
    confinement: Confinement | None
    known: dict[str, Target]
    sizes: dict[int, int]
    others: dict[str, Target | None] = field(default_factory=dict)
    """Locations that aren't known, looked up: the targets of other sources."""
    visited: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    counts: Counts = field(default_factory=Counts)
    queue: deque[Step] = field(default_factory=deque)
    arrivals: list[Arrival] = field(default_factory=list)
    oldest: float = 0.0
    actor: str | None = None
    force: bool = False

    def with_what_is_below(self, names: Iterable[str]) -> list[Target]:
        """What was known of these locations before, and of those that they led to."""
        below: dict[int | None, list[Target]] = {}
        for target in self.known.values():
            below.setdefault(target.parent_id, []).append(target)
        found = [self.known[name] for name in dict.fromkeys(names) if name in self.known]
        seen = {t.id for t in found}
        for target in found:  # grows while it is walked through
            more = [t for t in below.get(target.id, ()) if t.id not in seen]
            seen.update(t.id for t in more)
            found += more
        return found
