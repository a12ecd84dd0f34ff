"""Rules that aren't numbers: kinds of text, required fields, surfaces, ids, focus."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.limits import Problem, check_message, check_view
from tests.blocks import samples as s

Json = dict[str, Any]


def check(payload: Json) -> list[Problem]:
    return check_view(payload) if "type" in payload else check_message(payload)


def text_input(**more: Any) -> Json:
    return s.field({"type": "plain_text_input", **more})


def number(**more: Any) -> Json:
    return s.modal(s.field({"type": "number_input", "is_decimal_allowed": False, **more}))


def picked(**element: Any) -> Json:
    return s.message(s.actions(element))


RULES: list[tuple[str, str, str, Json, Json]] = [
    # what, path, code, refused, and its neighbour that passes
    ("a header is plain text", "blocks[0].text.type", "wrong_text_type",
     s.message({"type": "header", "text": s.mrkdwn()}), s.message({"type": "header", "text": s.plain()})),
    ("a modal's title is plain text", "title.type", "wrong_text_type", s.modal(title=s.mrkdwn()), s.modal()),
    ("a button's text is plain text", "blocks[0].elements[0].text.type", "wrong_text_type",
     s.message(s.actions(s.button(text=s.mrkdwn()))), s.message(s.actions(s.button()))),
    ("text isn't empty", "blocks[0].text.text", "empty", s.message(s.section("")), s.message(s.section(" "))),
    ("text is a string", "blocks[0].text.text", "wrong_type",
     s.message({"type": "section", "text": {"type": "mrkdwn", "text": 5}}), s.message(s.section("5"))),
    ("text is an object", "blocks[0].text", "wrong_type",
     s.message({"type": "section", "text": "x"}), s.message(s.section())),
    ("a message says something", "text", "no_text", {"blocks": []}, {"text": "x"}),
    ("a block is known", "blocks[0].type", "unknown_block", s.message({"type": "sektion"}), s.message(s.section())),
    ("a block is an object", "blocks[0]", "wrong_type", {"text": "x", "blocks": ["x"]}, s.message(s.divider())),
    ("blocks are a list", "blocks", "wrong_type", {"text": "x", "blocks": {}}, {"text": "x", "blocks": []}),
    ("an element is known", "blocks[0].elements[0].type", "unknown_element",
     s.message(s.actions({"type": "knob"})), s.message(s.actions(s.button()))),
    ("an element stands where it may", "blocks[0].elements[0].type", "wrong_element",
     s.message(s.actions({"type": "plain_text_input"})), s.modal(text_input())),
    ("context holds no button", "blocks[0].elements[0].type", "wrong_element",
     s.message({"type": "context", "elements": [s.button()]}),
     s.message({"type": "context", "elements": [s.image()]})),
    ("block ids are unique", "blocks[1].block_id", "duplicate_block_id",
     s.message(s.section(block_id="a"), s.section(block_id="a")),
     s.message(s.section(block_id="a"), s.section(block_id="b"))),
    ("action ids are unique in a block", "blocks[0].elements[1].action_id", "duplicate_action_id",
     s.message(s.actions(s.button(action_id="a"), s.button(action_id="a"))),
     s.message(s.actions(s.button(action_id="a")), s.actions(s.button(action_id="a")))),
    ("a section has content", "blocks[0]", "missing", s.message({"type": "section"}), s.message(s.section())),
    ("an image has one source", "blocks[0]", "both",
     s.message(s.image(slack_file={"id": "F1"})), s.message(s.image())),
    ("an image has alt text", "blocks[0].alt_text", "missing",
     s.message({"type": "image", "image_url": s.url(30)}), s.message(s.image())),
    ("a url is one", "blocks[0].image_url", "invalid_url",
     s.message(s.image(image_url="javascript:x")), s.message(s.image())),
    ("a slack file is named once", "blocks[0].slack_file", "both",
     s.message({"type": "image", "alt_text": "x", "slack_file": {"id": "F1", "url": s.url(30)}}),
     s.message({"type": "image", "alt_text": "x", "slack_file": {"id": "F1"}})),
    ("a video is https", "blocks[0].video_url", "invalid_url",
     s.message(s.video(video_url="http://e.example/")), s.message(s.video())),
    ("an input has a label", "blocks[0].label", "missing",
     s.modal({"type": "input", "element": {"type": "plain_text_input"}}), s.modal(text_input())),
    ("an input has an element", "blocks[0].element", "missing",
     s.modal({"type": "input", "label": s.plain()}), s.modal(text_input())),
    ("input needs submit", "submit", "missing",
     {"type": "modal", "title": s.plain(), "blocks": [text_input()]},
     {"type": "modal", "title": s.plain(), "blocks": [s.section()]}),
    ("a modal has a title", "title", "missing", {"type": "modal", "blocks": []}, s.modal()),
    ("a view has blocks", "blocks", "missing", {"type": "home"}, s.home()),
    ("a view has a known type", "type", "invalid_value", s.home() | {"type": "tab"}, s.home()),
    ("a select has options", "blocks[0].accessory", "missing",
     s.message(s.accessory(type="static_select")), s.message(s.accessory(**s.select()))),
    ("a select has options or groups", "blocks[0].accessory", "both",
     s.message(s.accessory(**s.select(option_groups=[{"label": s.plain(), "options": s.options(1)}]))),
     s.message(s.accessory(**s.select()))),
    ("a select has an option", "blocks[0].accessory.options", "too_few",
     s.message(s.accessory(**s.select(options=[]))), s.message(s.accessory(**s.select()))),
    ("an overflow has an option", "blocks[0].accessory.options", "too_few",
     s.message(s.accessory(type="overflow", options=[])),
     s.message(s.accessory(type="overflow", options=s.options(1)))),
    ("a choice is one of the options", "blocks[0].accessory.initial_option", "not_an_option",
     s.message(s.accessory(**s.select(initial_option=s.option(value="z")))),
     s.message(s.accessory(**s.select(initial_option=s.option(value="0"))))),
    ("boxes checked are among the options", "blocks[0].accessory.initial_options[0]", "not_an_option",
     s.message(s.accessory(type="checkboxes", options=s.options(2), initial_options=[s.option(value="z")])),
     s.message(s.accessory(type="checkboxes", options=s.options(2), initial_options=s.options(1)))),
    ("an option of a select has no url", "blocks[0].accessory.options[0].url", "not_allowed",
     s.message(s.accessory(**s.select(options=[s.option(url=s.url(30))]))),
     s.message(s.accessory(type="overflow", options=[s.option(url=s.url(30))]))),
    ("option text isn't empty", "blocks[0].accessory.options[0].text.text", "empty",
     s.message(s.accessory(**s.select(options=[s.option(text=s.plain(""))]))),
     s.message(s.accessory(**s.select(options=[s.option(text=s.plain("x"))])))),
    ("a style is known", "blocks[0].elements[0].style", "invalid_value",
     s.message(s.actions(s.button(style="green"))), s.message(s.actions(s.button(style="danger")))),
    ("a date has its shape", "blocks[0].elements[0].initial_date", "invalid_format",
     picked(type="datepicker", initial_date="1.2.2026"), picked(type="datepicker", initial_date="2026-02-01")),
    ("a time has its shape", "blocks[0].elements[0].initial_time", "invalid_format",
     picked(type="timepicker", initial_time="25:00"), picked(type="timepicker", initial_time="23:59")),
    ("a moment has ten digits", "blocks[0].elements[0].initial_date_time", "out_of_range",
     picked(type="datetimepicker", initial_date_time=5),
     picked(type="datetimepicker", initial_date_time=1_700_000_000)),
    ("a number input says if it takes decimals", "blocks[0].element.is_decimal_allowed", "missing",
     s.modal(s.field({"type": "number_input"})), number()),
    ("a number is a string", "blocks[0].element.min_value", "wrong_type", number(min_value=1), number(min_value="1")),
    ("a number is a number", "blocks[0].element.initial_value", "invalid_format",
     number(initial_value="one"), number(initial_value="-1.5")),
    ("a range isn't empty", "blocks[0].element.min_value", "out_of_range",
     number(min_value="3", max_value="2"), number(min_value="2", max_value="2")),
    ("lengths aren't contradictory", "blocks[0].element.min_length", "out_of_range",
     s.modal(text_input(min_length=3, max_length=2)), s.modal(text_input(min_length=2, max_length=2))),
    ("one element has the focus", "blocks[1].element.focus_on_load", "duplicate_focus",
     s.modal(text_input(focus_on_load=True), text_input(focus_on_load=True)),
     s.modal(text_input(focus_on_load=True), text_input(focus_on_load=False))),
    ("files are for modals", "blocks[0].element.type", "wrong_surface",
     s.home(s.field({"type": "file_input"})), s.modal(s.field({"type": "file_input"}))),
    ("tables of both kinds count together", "blocks[1]", "only_one_table_allowed",
     s.message(s.table(), s.data_table()), s.message(s.data_table())),
    ("a data table has a caption", "blocks[0].caption", "missing",
     s.message(s.table() | {"type": "data_table"}), s.message(s.data_table())),
    ("a list has a style", "blocks[0].elements[0].style", "invalid_value",
     s.message(s.rich_list(style="roman")), s.message(s.rich_list(style="ordered"))),
    ("rich text has known parts", "blocks[0].elements[0].type", "unknown_element",
     s.message(s.rich({"type": "rich_text_table"})),
     s.message(s.rich({"type": "rich_text_quote", "elements": []}))),
    ("rich text isn't empty", "blocks[0].elements[0].elements[0].text", "empty",
     s.message(s.rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})),
     s.message(s.rich({"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}))),
    ("an icon is known", "blocks[0].elements[0].icon", "invalid_value",
     s.message(s.context_actions(s.icon_button(icon="bell"))), s.message(s.context_actions(s.icon_button()))),
    ("a lone task isn't pending", "blocks[0].status", "invalid_value",
     s.message(s.task(status="pending")),
     s.message({"type": "plan", "title": "x", "tasks": [s.task(status="pending")]})),
    ("an alert's level is known", "blocks[0].level", "invalid_value",
     s.modal({"type": "alert", "text": s.plain(), "level": "loud"}),
     s.modal({"type": "alert", "text": s.plain(), "level": "warning"})),
    ("a container's width is known", "blocks[0].width", "invalid_value",
     s.message(s.container(s.divider(), width="huge")), s.message(s.container(s.divider(), width="wide"))),
    ("a container holds no container", "blocks[0].child_blocks[0].type", "wrong_element",
     s.message(s.container(s.container(s.divider()))), s.message(s.container(s.section()))),
    ("a carousel holds cards", "blocks[0].elements[0].type", "wrong_element",
     s.message({"type": "carousel", "elements": [s.divider()]}),
     s.message({"type": "carousel", "elements": [s.card()]})),
    ("a card shows something", "blocks[0]", "missing",
     s.message({"type": "card", "subtitle": s.plain()}), s.message(s.card())),
    ("a confirm dialog is whole", "blocks[0].elements[0].confirm.deny", "missing",
     s.message(s.actions(s.button(confirm={k: v for k, v in s.confirm().items() if k != "deny"}))),
     s.message(s.actions(s.button(confirm=s.confirm())))),
    ("an empty block id is none", "blocks[0].block_id", "empty",
     s.message(s.section(block_id="")), s.message(s.section(block_id="a"))),
]  # fmt: skip

SAMPLES: dict[str, Json] = {
    "alert": {"type": "alert", "text": s.plain()},
    "card": s.card(),
    "carousel": {"type": "carousel", "elements": [s.card()]},
    "container": s.container(s.divider()),
    "context_actions": s.context_actions(s.icon_button()),
    "data_table": s.data_table(),
    "data_visualization": s.chart(),
    "divider": s.divider(),
    "markdown": {"type": "markdown", "text": "x"},
    "plan": {"type": "plan", "title": "x"},
    "rich_text": s.rich_list(),
    "section": s.section(),
    "table": s.table(),
    "task_card": s.task(),
    "video": s.video(),
}
NOT_ON = {
    "message": {"alert"},
    "modal": {
        "card", "carousel", "context_actions", "data_table", "data_visualization", "markdown", "plan", "table",
        "task_card",
    },
    "home": {"alert", "context_actions", "markdown", "plan", "task_card"},
}  # fmt: skip


@pytest.mark.parametrize(("path", "code", "refused"), [row[1:4] for row in RULES], ids=[row[0] for row in RULES])
def test_what_breaks_a_rule_is_refused_where_it_stands(path: str, code: str, refused: Json) -> None:
    problem = check(refused)[0]
    assert (path, code) == (problem.path, problem.code)


@pytest.mark.parametrize("passing", [row[4] for row in RULES], ids=[row[0] for row in RULES])
def test_its_neighbour_passes(passing: Json) -> None:
    assert check(passing) == []


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
@pytest.mark.parametrize("kind", SAMPLES)
def test_a_block_stands_only_on_its_surfaces(kind: str, surface: str) -> None:
    payload = {"message": s.message, "modal": s.modal, "home": s.home}[surface](SAMPLES[kind])
    expected = [("wrong_surface", "blocks[0].type")] if kind in NOT_ON[surface] else []
    assert expected == [(each.code, each.path) for each in check(payload)]


def test_every_problem_of_a_payload_is_told() -> None:
    payload = s.message(s.section(""), {"type": "nope"}, s.actions(s.button(value=s.long(2001))))
    assert [problem.code for problem in check(payload)] == ["empty", "unknown_block", "too_long"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "element", "accessory", "options", "rows", "fields", "chart"]),
            inner | st.sampled_from([*SAMPLES, "actions", "input", "static_select", "number_input", "rich_text_list"]),
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_any_json_is_judged_without_breaking(blocks: Any) -> None:
    for problem in [*check_message({"text": "x", "blocks": blocks}), *check_view({"type": "modal", "blocks": blocks})]:
        assert problem.message
        assert problem.code
