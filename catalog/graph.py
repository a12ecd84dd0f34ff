"""Walks over relations: what something depends on, what depends on it, and whom a change would touch.

A component depends on what it `dependsOn`, on the APIs it consumes, and through an API on the component that
provides it. So the dependents of a component include the consumers of its APIs. For a System, Domain or Group a
walk starts from all its parts, or all that it owns.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, select

from callboard.refs import EntityRef
from catalog.ingest.rows import batches
from catalog.model import Impact, Reached
from catalog.queries import lookup
from catalog.tables import refs, relations

MAX_DEPTH: Final = 32
MAX_REACHED: Final = 20_000
Edge = tuple[str, bool]
"""A relation type, and whether it is followed from source to target."""

_DEPENDENCIES: Final[Sequence[Edge]] = (("dependsOn", True), ("consumesApi", True))
_DEPENDENTS: Final[Sequence[Edge]] = (("dependsOn", False), ("consumesApi", False))
_API_TO_PROVIDER: Final[Sequence[Edge]] = (("providesApi", False),)
_PROVIDER_TO_API: Final[Sequence[Edge]] = (("providesApi", True),)
_MEMBERS: Final[Mapping[str, Sequence[Edge]]] = {
    "system": (("partOf", False),),
    "domain": (("partOf", False),),
    "group": (("ownedBy", False), ("childOf", False)),
}


def dependencies(connection: Connection, ref: str, *, depth: int = MAX_DEPTH) -> list[Reached]:
    """What `ref` needs, nearest first; `depth` 1 is what it needs directly."""
    return _walk(connection, ref, depth, downwards=True)


def dependents(connection: Connection, ref: str, *, depth: int = MAX_DEPTH) -> list[Reached]:
    """What needs `ref`, nearest first."""
    return _walk(connection, ref, depth, downwards=False)


def impact(connection: Connection, ref: str, *, depth: int = MAX_DEPTH) -> list[Impact]:
    """The dependents of `ref` by owner, the most affected first; nobody's come last."""
    grouped: dict[str | None, list[Reached]] = defaultdict(list)
    for reached in dependents(connection, ref, depth=depth):
        if reached.exists:
            grouped[reached.summary.owner if reached.summary else None].append(reached)
    owners = lookup.summaries(connection, [o for o in grouped if o])
    found = [Impact(o, _title(o, owners), tuple(reached)) for o, reached in grouped.items()]
    return sorted(found, key=lambda i: (i.owner is None, -len(i.affected), i.owner_title.lower()))


def _title(owner: str | None, owners: Mapping[str, object]) -> str:
    if owner is None:
        return "no owner"
    summary = owners.get(owner)
    return str(getattr(summary, "title", EntityRef.from_full(owner).short))


class _Walk:
    """Breadth first over ids; the parent of each is the way back."""

    def __init__(self, connection: Connection, roots: Mapping[int, int | None]) -> None:
        self._connection = connection
        self.parents: dict[int, int | None] = dict(roots)

    def spread(self, frontier: Iterable[int], edges: Sequence[Edge]) -> list[int]:
        """The ids one step from `frontier` that weren't known, in a stable order."""
        fresh: dict[int, int] = {}
        for some in batches(list(frontier)):
            for kind, forward in edges:
                here, there = (
                    (relations.c.source_id, relations.c.target_id)
                    if forward
                    else (relations.c.target_id, relations.c.source_id)
                )
                query = select(here, there).where(here.in_(some), relations.c.type == kind)
                for origin, reached in self._connection.execute(query):
                    if reached not in self.parents and reached not in fresh:
                        fresh[reached] = origin
        self.parents.update(fresh)
        return list(fresh)

    def path(self, end: int) -> list[int]:
        way = [end]
        while (parent := self.parents[way[-1]]) is not None:
            way.append(parent)
        return way[::-1]


def _walk(connection: Connection, ref: str, depth: int, *, downwards: bool) -> list[Reached]:
    start = lookup.ref_ids(connection, [ref]).get(ref)
    if start is None:
        return []
    walk = _Walk(connection, {start: None})
    inside = _members(walk, start, EntityRef.from_full(ref).kind)
    frontier, order = [start, *inside], list[int]()
    for _level in range(depth):
        frontier = _down(walk, frontier) if downwards else _up(walk, frontier)
        order += frontier
        if not frontier or len(order) > MAX_REACHED:
            break
    return _described(connection, walk, order, set(inside))


def _members(walk: _Walk, start: int, kind: str) -> list[int]:
    """For a System or Domain its parts and their parts, for a Group what it and the groups below it own."""
    inside, frontier = list[int](), [start]
    while frontier and kind in _MEMBERS:
        frontier = walk.spread(frontier, _MEMBERS[kind])
        inside += frontier
    return inside


def _down(walk: _Walk, frontier: Sequence[int]) -> list[int]:
    """One dependency away; an API leads to its provider, which is a dependency of its own."""
    return walk.spread(frontier, (*_DEPENDENCIES, *_API_TO_PROVIDER))


def _up(walk: _Walk, frontier: Sequence[int]) -> list[int]:
    """One dependent away: for what a component provides, that is the consumers of its APIs."""
    apis = walk.spread(frontier, _PROVIDER_TO_API)
    return walk.spread([*frontier, *apis], _DEPENDENTS)


def _described(connection: Connection, walk: _Walk, order: Sequence[int], inside: set[int]) -> list[Reached]:
    paths = {i: walk.path(i) for i in order}
    wanted = {i for path in paths.values() for i in path}
    names: dict[int, str] = {}
    for some in batches(sorted(wanted)):
        names.update(connection.execute(select(refs.c.id, refs.c.ref).where(refs.c.id.in_(some))).all())
    found = lookup.summaries(connection, (names[i] for i in order))
    reached = [
        Reached(names[i], tuple(names[p] for p in paths[i]), names[i] in found, found.get(names[i]))
        for i in order
        if i not in inside
    ]
    return sorted(reached, key=lambda r: (r.depth, r.ref))
