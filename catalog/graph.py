"""Walks over relations: what something depends on, what depends on it, and whom a change would touch.

A component depends on what it `dependsOn`, on the APIs it consumes, and through an API on the component that
provides it. So the dependents of a component include the consumers of its APIs. For a System, Domain or Group a
walk starts from all its parts, or all that it owns.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from callboard.refs import EntityRef
from catalog.ingest.rows import batches
from catalog.model import Impact
from catalog.queries import lookup
from catalog.queries.statement import Sql, one_of, put, rows_of
from catalog.reach import BATCH, Reach, Ways, names_of

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


def dependencies(connection: Connection, ref: str, *, depth: int = MAX_DEPTH) -> Reach:
    """What `ref` needs, nearest first; `depth` 1 is what it needs directly."""
    return _walk(connection, ref, depth, downwards=True)


def dependents(connection: Connection, ref: str, *, depth: int = MAX_DEPTH) -> Reach:
    """What needs `ref`, nearest first."""
    return _walk(connection, ref, depth, downwards=False)


def impact(connection: Connection, ref: str, *, depth: int = MAX_DEPTH) -> list[Impact]:
    """The dependents of `ref` by owner, the most affected first; nobody's come last."""
    return by_owner(connection, dependents(connection, ref, depth=depth))


def by_owner(connection: Connection, reached: Reach) -> list[Impact]:
    """What a walk came to, by owner."""
    grouped = reached.by_owner()
    owners = lookup.summaries(connection, [o for o in grouped if o])
    found = [Impact(o, _title(o, owners), affected) for o, affected in grouped.items()]
    return sorted(found, key=lambda i: (i.owner is None, -len(i.affected), i.owner_title.lower()))


def _title(owner: str | None, owners: Mapping[str, object]) -> str:
    if owner is None:
        return "no owner"
    summary = owners.get(owner)
    return str(getattr(summary, "title", EntityRef.from_full(owner).short))


class _Walk:
    """Breadth first over ids, each reached once, by the first way there."""

    def __init__(self, connection: Connection, roots: Sequence[int]) -> None:
        self._connection = connection
        self.ways = Ways(roots)

    def spread(self, frontier: Iterable[int], edges: Sequence[Edge]) -> list[int]:
        """The ids one step from `frontier` that weren't known, in a stable order."""
        fresh: dict[int, int] = {}
        known = self.ways.depths
        for some in batches(list(frontier), BATCH):
            for kind, forward in edges:
                here, there = ("source_id", "target_id") if forward else ("target_id", "source_id")
                query = put(f"SELECT {here}, {there} FROM relations WHERE {{}} AND {{}}", one_of(here, some), _of(kind))
                for origin, reached in rows_of(self._connection, query):
                    if reached not in known and reached not in fresh:
                        fresh[reached] = origin
        self.ways.add(fresh)
        return list(fresh)


def _of(kind: str) -> Sql:
    return Sql("type = ?", (kind,))


def _walk(connection: Connection, ref: str, depth: int, *, downwards: bool) -> Reach:
    start = lookup.ref_ids(connection, [ref]).get(ref)
    walk = _Walk(connection, [] if start is None else [start])
    if start is None:
        return Reach(connection, [], walk.ways)
    inside = _members(walk, start, EntityRef.from_full(ref).kind)
    frontier, levels = [start, *inside], list[list[int]]()
    for _level in range(depth):
        frontier = _down(walk, frontier) if downwards else _up(walk, frontier)
        levels.append(frontier)
        if not frontier or sum(map(len, levels)) > MAX_REACHED:
            break
    reached = {i for level in levels for i in level} - set(inside)
    names = names_of(connection, sorted(reached))
    depths = walk.ways.depths
    return Reach(connection, sorted(reached, key=lambda i: (depths[i], names[i])), walk.ways)


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
