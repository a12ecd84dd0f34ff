"""Pictures without Slack: what is drawn where, what is said, and that nothing hostile comes through."""

import itertools
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks import ids
from blocks.limits import check_message
from blocks.pictures import message, text
from blocks.pictures.cards import card_width, size
from blocks.pictures.drawing import draw
from blocks.pictures.layout import Box, Layout, arrange
from blocks.pictures.wording import MAX_ALT, alt_text, heading, subheading
from blocks.state import OutdatedStateError
from callboard.chat import Message
from catalog.picture import Edge, Graph, Node
from tests.blocks.pictured import graph_of, node, star, web


def layout_of(graph: Graph) -> Layout:
    across = card_width(graph.nodes)
    return arrange(graph, {n.ref: size(n, across) for n in graph.nodes})


def texts(graph: Graph) -> list[str]:
    root = ET.fromstring(draw(graph).svg)  # noqa: S314 - our own SVG
    return [e.text or "" for e in root.iter("{http://www.w3.org/2000/svg}text")]


def overlap(a: Box, b: Box) -> bool:
    apart = a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
    return not apart


@pytest.mark.parametrize("graph", [graph_of(node("a"), node("b")), star(25, rest=475), web(25, 40), web(60, 90)])
def test_no_two_cards_overlap_and_all_are_on_the_canvas(graph: Graph) -> None:
    layout = layout_of(graph)
    assert set(layout.boxes) == {n.ref for n in graph.nodes}
    assert not [pair for pair in itertools.combinations(layout.boxes.values(), 2) if overlap(*pair)]
    for box in layout.boxes.values():
        assert box.x >= -1
        assert box.y >= -1
        assert box.x + box.width <= layout.width + 1
        assert box.y + box.height <= layout.height + 1


def test_what_is_needed_stands_to_the_right() -> None:
    graph = graph_of(node("shop"), node("orders"), node("ledger"))
    boxes = layout_of(graph).boxes
    lefts = [boxes[n.ref].x for n in graph.nodes]
    assert lefts == sorted(lefts)
    assert len(set(lefts)) == 3


def test_many_that_need_the_same_stand_in_a_frame_behind_one_arrow() -> None:
    layout = layout_of(star(24))
    assert len(layout.routes) == 1
    assert len(layout.crowds) == 1
    assert layout.height < 800


def test_arrows_go_from_card_to_card() -> None:
    graph = web(25, 40)
    layout = layout_of(graph)
    for route in layout.routes:
        source, target = layout.boxes[route.edge.source], layout.boxes[route.edge.target]
        assert abs(route.points[0][0] - (source.x + source.width)) < 2
        assert abs(route.tip[0] - target.x) < 2


def test_a_thing_that_needs_itself_or_a_ring_can_be_drawn() -> None:
    a, b = node("a"), node("b")
    edges = (Edge(a.ref, a.ref, "dependsOn"), Edge(a.ref, b.ref, "dependsOn"), Edge(b.ref, a.ref, "dependsOn"))
    assert {"a", "b"} <= set(texts(Graph((a, b), edges, a.ref, "both", "a")))


def test_the_same_graph_gives_the_same_drawing() -> None:
    assert draw(web(25, 40)) == draw(web(25, 40))


def test_a_card_tells_name_kind_owner_and_lifecycle() -> None:
    shown = texts(graph_of(node("shop", title="The Shop", lifecycle="deprecated"), node("old", exists=False)))
    assert {"The Shop", "service · Stage crew", "deprecated", "not in the catalog"} <= set(shown)


def test_only_what_is_on_its_way_out_has_a_red_dashed_border() -> None:
    red = re.compile(r'stroke="#c02b2b"[^>]*stroke-dasharray')
    assert red.search(draw(graph_of(node("a", lifecycle="Deprecated"), node("b"))).svg)
    assert not red.search(draw(graph_of(node("a"), node("b"))).svg)


def test_a_container_is_a_frame_that_bears_its_name() -> None:
    inside = node("shop", inside=True)
    graph = Graph((inside, node("ledger")), (), "system:default/market", "both", "Market")
    assert texts(graph).count("Market") == 1
    assert layout_of(graph).inside is not None


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Payments", "Payments"),
        ("<script>alert(1)</script> & co", "<script>alert(1)</script> & co"),
        ("Boxes 🎭🎟️ and\u202e stalls\x00\x1b", "Boxes and stalls"),
        ("line\nbreak\ttab", "line break tab"),
        ("Θίασος Δ και Театр żółw", "Θίασος Δ και Театр żółw"),
        ("日元结算服务", "the-name"),
        ("🎭", "the-name"),
        ("", "the-name"),
    ],
)
def test_titles_are_cleaned_to_what_can_be_drawn(title: str, drawn: str) -> None:
    assert text.clean(title, "the-name") == drawn


