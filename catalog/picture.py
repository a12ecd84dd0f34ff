"""The part of the dependency graph around one entity that fits a picture.

Every edge points at what is needed: a component needs what it depends on and the APIs it consumes, an API needs the
component that provides it. For a System, Domain or Group the picture starts from what belongs to it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import Connection, select

from callboard.ports import Visible
from callboard.refs import EntityRef
from catalog.ingest.rows import batches
from catalog.model import Summary
from catalog.queries import lookup
from catalog.tables import refs, relations

LIMIT: Final = 60
MAX_DEPTH: Final = 8
REST: Final = "rest"
_INSIDE: Final = "inside"
_CROWD: Final = 24
"""Once not everything fits, nothing keeps more neighbours than this: a column of 60 boxes says nothing."""
_DEPENDENCY_TYPES: Final = ("dependsOn", "consumesApi", "providesApi")
_MEMBER_TYPES: Final[Mapping[str, Sequence[str]]] = {
    "system": ("partOf",),
    "domain": ("partOf",),
    "group": ("ownedBy", "childOf", "partOf"),
}
_UNPICTURED: Final = frozenset({"system", "domain", "group", "user", "location", "template"})
Direction = Literal["dependents", "dependencies", "both"]


@dataclass(frozen=True, slots=True)
class Node:
    """A box. `kind` is `rest` where it stands for several that were left out; `inside` is part of the focus."""

    ref: str
    title: str
    kind: str
    type: str = ""
    lifecycle: str = ""
    owner: str = ""
    exists: bool = True
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` needs `target`; `type` is `dependsOn`, `consumesApi` or `apiProvidedBy`."""

    source: str
    target: str
    type: str


@dataclass(frozen=True, slots=True)
class Graph:
    """`deeper` says that one more step would show more, `left_out` how many neighbours found no place.

    `exists` is the focus: something that others still mention may be gone.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    focus: str
    direction: Direction
    title: str = ""
    depth: int = 1
    deeper: bool = False
    left_out: int = 0
    exists: bool = True


def picture_of(
    connection: Connection,
    ref: str,
    *,
    direction: Direction,
    depth: int = 2,
    limit: int = LIMIT,
    visible: Visible | None = None,
) -> Graph | None:
    """What `depth` steps reach by what is `visible`; None for a ref that nothing mentions, or that isn't visible."""
    start = lookup.ref_ids(connection, [ref]).get(ref)
    if start is None or not (visible is None or visible(ref)):
        return None
    walk = _Walk(connection, limit, visible)
    kind = EntityRef.from_full(ref).kind
    if kind in _MEMBER_TYPES:
        walk.start_inside(start, kind)
    else:
        walk.seen[start] = None
    ways = [d for d in ("dependents", "dependencies") if direction in {d, "both"}]
    deeper = walk.spread(ways, min(depth, MAX_DEPTH))
    return _graph(connection, walk, ref, direction, depth, deeper=deeper)


