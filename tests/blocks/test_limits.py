"""Every limit that is a number: its greatest allowed value passes, one more is refused, at the right place."""

from collections.abc import Callable
from typing import Any

import pytest

from blocks.limits import Problem, check_message, check_view
from tests.blocks import samples as s

Json = dict[str, Any]
Build = Callable[[int], Json]


def check(payload: Json) -> list[Problem]:
    return check_view(payload) if payload.get("type") in {"modal", "home"} else check_message(payload)


def text_input(**more: Any) -> Json:
    return s.field({"type": "plain_text_input", **more})


def groups(count: int, size: int = 1) -> Json:
    return {"type": "static_select", "option_groups": [{"label": s.plain(), "options": s.options(size)}] * count}


MOST: list[tuple[str, int, str, str, Build]] = [
    # what, greatest allowed, path of the complaint, its code, payload with n
    ("message blocks", 50, "blocks", "too_many", lambda n: s.message(*[s.divider()] * n)),
    ("modal blocks", 100, "blocks", "too_many", lambda n: s.modal(*[s.divider()] * n)),
    ("home blocks", 100, "blocks", "too_many", lambda n: s.home(*[s.divider()] * n)),
    ("attachments", 100, "attachments", "too_many", lambda n: {"attachments": [{"text": "x"}] * n}),
    ("attachment blocks", 50, "attachments[0].blocks", "too_many",
     lambda n: {"attachments": [{"blocks": [s.divider()] * n}]}),
    ("message text", 40_000, "text", "too_long", lambda n: {"text": s.long(n)}),
    ("block_id", 255, "blocks[0].block_id", "too_long", lambda n: s.message(s.section(block_id=s.long(n)))),
    ("action_id", 255, "blocks[0].elements[0].action_id", "too_long",
     lambda n: s.message(s.actions(s.button(action_id=s.long(n))))),
    ("callback_id", 255, "callback_id", "too_long", lambda n: s.modal(callback_id=s.long(n))),
    ("external_id", 255, "external_id", "too_long", lambda n: s.modal(external_id=s.long(n))),
    ("private_metadata", 3000, "private_metadata", "too_long", lambda n: s.modal(private_metadata=s.long(n))),
    ("modal title", 24, "title.text", "too_long", lambda n: s.modal(title=s.plain(s.long(n)))),
    ("modal submit", 24, "submit.text", "too_long", lambda n: s.modal(submit=s.plain(s.long(n)))),
    ("modal close", 24, "close.text", "too_long", lambda n: s.modal(close=s.plain(s.long(n)))),
    ("section text", 3000, "blocks[0].text.text", "too_long", lambda n: s.message(s.section(s.long(n)))),
    ("context text", 3000, "blocks[0].elements[0].text", "too_long",
     lambda n: s.message({"type": "context", "elements": [s.mrkdwn(s.long(n))]})),
    ("section fields", 10, "blocks[0].fields", "too_many",
     lambda n: s.message({"type": "section", "fields": [s.mrkdwn()] * n})),
    ("section field text", 2000, "blocks[0].fields[0].text", "too_long",
     lambda n: s.message({"type": "section", "fields": [s.mrkdwn(s.long(n))]})),
    ("header", 150, "blocks[0].text.text", "too_long",
     lambda n: s.message({"type": "header", "text": s.plain(s.long(n))})),
    ("header level", 4, "blocks[0].level", "out_of_range",
     lambda n: s.message({"type": "header", "text": s.plain(), "level": n})),
    ("context elements", 10, "blocks[0].elements", "too_many",
     lambda n: s.message({"type": "context", "elements": [s.mrkdwn()] * n})),
    ("actions elements", 25, "blocks[0].elements", "too_many", lambda n: s.message(s.actions(*[s.button()] * n))),
    ("context_actions elements", 5, "blocks[0].elements", "too_many",
     lambda n: s.message(s.context_actions(*[s.icon_button()] * n))),
    ("input label", 2000, "blocks[0].label.text", "too_long",
     lambda n: s.modal(text_input() | {"label": s.plain(s.long(n))})),
    ("input hint", 2000, "blocks[0].hint.text", "too_long",
     lambda n: s.modal(text_input() | {"hint": s.plain(s.long(n))})),
    ("placeholder", 150, "blocks[0].element.placeholder.text", "too_long",
     lambda n: s.modal(text_input(placeholder=s.plain(s.long(n))))),
    ("image url", 3000, "blocks[0].image_url", "too_long", lambda n: s.message(s.image(image_url=s.url(n)))),
    ("image alt text", 2000, "blocks[0].alt_text", "too_long", lambda n: s.message(s.image(alt_text=s.long(n)))),
    ("image title", 2000, "blocks[0].title.text", "too_long",
     lambda n: s.message(s.image(title=s.plain(s.long(n))))),
    ("video title", 199, "blocks[0].title.text", "too_long", lambda n: s.message(s.video(title=s.plain(s.long(n))))),
    ("video author", 49, "blocks[0].author_name", "too_long", lambda n: s.message(s.video(author_name=s.long(n)))),
    ("video description", 199, "blocks[0].description.text", "too_long",
     lambda n: s.message(s.video(description=s.plain(s.long(n))))),
    ("markdown", 12_000, "blocks[0].text", "too_long", lambda n: s.message({"type": "markdown", "text": s.long(n)})),
    ("markdown of a message", 2000, "blocks[1].text", "too_long",
     lambda n: s.message({"type": "markdown", "text": s.long(10_000)}, {"type": "markdown", "text": s.long(n)})),
    ("table rows", 100, "blocks[0].rows", "too_many", lambda n: s.message(s.table(n))),
    ("table columns", 20, "blocks[0].rows[0]", "too_many", lambda n: s.message(s.table(1, n))),
    ("table column settings", 20, "blocks[0].column_settings", "too_many",
     lambda n: s.message(s.table(column_settings=[{"align": "left"}] * n))),
    ("tables", 1, "blocks[1]", "only_one_table_allowed", lambda n: s.message(*[s.table()] * n)),
    ("data table rows", 101, "blocks[0].rows", "too_many", lambda n: s.message(s.data_table(n))),
    ("data table columns", 20, "blocks[0].rows[0]", "too_many", lambda n: s.message(s.data_table(1, n))),
    ("data table characters", 10_000, "blocks[0].rows", "too_long", lambda n: s.message(s.data_table(text=s.long(n)))),
    ("data table page", 100, "blocks[0].page_size", "out_of_range", lambda n: s.message(s.data_table(page_size=n))),
    ("chart title", 50, "blocks[0].title", "too_long", lambda n: s.message(s.chart() | {"title": s.long(n)})),
    ("chart series", 6, "blocks[0].chart.series", "too_many", lambda n: s.message(s.chart(series=s.series(n)))),
    ("chart label", 20, "blocks[0].chart.series[0].data[0].label", "too_long",
     lambda n: s.message(s.chart(series=s.series(label=s.long(n))))),
    ("chart segments", 6, "blocks[0].chart.segments", "too_many",
     lambda n: s.message(s.chart(type="pie", segments=[{"label": "x", "value": 1}] * n))),
    ("chart categories", 20, "blocks[0].chart.axis_config.categories", "too_many",
     lambda n: s.message(s.chart(axis_config={"categories": ["x"] * n}))),
    ("chart axis label", 50, "blocks[0].chart.axis_config.x_label", "too_long",
     lambda n: s.message(s.chart(axis_config={"categories": ["x"], "x_label": s.long(n)}))),
    ("charts", 2, "blocks[2]", "too_many", lambda n: s.message(*[s.chart()] * n)),
    ("card title", 150, "blocks[0].title.text", "too_long", lambda n: s.message(s.card(title=s.plain(s.long(n))))),
    ("card subtitle", 150, "blocks[0].subtitle.text", "too_long",
     lambda n: s.message(s.card(subtitle=s.plain(s.long(n))))),
    ("card body", 200, "blocks[0].body.text", "too_long", lambda n: s.message(s.card(body=s.plain(s.long(n))))),
    ("card actions", 2, "blocks[0].actions", "too_many", lambda n: s.message(s.card(actions=[s.button()] * n))),
    ("carousel", 10, "blocks[0].elements", "too_many",
     lambda n: s.message({"type": "carousel", "elements": [s.card()] * n})),
    ("container", 10, "blocks[0].child_blocks", "too_many", lambda n: s.message(s.container(*[s.divider()] * n))),
    ("container title", 150, "blocks[0].title.text", "too_long",
     lambda n: s.message(s.container(s.divider(), title=s.plain(s.long(n))))),
    ("container subtitle", 150, "blocks[0].subtitle.text", "too_long",
     lambda n: s.message(s.container(s.divider(), subtitle=s.plain(s.long(n))))),
    ("alert", 200, "blocks[0].text.text", "too_long", lambda n: s.modal({"type": "alert", "text": s.plain(s.long(n))})),
    ("plan tasks", 50, "blocks[0].tasks", "too_many",
     lambda n: s.message({"type": "plan", "title": "x", "tasks": [s.task()] * n})),
    ("rich text indent", 8, "blocks[0].elements[0].indent", "out_of_range", lambda n: s.message(s.rich_list(indent=n))),
    ("rich text border", 1, "blocks[0].elements[0].border", "out_of_range", lambda n: s.message(s.rich_list(border=n))),
    ("button text", 75, "blocks[0].elements[0].text.text", "too_long",
     lambda n: s.message(s.actions(s.button(text=s.plain(s.long(n)))))),
    ("button url", 3000, "blocks[0].elements[0].url", "too_long",
     lambda n: s.message(s.actions(s.button(url=s.url(n))))),
    ("button value", 2000, "blocks[0].elements[0].value", "too_long",
     lambda n: s.message(s.actions(s.button(value=s.long(n))))),
    ("button accessibility label", 75, "blocks[0].elements[0].accessibility_label", "too_long",
     lambda n: s.message(s.actions(s.button(accessibility_label=s.long(n))))),
    ("button agent prompt", 4000, "blocks[0].elements[0].agent_prompt", "too_long",
     lambda n: s.message(s.actions(s.button(agent_prompt=s.long(n))))),
    ("select options", 100, "blocks[0].accessory.options", "too_many",
     lambda n: s.message(s.accessory(**s.select(options=s.options(n))))),
    ("select groups", 100, "blocks[0].accessory.option_groups", "too_many",
     lambda n: s.message(s.accessory(**groups(n)))),
    ("select group options", 100, "blocks[0].accessory.option_groups[0].options", "too_many",
     lambda n: s.message(s.accessory(**groups(1, n)))),
    ("option text", 75, "blocks[0].accessory.options[0].text.text", "too_long",
     lambda n: s.message(s.accessory(**s.select(options=[s.option(text=s.plain(s.long(n)))])))),
    ("option value", 150, "blocks[0].accessory.options[0].value", "too_long",
     lambda n: s.message(s.accessory(**s.select(options=[s.option(value=s.long(n))])))),
    ("option description", 75, "blocks[0].accessory.options[0].description.text", "too_long",
     lambda n: s.message(s.accessory(**s.select(options=[s.option(description=s.plain(s.long(n)))])))),
    ("overflow url", 3000, "blocks[0].accessory.options[0].url", "too_long",
     lambda n: s.message(s.accessory(type="overflow", options=[s.option(url=s.url(n))]))),
    ("overflow options", 5, "blocks[0].accessory.options", "too_many",
     lambda n: s.message(s.accessory(type="overflow", options=s.options(n)))),
    ("checkboxes", 10, "blocks[0].accessory.options", "too_many",
     lambda n: s.message(s.accessory(type="checkboxes", options=s.options(n)))),
    ("radio buttons", 10, "blocks[0].accessory.options", "too_many",
     lambda n: s.message(s.accessory(type="radio_buttons", options=s.options(n)))),
    ("confirm title", 100, "blocks[0].elements[0].confirm.title.text", "too_long",
     lambda n: s.message(s.actions(s.button(confirm=s.confirm(title=s.plain(s.long(n))))))),
    ("confirm text", 300, "blocks[0].elements[0].confirm.text.text", "too_long",
     lambda n: s.message(s.actions(s.button(confirm=s.confirm(text=s.plain(s.long(n))))))),
    ("confirm button", 30, "blocks[0].elements[0].confirm.confirm.text", "too_long",
     lambda n: s.message(s.actions(s.button(confirm=s.confirm(confirm=s.plain(s.long(n))))))),
    ("deny button", 30, "blocks[0].elements[0].confirm.deny.text", "too_long",
     lambda n: s.message(s.actions(s.button(confirm=s.confirm(deny=s.plain(s.long(n))))))),
    ("text input max_length", 3000, "blocks[0].element.max_length", "out_of_range",
     lambda n: s.modal(text_input(max_length=n))),
    ("text input min_length", 3000, "blocks[0].element.min_length", "out_of_range",
     lambda n: s.modal(text_input(min_length=n))),
    ("text input initial value", 40, "blocks[0].element.initial_value", "too_long",
     lambda n: s.modal(text_input(max_length=40, initial_value=s.long(n)))),
    ("rich text input lines", 100, "blocks[0].element.max_lines", "out_of_range",
     lambda n: s.modal(s.field({"type": "rich_text_input", "max_lines": n}))),
    ("file input files", 10, "blocks[0].element.max_files", "out_of_range",
     lambda n: s.modal(s.field({"type": "file_input", "max_files": n}))),
    ("feedback text", 75, "blocks[0].elements[0].positive_button.text.text", "too_long",
     lambda n: s.message(s.context_actions(
         s.feedback(positive_button={"text": s.plain(s.long(n)), "value": "v"})))),
    ("feedback value", 2000, "blocks[0].elements[0].negative_button.value", "too_long",
     lambda n: s.message(s.context_actions(
         s.feedback(negative_button={"text": s.plain(), "value": s.long(n)})))),
    ("icon button value", 2000, "blocks[0].elements[0].value", "too_long",
     lambda n: s.message(s.context_actions(s.icon_button(value=s.long(n))))),
    ("icon button people", 10, "blocks[0].elements[0].visible_to_user_ids", "too_many",
     lambda n: s.message(s.context_actions(s.icon_button(visible_to_user_ids=["U1"] * n)))),
]  # fmt: skip


@pytest.mark.parametrize(("most", "build"), [(row[1], row[4]) for row in MOST], ids=[row[0] for row in MOST])
def test_the_greatest_allowed_value_passes(most: int, build: Build) -> None:
    assert check(build(most)) == []


@pytest.mark.parametrize(("most", "path", "code", "build"), [row[1:] for row in MOST], ids=[row[0] for row in MOST])
def test_one_more_is_refused_where_it_stands(most: int, path: str, code: str, build: Build) -> None:
    problem = check(build(most + 1))[0]
    assert (path, code) == (problem.path, problem.code)
    assert not problem.message.startswith("missing")


@pytest.mark.parametrize(
    ("most", "build"),
    [(row[1], row[4]) for row in MOST if row[3] in {"too_many", "too_long"}],
    ids=[row[0] for row in MOST if row[3] in {"too_many", "too_long"}],
)
def test_a_refusal_names_the_limit_or_what_is_there(most: int, build: Build) -> None:
    message = check(build(most + 1))[0].message
    assert str(most) in message or "12000" in message
    assert "has" in message