@pytest.mark.parametrize("title", ["W" * 300, "payments-settlement-reconciliation-worker-eu-west-1-blue", "a b c"])
def test_a_title_is_cut_to_two_lines_that_fit(title: str) -> None:
    lines = text.wrap(title, 220, 14, "semibold")
    assert 1 <= len(lines) <= 2
    assert all(text.width(line, 14, "semibold") <= 220 for line in lines)


names = st.text(max_size=80)


@settings(max_examples=40, deadline=None)
@given(names, names, names, names)
def test_no_text_breaks_the_drawing_or_leaves_its_element(title: str, owner: str, kind: str, lifecycle: str) -> None:
    one = Node("component:default/a", title, "component", kind, lifecycle, owner)
    graph = graph_of(one, node("b"))
    root = ET.fromstring(draw(graph).svg)  # noqa: S314 - our own SVG
    tags = {element.tag.partition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "rect", "path", "text", "circle", "ellipse"}


def test_words_say_who_needs_what() -> None:
    shop, api, store = node("shop"), node("pay", "api"), node("ledger", "resource", exists=False)
    edges = (Edge(shop.ref, api.ref, "consumesApi"), Edge(shop.ref, store.ref, "dependsOn"))
    said = alt_text(Graph((shop, api, store), edges, shop.ref, "dependencies", "Shop"))
    assert said.startswith("What Shop depends on: component · 2 things")
    assert "shop uses pay. shop depends on ledger." in said
    assert "Not in the catalog: ledger." in said


@pytest.mark.parametrize("graph", [web(60, 120), star(59, rest=441), graph_of(node("a", title="W" * 5000), node("b"))])
def test_words_keep_within_what_slack_takes(graph: Graph) -> None:
    assert len(alt_text(graph)) <= MAX_ALT
    assert heading(graph)
    assert len(subheading(graph)) < 150


def test_what_was_left_out_is_said() -> None:
    assert "476 more not drawn" in subheading(star(24, rest=476))


def problems(shown: Message) -> list[str]:
    return [p.message for p in check_message({"text": shown.text, "blocks": shown.blocks})]


def actions(shown: Message) -> list[str]:
    return [e["action_id"] for b in shown.blocks if b["type"] == "actions" for e in b["elements"]]


@pytest.mark.parametrize("graph", [graph_of(node("a"), node("b"), deeper=True), star(25, rest=475), web(60, 120)])
def test_the_message_is_one_that_slack_takes(graph: Graph) -> None:
    assert problems(message.shown(graph, "F123", shareable=True)) == []


def test_a_picture_offers_the_other_ways_to_look_and_more_only_where_there_is_more() -> None:
    wide = message.shown(graph_of(node("a"), node("b"), deeper=True), "F1", shareable=True)
    assert actions(wide) == [
        ids.PICTURE_DEPENDENTS, ids.PICTURE_DEPENDENCIES, ids.PICTURE_MORE, ids.PICTURE_LESS, ids.PICTURE_SHARE,
    ]  # fmt: skip
    assert ids.PICTURE_MORE not in actions(message.shown(graph_of(node("a"), node("b")), "F1"))


@pytest.mark.parametrize(
    ("direction", "said"), [("dependents", "Nothing depends on a."), ("dependencies", "a depends on nothing.")]
)
def test_one_box_alone_is_said_and_not_drawn(direction: str, said: str) -> None:
    alone = graph_of(node("a"), direction=direction)  # type: ignore[arg-type]
    assert message.is_empty(alone)
    assert message.nothing_to_show(alone).text == said
    assert problems(message.nothing_to_show(alone)) == []


def test_a_buttons_value_is_read_back() -> None:
    value = message.picture_button("system:default/market", "dependents")["value"]
    assert message.asked_for(value) == ("system:default/market", "dependents", 1)


@pytest.mark.parametrize(
    "value",
    ['{"v":1}', '{"v":0,"ref":"a","way":"both","depth":1}', '{"v":1,"ref":"a","way":"up","depth":1}', "", "x"],
)
def test_a_value_of_another_version_is_an_outdated_card(value: str) -> None:
    with pytest.raises(OutdatedStateError):
        message.asked_for(value)