@dataclass
class _Walk:
    """Breadth first over ids, in both ways at once, while there is room."""

    connection: Connection
    limit: int
    visible: Visible | None = None
    seen: dict[int, None] = field(default_factory=dict)
    inside: set[int] = field(default_factory=set)
    rest: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How many neighbours of an id were left out, by way."""
    unplaced: int = 0
    """Left out without a box that says so."""

    @property
    def room(self) -> int:
        return self.limit - len(self.seen) - len(self.rest)

    def start_inside(self, start: int, kind: str) -> None:
        """Begin with what belongs to a container, the most connected first."""
        found, frontier = {start: None}, [start]
        while frontier:
            rows = _rows(self.connection, frontier, relations.c.target_id, _MEMBER_TYPES[kind])
            frontier = [i for i in dict.fromkeys(row[0] for row in rows) if i not in found]
            found |= dict.fromkeys(frontier)
        names = _names(self.connection, found)
        members = [i for i in self._in_sight(found) if names[i].partition(":")[0] not in _UNPICTURED]
        weights = _degrees(self.connection, members)
        members.sort(key=lambda i: (-weights[i], names[i]))
        shown = members if len(members) <= self.limit * 2 // 3 else members[: self.limit // 2]
        self.seen |= dict.fromkeys(shown)
        self.inside = set(members)
        if len(members) > len(shown):
            self.rest[start, _INSIDE] = len(members) - len(shown)

    def spread(self, ways: Sequence[str], depth: int) -> bool:
        """Walk; True when there is more beyond the last step."""
        frontiers = {way: list(self.seen) for way in ways}
        for _level in range(depth):
            for way in ways:
                frontiers[way] = self._advance(way, frontiers[way])
        self._count_inside()
        return self.room > 0 and any(self._step(way, frontiers[way]) for way in ways)

    def _count_inside(self) -> None:
        """Members that had no place at first may have been reached since."""
        left = len(self.inside - self.seen.keys())
        for key in [k for k in self.rest if k[1] == _INSIDE]:
            self.rest[key] = left
            if not left:
                del self.rest[key]

    def _advance(self, way: str, frontier: Sequence[int]) -> list[int]:
        """One step. An API is only on the way to who consumes or provides it, so that isn't another one."""
        reached = self._admit(way, self._step(way, frontier))
        names = _names(self.connection, reached)
        through = [i for i in reached if names[i].startswith("api:")]
        beyond = self._admit(way, self._step(way, through)) if through else []
        return [i for i in reached if i not in through] + beyond

    def _step(self, way: str, frontier: Sequence[int]) -> dict[int, list[int]]:
        """Unseen neighbours with the ids they were reached from, in a stable order."""
        if way == "dependencies":
            down = _rows(self.connection, frontier, relations.c.source_id, ("dependsOn", "consumesApi"))
            up = _rows(self.connection, frontier, relations.c.target_id, ("providesApi",))
        else:
            up = _rows(self.connection, frontier, relations.c.target_id, ("dependsOn", "consumesApi"))
            down = _rows(self.connection, frontier, relations.c.source_id, ("providesApi",))
        fresh: dict[int, list[int]] = defaultdict(list)
        for reached, origin in [*((t, s) for s, t in down), *up]:
            if reached not in self.seen:
                fresh[reached].append(origin)
        return {i: fresh[i] for i in self._in_sight(fresh)}

    def _in_sight(self, ids: Iterable[int]) -> list[int]:
        """Without what may not be known of."""
        wanted, visible = list(ids), self.visible
        if visible is None:
            return wanted
        names = _names(self.connection, wanted)
        return [i for i in wanted if visible(names[i])]

    def _admit(self, way: str, fresh: Mapping[int, Sequence[int]]) -> list[int]:
        """Give places; where they don't suffice everybody keeps a fair share and one box for the rest."""
        groups: dict[int, list[int]] = defaultdict(list)
        for reached, origins in fresh.items():
            groups[origins[0]].append(reached)
        share = _fair_share([len(g) for g in groups.values()], self.room)
        if share == 0:
            return self._admit_shared(fresh)
        admitted: list[int] = []
        for origin, group in groups.items():
            kept = group if len(group) <= share + 1 else group[:share]
            admitted += kept
            if len(group) > len(kept):
                self.rest[origin, way] = len(group) - len(kept)
        self.seen |= dict.fromkeys(admitted)
        return admitted

    def _admit_shared(self, fresh: Mapping[int, Sequence[int]]) -> list[int]:
        """Not even one for each: those that most have in common, as far as there is room."""
        admitted = sorted(fresh, key=lambda i: -len(fresh[i]))[: max(self.room, 0)]
        self.unplaced += len(fresh) - len(admitted)
        self.seen |= dict.fromkeys(admitted)
        return admitted


def _fair_share(sizes: Sequence[int], room: int) -> int:
    """The largest share so that all groups, each with a box for its rest, fit into `room`; 0 when none does."""
    if sum(sizes) <= room:
        return max(sizes, default=1)
    return next((n for n in range(_CROWD, 0, -1) if sum(min(size, n + 1) for size in sizes) <= room), 0)


def _rows(connection: Connection, ids: Iterable[int], end: Any, types: Sequence[str]) -> list[tuple[int, int]]:
    """Source and target of the relations that have one of `ids` at `end`."""
    found: dict[tuple[int, int], None] = {}
    for some in batches(list(ids)):
        query = select(relations.c.source_id, relations.c.target_id).where(end.in_(some), relations.c.type.in_(types))
        rows = connection.execute(query.order_by(relations.c.source_id, relations.c.target_id))
        found |= {(row[0], row[1]): None for row in rows}
    return list(found)


