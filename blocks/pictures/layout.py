"""Where everything goes: Graphviz' dot places boxes of fixed sizes and routes the edges; it draws nothing."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from catalog.picture import Edge, Graph, Node

_DOT = threading.Lock()
"""Graphviz keeps global state."""
_POINTS: Final = 72.0
_CROWD: Final = 7
"""As many things that need the same, and nothing else here, stand together behind one arrow."""
_ROWS: Final = 8
_GAP: Final = 12.0
_MARGIN: Final = 14.0
_ROOM_FOR_TITLE: Final = (
    '<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="20" HEIGHT="16"><TR><TD></TD></TR></TABLE>>'  # needs no font
)
_FRAME: Final = "cluster_focus"
Point = tuple[float, float]
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Route:
    """Bézier control points from the source's right edge; `tip` is where the arrow ends."""

    edge: Edge
    points: tuple[Point, ...]
    tip: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """Measures from the upper left corner; `inside` is around what belongs to the focus, `crowds` around likes."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: Sequence[Route]
    inside: Box | None = None
    crowds: Sequence[Box] = ()


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Several that take the place of one box; its edge is that of the first of them."""

    refs: tuple[str, ...]
    cell: Size

    @property
    def key(self) -> str:
        return self.refs[0]

    @property
    def columns(self) -> int:
        return -(-len(self.refs) // _ROWS)

    @property
    def size(self) -> Size:
        rows = -(-len(self.refs) // self.columns)
        across, down = self.cell
        return (
            self.columns * (across + _GAP) - _GAP + 2 * _MARGIN,
            rows * (down + _GAP) - _GAP + 2 * _MARGIN,
        )

    def boxes(self, at: Box, sizes: Mapping[str, Size]) -> dict[str, Box]:
        """Row by row, each in the middle of its cell."""
        placed = {}
        for number, ref in enumerate(self.refs):
            row, column = divmod(number, self.columns)
            across, down = sizes[ref]
            x = at.x + _MARGIN + column * (self.cell[0] + _GAP)
            y = at.y + _MARGIN + row * (self.cell[1] + _GAP) + (self.cell[1] - down) / 2
            placed[ref] = Box(x, y, across, down)
        return placed


def arrange(graph: Graph, sizes: Mapping[str, Size]) -> Layout:
    """Lay the graph out from left to right, what is needed on the right."""
    edges = _distinct(graph.edges)
    crowds = _crowds(graph, edges, sizes)
    hidden = {ref for crowd in crowds for ref in crowd.refs[1:]}
    shown = [e for e in edges if e.source not in hidden and e.target not in hidden]
    outer = dict(sizes) | {crowd.key: crowd.size for crowd in crowds}
    nodes = [n for n in graph.nodes if n.ref not in hidden]
    with _DOT:
        layout = _arrange(nodes, shown, outer)
    boxes = dict(layout.boxes)
    frames = [boxes[crowd.key] for crowd in crowds]
    for crowd, frame in zip(crowds, frames, strict=True):
        boxes |= crowd.boxes(frame, sizes)
    return replace(layout, boxes=boxes, crowds=frames)


def _distinct(edges: Iterable[Edge]) -> list[Edge]:
    """One line between two boxes says enough; the use of an API says more than a dependency."""
    kept: dict[tuple[str, str], Edge] = {}
    for edge in sorted(edges, key=lambda e: (e.source, e.target, e.type)):
        if edge.source != edge.target:
            kept.setdefault((edge.source, edge.target), edge)
    return list(kept.values())


def _crowds(graph: Graph, edges: Sequence[Edge], sizes: Mapping[str, Size]) -> list[_Crowd]:
    """Leaves of one box that have the same type of edge to it, and what is inside without any edge."""
    degrees = Counter(ref for edge in edges for ref in (edge.source, edge.target))
    leaves = {n.ref for n in graph.nodes if degrees[n.ref] == 1 and n.ref != graph.focus and not n.inside}
    alike: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for edge in edges:
        leaf, other = (edge.source, edge.target) if edge.source in leaves else (edge.target, edge.source)
        if leaf in leaves and other not in leaves:
            alike[other, edge.type, leaf == edge.source].append(leaf)
    order = {node.ref: i for i, node in enumerate(graph.nodes)}
    groups = [sorted(refs, key=order.__getitem__) for refs in alike.values() if len(refs) >= _CROWD]
    alone = [n.ref for n in graph.nodes if n.inside and not degrees[n.ref]]
    if len(alone) > 3:
        groups.append(alone)
    return [_Crowd(tuple(g), (max(sizes[r][0] for r in g), max(sizes[r][1] for r in g))) for g in groups]


def _arrange(nodes: Sequence[Node], edges: Sequence[Edge], sizes: Mapping[str, Size]) -> Layout:
    import pygraphviz

    names = {node.ref: f"n{i}" for i, node in enumerate(nodes)}
    dot = pygraphviz.AGraph(directed=True, strict=False, rankdir="LR", nodesep="0.22", ranksep="0.85", newrank="true")
    dot.node_attr.update(shape="box", fixedsize="true", label="")
    dot.edge_attr.update(tailport="e", headport="w", arrowsize="0.8")
    try:
        for ref, name in names.items():
            across, down = sizes[ref]
            dot.add_node(name, width=f"{across / _POINTS:.4f}", height=f"{down / _POINTS:.4f}")
        for number, edge in enumerate(edges):
            dot.add_edge(names[edge.source], names[edge.target], key=str(number))
        inside = [names[n.ref] for n in nodes if n.inside]
        framed = dot.add_subgraph(inside, name=_FRAME, margin="18", label=_ROOM_FOR_TITLE) if inside else None
        dot.layout(prog="dot")
        return _read(dot, framed, names, edges, sizes)
    finally:
        dot.close()


def _read(dot: Any, framed: Any, names: Mapping[str, str], edges: Sequence[Edge], sizes: Mapping[str, Size]) -> Layout:
    _left, _bottom, across, top = _numbers(dot.graph_attr["bb"])
    boxes = {}
    for ref, name in names.items():
        x, y = _numbers(dot.get_node(name).attr["pos"])
        width, height = sizes[ref]
        boxes[ref] = Box(x - width / 2, top - y - height / 2, width, height)
    routes = [
        _route(edge, dot.get_edge(names[edge.source], names[edge.target], str(number)).attr["pos"], top)
        for number, edge in enumerate(edges)
    ]
    frame = None
    if framed is not None:
        x0, y0, x1, y1 = _numbers(framed.graph_attr["bb"])
        frame = Box(x0, top - y1, x1 - x0, y1 - y0)
    return Layout(across, top, boxes, routes, frame)


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _route(edge: Edge, text: str, top: float) -> Route:
    """Graphviz writes `e,x,y` for the arrow's tip and then the control points, with y upwards."""
    points: list[Point] = []
    tip: Point | None = None
    for part in text.replace("\\\n", "").split():
        numbers = part.removeprefix("e,").split(",")
        point = (float(numbers[0]), top - float(numbers[1]))
        if part.startswith("e,"):
            tip = point
        else:
            points.append(point)
    return Route(edge, tuple(points), tip or points[-1])
