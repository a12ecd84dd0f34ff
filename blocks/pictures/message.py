"""The message that shows a picture, and the button that asks for one."""

from typing import Any, Final, cast

from blocks import ids, kit, state
from blocks.pictures.wording import alt_text, heading, subheading
from blocks.state import OutdatedStateError
from callboard.chat import Message
from catalog.picture import MAX_DEPTH, REST, Direction, Graph

PICTURED: Final = frozenset({"component", "api", "resource", "system", "domain", "group", "airesource"})
"""What a picture can start from."""
_DIRECTIONS: Final[dict[Direction, tuple[str, str]]] = {
    "dependents": ("What depends on it", ids.PICTURE_DEPENDENTS),
    "dependencies": ("What it depends on", ids.PICTURE_DEPENDENCIES),
    "both": ("Both ways", ids.PICTURE_BOTH),
}


def picture_button(ref: str, direction: Direction = "both") -> kit.Element:
    """A button on a card or list; a first picture is one step wide and readable where it stands."""
    return kit.button("Picture", ids.PICTURE, _value(ref, direction, 1))


def asked_for(value: str) -> tuple[str, Direction, int]:
    """Ref, direction and depth of a button's value; raises OutdatedStateError."""
    asked = state.decode(value)
    ref, direction, depth = asked.get("ref"), asked.get("way"), asked.get("depth")
    if not isinstance(ref, str) or direction not in _DIRECTIONS or not isinstance(depth, int):
        raise OutdatedStateError(value[:80])
    return ref, cast("Direction", direction), min(max(depth, 1), MAX_DEPTH)


def is_turned(action: str) -> bool:
    """Whether the clicked button stands on a picture, whose place the next one takes."""
    return action != ids.PICTURE


def shown(graph: Graph, file_id: str, *, shareable: bool = False) -> Message:
    """The picture by its file, with ways to see more of it."""
    image: kit.Block = {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt_text(graph)}
    return Message(_text(graph), [image, kit.actions(*_buttons(graph, shareable=shareable))])


def nothing_to_show(graph: Graph) -> Message:
    """One box alone is no picture: said in words, with the other ways to look."""
    title = kit.bold(graph.title)
    words = {
        "dependents": f"Nothing depends on {title}.",
        "dependencies": f"{title} depends on nothing.",
        "both": f"{title} depends on nothing, and nothing depends on it.",
    }[graph.direction]
    plain = kit.escape(words.replace(title, graph.title))
    blocks = [kit.section(f":frame_with_picture: {words}")]
    if graph.direction != "both":
        blocks.append(kit.actions(_turn(graph, "both")))
    return Message(kit.cut(plain, 300), blocks)


def is_empty(graph: Graph) -> bool:
    return not graph.edges and not any(n.kind == REST or n.inside for n in graph.nodes)


def _text(graph: Graph) -> str:
    return kit.escape(f"{heading(graph)}: {subheading(graph)}")


def _buttons(graph: Graph, *, shareable: bool) -> list[kit.Element]:
    buttons = [_turn(graph, direction) for direction in _DIRECTIONS if direction != graph.direction]
    if graph.deeper and graph.depth < MAX_DEPTH:
        buttons.append(kit.button("Show more", ids.PICTURE_MORE, _of(graph, depth=graph.depth + 1)))
    if graph.depth > 1:
        buttons.append(kit.button("Show less", ids.PICTURE_LESS, _of(graph, depth=graph.depth - 1)))
    if shareable:
        buttons.append(kit.button("Share to channel", ids.PICTURE_SHARE, _of(graph)))
    return buttons


def _turn(graph: Graph, direction: Direction) -> kit.Element:
    label, action = _DIRECTIONS[direction]
    return kit.button(label, action, _of(graph, way=direction))


def _of(graph: Graph, **changed: Any) -> str:
    fields = {"way": graph.direction, "depth": graph.depth} | changed
    return _value(graph.focus, fields["way"], fields["depth"])


def _value(ref: str, direction: Direction, depth: int) -> str:
    return state.encode(ref=ref, way=direction, depth=depth)