def _degrees(connection: Connection, ids: Sequence[int]) -> Counter[int]:
    """How many dependencies and dependents each id has."""
    weights: Counter[int] = Counter()
    for end, position in ((relations.c.source_id, 0), (relations.c.target_id, 1)):
        weights.update(row[position] for row in _rows(connection, ids, end, _DEPENDENCY_TYPES))
    return weights


def _names(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    for some in batches(sorted(ids)):
        rows: Any = connection.execute(select(refs.c.id, refs.c.ref).where(refs.c.id.in_(some)))
        names.update((row[0], row[1]) for row in rows)
    return names


def _graph(connection: Connection, walk: _Walk, ref: str, direction: Direction, depth: int, *, deeper: bool) -> Graph:
    names = _names(connection, [*walk.seen, *(i for i, _way in walk.rest)])
    edges = _edges(connection, walk, names)
    kept = _without_unused_apis(walk, names, edges, ref) if direction == "dependents" else set(walk.seen)
    shown = {names[i] for i in kept}
    known = lookup.summaries(connection, [*shown, ref])
    named = {s.owner for s in known.values() if s.owner}
    owners = lookup.summaries(connection, {o for o in named if walk.visible is None or walk.visible(o)})
    nodes = [_node(names[i], known, owners, inside=i in walk.inside) for i in kept]
    bundles = _rest_nodes(walk, names)
    left_out = sum(walk.rest.values()) + walk.unplaced
    return Graph(
        nodes=tuple(sorted(nodes, key=lambda n: n.ref)) + tuple(node for node, _edge in bundles),
        edges=tuple(e for e in edges if {e.source, e.target} <= shown) + tuple(e for _n, e in bundles if e is not None),
        focus=ref,
        direction=direction,
        title=known[ref].title if ref in known else EntityRef.from_full(ref).short,
        depth=depth,
        deeper=deeper,
        left_out=left_out,
        exists=ref in known,
    )


def _edges(connection: Connection, walk: _Walk, names: Mapping[int, str]) -> list[Edge]:
    """All that runs between the nodes, also what no walk went along."""
    query = select(relations.c.source_id, relations.c.type, relations.c.target_id).distinct()
    ids = list(walk.seen)
    query = query.where(relations.c.source_id.in_(ids), relations.c.target_id.in_(ids))
    found: list[Edge] = []
    for source, kind, target in connection.execute(query.where(relations.c.type.in_(_DEPENDENCY_TYPES))):
        if kind == "providesApi":
            found.append(Edge(names[target], names[source], "apiProvidedBy"))
        else:
            found.append(Edge(names[source], names[target], kind))
    return sorted(found, key=lambda e: (e.source, e.target, e.type))


def _without_unused_apis(walk: _Walk, names: Mapping[int, str], edges: Sequence[Edge], focus: str) -> set[int]:
    """An API stands among the dependents for the sake of its consumers; without any it isn't one."""
    needed = {e.target for e in edges} | {names[i] for i, _way in walk.rest} | {focus}
    provided = {e.source for e in edges if e.type == "apiProvidedBy"}
    return {i for i in walk.seen if names[i] in needed or names[i] not in provided or i in walk.inside}


def _node(ref: str, known: Mapping[str, Summary], owners: Mapping[str, Summary], *, inside: bool) -> Node:
    parsed = EntityRef.from_full(ref)
    summary = known.get(ref)
    if summary is None:
        return Node(ref, parsed.short, parsed.kind, exists=False, inside=inside)
    owner = ""
    if summary.owner:
        owner = owners[summary.owner].title if summary.owner in owners else EntityRef.from_full(summary.owner).short
    return Node(
        ref=ref,
        title=summary.title,
        kind=parsed.kind,
        type=str(summary.type or ""),
        lifecycle=str(summary.lifecycle or ""),
        owner=owner,
        inside=inside,
    )


def _rest_nodes(walk: _Walk, names: Mapping[int, str]) -> list[tuple[Node, Edge | None]]:
    found: list[tuple[Node, Edge | None]] = []
    for (origin, way), count in sorted(walk.rest.items()):
        ref = f"{REST}:{way}/{names[origin]}"
        node = Node(ref, f"+{count} more", REST, inside=way == _INSIDE)
        edge = Edge(ref, names[origin], "dependsOn") if way == "dependents" else Edge(names[origin], ref, "dependsOn")
        found.append((node, None if way == _INSIDE else edge))
    return found
