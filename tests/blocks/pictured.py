"""Graphs for tests of pictures."""

import itertools
import random
from typing import Final

from catalog.picture import REST, Direction, Edge, Graph, Node

NAMES: Final = "checkout payments orders ledger search seats pricing refunds mail audit identity sessions".split()  # noqa: SIM905 - reads better


def node(name: str, kind: str = "component", **about: object) -> Node:
    fields = {"title": name, "type": "service", "lifecycle": "production", "owner": "Stage crew"} | about
    return Node(f"{kind}:default/{name}", kind=kind, **fields)  # type: ignore[arg-type]


def graph_of(*nodes: Node, direction: Direction = "both", left_out: int = 0, deeper: bool = False) -> Graph:
    """Each node needs the next one."""
    edges = [Edge(a.ref, b.ref, "dependsOn") for a, b in itertools.pairwise(nodes)]
    return Graph(nodes, tuple(edges), nodes[0].ref, direction, nodes[0].title, 2, deeper, left_out)


def star(leaves: int, *, rest: int = 0) -> Graph:
    """Many that need one."""
    hub = node("ledger", "resource", type="database")
    users = [node(f"user-{n:02}", lifecycle="deprecated" if n % 9 == 0 else "production") for n in range(leaves)]
    if rest:
        users.append(Node(f"{REST}:dependents/{hub.ref}", f"+{rest} more", REST))
    edges = tuple(Edge(user.ref, hub.ref, "dependsOn") for user in users)
    return Graph((hub, *users), edges, hub.ref, "dependents", hub.title, 1, deeper=True, left_out=rest)


def web(nodes: int, edges: int) -> Graph:
    """A graph as a catalog has it: mostly components, some APIs and databases; the same each time."""
    chance = random.Random(7)  # noqa: S311 - a fixed picture, no secret
    made = []
    for n in range(nodes):
        kind = chance.choice(["component"] * 6 + ["api"] * 2 + ["resource"] * 2)
        lifecycle = chance.choice(["production"] * 5 + ["experimental", "deprecated"])
        made.append(node(f"{NAMES[n % len(NAMES)]}-{n}", kind, lifecycle=lifecycle, exists=chance.random() > 0.05))
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < edges:
        a, b = sorted(chance.sample(range(nodes), 2))
        if b - a < nodes / 2:
            pairs.add((a, b))
    kinds = {"api": "consumesApi"}
    drawn = tuple(Edge(made[a].ref, made[b].ref, kinds.get(made[b].kind, "dependsOn")) for a, b in sorted(pairs))
    return Graph(tuple(made), drawn, made[nodes // 2].ref, "both", made[nodes // 2].title, 2)
