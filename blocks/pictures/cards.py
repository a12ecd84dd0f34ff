"""A node as a card: a border that tells its state, an icon for its kind, a name, and what it is and whose."""

from collections.abc import Iterable, Iterator

from blocks.pictures import text, theme
from blocks.pictures.layout import Box
from blocks.pictures.shapes import icon, label
from callboard.refs import EntityRef
from catalog.picture import REST, Node


def name_of(node: Node) -> str:
    """A title as it can be drawn; where our fonts lack its script, the name in the ref."""
    if node.kind == REST:
        return node.title
    return text.clean(node.title, EntityRef.from_full(node.ref).short)


def card_width(nodes: Iterable[Node]) -> float:
    """One width for all, so that columns are columns: what the longest name needs, within bounds."""
    longest = 0.0
    for node in nodes:
        longest = max(longest, text.width(name_of(node), theme.TITLE, "semibold"))
        longest = max(longest, text.width(_about(node), theme.SMALL) + _pill_room(node))
    return min(max(longest + theme.TEXT_AT + theme.INSET + 2, theme.NARROW), theme.WIDE)


def size(node: Node, across: float) -> tuple[float, float]:
    lines = text.wrap(name_of(node), across - theme.TEXT_AT - theme.INSET, theme.TITLE, "semibold")
    return across, theme.LOW if len(lines) == 1 else theme.HIGH


def _about(node: Node) -> str:
    """The second line: what it is and whose."""
    if node.kind == REST:
        return "not drawn here"
    if not node.exists:
        return "not in the catalog"
    what = text.clean(node.type) or theme.look(node.kind).name
    owner = text.clean(node.owner)
    return f"{what} · {owner}" if owner else f"{what} · no owner"


def _pill(node: Node) -> tuple[str, str, str] | None:
    """Word, ink and tint of what sets a lifecycle apart; production is what one expects."""
    lifecycle = text.clean(node.lifecycle).lower()
    if lifecycle in {"", "production"}:
        return None
    if lifecycle == "deprecated":
        return lifecycle, theme.DANGER, theme.DANGER_TINT
    if lifecycle == "experimental":
        return lifecycle, theme.TRIAL, theme.TRIAL_TINT
    return text.cut(lifecycle, 80, theme.PILL), theme.SOFT, theme.PLAIN_TINT


def _pill_room(node: Node) -> float:
    pill = _pill(node)
    return text.width(pill[0], theme.PILL, "semibold") + 20 if pill else 0.0


def card(node: Node, box: Box, *, focus: bool) -> str:
    look = theme.look(node.kind) if node.exists else theme.UNKNOWN
    middle = box.height / 2
    tile = (
        f'<rect x="{theme.INSET}" y="{middle - theme.TILE / 2:.1f}" width="{theme.TILE}" height="{theme.TILE}" rx="9"'
        f' fill="{look.tint}"/>{icon(look, theme.INSET + theme.TILE / 2, middle)}'
    )
    inner = _border(node, box, look, focus=focus) + tile + "".join(_words(node, box))
    return f'<g transform="translate({box.x:.1f} {box.y:.1f})">{inner}</g>'


def _border(node: Node, box: Box, look: theme.Look, *, focus: bool) -> str:
    colour, width, dash, fill = theme.LINE, 1.3, "", theme.CARD
    if node.kind == REST or not node.exists:
        colour, dash, fill = theme.FAINT, "4 4", theme.GROUND
    if focus:
        colour, width = look.colour, 2.6
    if node.exists and node.lifecycle.lower() == "deprecated":
        colour, width, dash = theme.DANGER, max(width, 1.7), "6 4"
    shadow = ""
    if fill == theme.CARD:
        shadow = f'<rect y="2" width="{box.width:.1f}" height="{box.height:.1f}" rx="12" fill="{theme.SHADOW}"/>'
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'{shadow}<rect width="{box.width:.1f}" height="{box.height:.1f}" rx="12" fill="{fill}" stroke="{colour}"'
        f' stroke-width="{width}"{dashes}/>'
    )


def _words(node: Node, box: Box) -> Iterator[str]:
    room = box.width - theme.TEXT_AT - theme.INSET
    lines = text.wrap(name_of(node), room, theme.TITLE, "semibold")
    grey = node.kind == REST or not node.exists
    y = box.height / 2 - 5 - 9 * (len(lines) - 1)
    for line in lines:
        yield label(line, theme.TEXT_AT, y, theme.TITLE, theme.SOFT if grey else theme.INK, "semibold")
        y += 18
    pill = _pill(node)
    about = text.cut(_about(node), room - _pill_room(node), theme.SMALL)
    yield label(about, theme.TEXT_AT, y + 1, theme.SMALL, theme.SOFT)
    if pill:
        word, ink, tint = pill
        width = text.width(word, theme.PILL, "semibold") + 14
        x = box.width - theme.INSET - width + 2
        yield f'<rect x="{x:.1f}" y="{y - 11.5:.1f}" width="{width:.1f}" height="17" rx="8.5" fill="{tint}"/>'
        yield label(word, x + width / 2, y + 0.8, theme.PILL, ink, "semibold", "middle")
