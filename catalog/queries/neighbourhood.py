"""The part of the graph around some refs: relations as they are stored, for tools (`/api/catalog/graph`).

What needs what, drawn for people, is `catalog/picture.py`: it leads through APIs and from a container's parts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, select

from catalog.ingest.rows import batches
from catalog.kinds import INVERSE, PAIRS
from catalog.model import Summary
from catalog.queries.conditions import relation_of
from catalog.queries.lookup import ref_ids, summaries
from catalog.tables import refs, relations

MAX_NODES: Final = 1_000
Direction = Literal["both", "outgoing", "incoming"]
Row = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A ref, its distance from the nearest asked-for one, and what it is where it exists."""

    ref: str
    depth: int
    summary: Summary | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation in its forward form: `source` is owned by, part of, depends on … `target`."""

    source: str
    type: str
    target: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool = False


def around(
    connection: Connection,
    roots: Iterable[str],
    *,
    depth: int = 1,
    direction: Direction = "both",
    kinds: Collection[str] = (),
    types: Collection[str] = (),
) -> Neighbourhood:
    """Walk `depth` steps; only over relations of `types` (either name of a pair) and only to `kinds`, if given."""
    wanted = {_forward(t) for t in types}
    depths = dict.fromkeys(ref_ids(connection, roots).values(), 0)
    names: dict[int, str] = _names(connection, depths)
    found: dict[Row, None] = {}
    frontier, truncated = list(depths), False
    for level in range(1, depth + 1):
        rows = _steps(connection, frontier, direction, wanted)
        fresh = list(dict.fromkeys(i for row in rows for i in (row[0], row[2]) if i not in depths))
        names |= _names(connection, fresh)
        fresh = [i for i in fresh if not kinds or names[i].partition(":")[0] in kinds]
        truncated = truncated or len(depths) + len(fresh) > MAX_NODES
        frontier = fresh[: MAX_NODES - len(depths)]
        depths |= dict.fromkeys(frontier, level)
        found |= dict.fromkeys(rows)
        if not frontier:
            break
    edges = {Edge(names[s], t, names[g]) for s, t, g in found if s in depths and g in depths}
    return Neighbourhood(_nodes(connection, depths, names), tuple(sorted(edges, key=_edge_order)), truncated)


def _forward(kind: str) -> str:
    known = relation_of(f"relations.{kind.lower()}") or kind
    return known if known in PAIRS else INVERSE.get(known, known)


def _edge_order(edge: Edge) -> tuple[str, str, str]:
    return edge.source, edge.type, edge.target


def _nodes(connection: Connection, depths: dict[int, int], names: dict[int, str]) -> tuple[Node, ...]:
    known = summaries(connection, (names[i] for i in depths))
    nodes = [Node(names[i], depth, known.get(names[i])) for i, depth in depths.items()]
    return tuple(sorted(nodes, key=lambda n: (n.depth, n.ref)))


def _names(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in batches(sorted(ids)):
        rows: Any = connection.execute(select(refs.c.id, refs.c.ref).where(refs.c.id.in_(some)))
        found.update((row[0], row[1]) for row in rows)
    return found


def _steps(connection: Connection, frontier: Sequence[int], direction: Direction, types: Collection[str]) -> list[Row]:
    ends = {"outgoing": (relations.c.source_id,), "incoming": (relations.c.target_id,)}
    rows: dict[Row, None] = {}
    for some in batches(list(frontier)):
        for end in ends.get(direction, (relations.c.source_id, relations.c.target_id)):
            query = select(relations.c.source_id, relations.c.type, relations.c.target_id).where(end.in_(some))
            if types:
                query = query.where(relations.c.type.in_(sorted(types)))
            rows.update(dict.fromkeys((r[0], r[1], r[2]) for r in connection.execute(query)))
    return list(rows)
