"""A graph as SVG: our own cards where the layout puts them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blocks.pictures import text, theme
from blocks.pictures.cards import card, card_width, size
from blocks.pictures.layout import Box, Layout, Route, arrange
from blocks.pictures.shapes import arrow, icon, label
from blocks.pictures.wording import heading, subheading, title_of
from catalog.picture import REST, Graph


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG document and its size; the same graph gives the same text."""

    svg: str
    width: float
    height: float


def draw(graph: Graph) -> Drawing:
    """The whole picture."""
    across = card_width(graph.nodes)
    layout = arrange(graph, {n.ref: size(n, across) for n in graph.nodes})
    legend = list(_legend(graph, layout))
    title, more = heading(graph), subheading(graph)
    needed = [
        layout.width,
        text.width(title, theme.HEADING, "semibold"),
        text.width(more, theme.SUBHEADING),
        sum(width for _mark, width in legend),
    ]
    width = min(max(needed), max(layout.width, 1100.0)) + 2 * theme.PADDING
    height = layout.height + theme.HEADER + theme.FOOTER + 2 * theme.PADDING
    aside = (width - 2 * theme.PADDING - layout.width) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}">',
        f'<rect width="100%" height="100%" fill="{theme.GROUND}"/>',
        *_header(title, more, width - 2 * theme.PADDING),
        f'<g transform="translate({theme.PADDING + aside:.1f} {theme.PADDING + theme.HEADER:.1f})">',
        *(_frame(frame) for frame in (layout.inside, *layout.crowds) if frame),
        *(_frame_title(graph, layout.inside) if layout.inside else ()),
        *(_edge(route) for route in layout.routes),
        *(card(node, layout.boxes[node.ref], focus=node.ref == graph.focus) for node in graph.nodes),
        "</g>",
        *_footer(legend, height - theme.PADDING),
        "</svg>",
    ]
    return Drawing("".join(parts), width, height)


def _edge(route: Route) -> str:
    stroke = theme.STROKES[route.edge.type]
    (x, y), *rest = route.points
    curve = " ".join(f"{a:.1f} {b:.1f}" for a, b in rest)
    dash = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
    return (
        f'<path d="M{x:.1f} {y:.1f}C{curve}" fill="none" stroke="{stroke.colour}" stroke-width="1.5"'
        f' stroke-linecap="round" stroke-opacity="0.75"{dash}/>{arrow(route.points[-1], route.tip, stroke.colour)}'
    )


def _frame(box: Box) -> str:
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="18"'
        f' fill="{theme.INSIDE}" stroke="{theme.LINE}"/>'
    )


def _frame_title(graph: Graph, box: Box) -> Iterator[str]:
    """A frame is the focus itself where that is a System, Domain or Group."""
    look = theme.look(graph.focus.partition(":")[0])
    title = text.cut(title_of(graph), box.width - 64, theme.SUBHEADING, "semibold")
    yield icon(look, box.x + 28, box.y + 20, scale=0.75, line=2.0)
    yield label(title, box.x + 44, box.y + 24.5, theme.SUBHEADING, look.colour, "semibold")


def _header(title: str, more: str, room: float) -> Iterator[str]:
    left = theme.PADDING
    yield label(text.cut(title, room, theme.HEADING, "semibold"), left, left + 16, theme.HEADING, theme.INK, "semibold")
    yield label(text.cut(more, room, theme.SUBHEADING), left, left + 38, theme.SUBHEADING, theme.SOFT)


def _legend(graph: Graph, layout: Layout) -> Iterator[tuple[str, float]]:
    """The kinds and types of edge that occur, each with the width it takes."""
    for kind in dict.fromkeys(n.kind for n in graph.nodes if n.kind != REST and n.exists):
        look = theme.look(kind)
        name = text.cut(text.clean(look.name, "other"), 120, theme.SMALL)
        tile = f'<rect y="-13" width="18" height="18" rx="5" fill="{look.tint}"/>'
        mark = tile + icon(look, 9, -4, scale=0.62, line=2.2)
        yield mark + label(name, 25, 0, theme.SMALL, theme.SOFT), 25 + text.width(name, theme.SMALL) + 22
    for kind in dict.fromkeys(sorted((r.edge.type for r in layout.routes), key=list(theme.STROKES).index)):
        stroke = theme.STROKES[kind]
        dash = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
        line = f'<path d="M0-4H20" stroke="{stroke.colour}" stroke-width="1.5" stroke-linecap="round"{dash}/>'
        head = arrow((18, -4), (27, -4), stroke.colour)
        width = 34 + text.width(stroke.name, theme.SMALL) + 22
        yield line + head + label(stroke.name, 34, 0, theme.SMALL, theme.SOFT), width


def _footer(legend: Sequence[tuple[str, float]], y: float) -> Iterator[str]:
    x = theme.PADDING
    for mark, width in legend:
        yield f'<g transform="translate({x:.1f} {y:.1f})">{mark}</g>'
        x += width
