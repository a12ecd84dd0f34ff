"""Modals, Home tabs, choices and response URLs, as an app over HTTP sees them."""

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.client import Control, ControlError
from playground.errors import Json
from playground.timing import Timing
from tests.playground.conftest import Start
from tests.playground.sink import Sink


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    return {"text": plain(value.title()), "value": value}


def field(name: str, **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element}


def modal(*blocks: Json, **more: Any) -> Json:
    body = {"type": "modal", "title": plain("T"), "submit": plain("Go")}
    return body | {"blocks": list(blocks or [field("name")]), **more}


def trigger(app: Sink, control: Control) -> str:
    control.command("ada", "general", "/sample")
    return str(app.seen[-1].payload["trigger_id"])


def open_modal(app: Sink, control: Control, api: WebClient, view: Json) -> Json:
    opened: Json = api.views_open(trigger_id=trigger(app, control), view=view)["view"]
    return opened


def code_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def test_a_trigger_works_once(app: Sink, control: Control, api: WebClient) -> None:
    used = trigger(app, control)
    api.views_open(trigger_id=used, view=modal())
    assert code_of(api.views_open, trigger_id=used, view=modal()) == "exchanged_trigger_id"


def test_a_trigger_expires(start: Start) -> None:
    running = start(timing=Timing(trigger_seconds=0.0))
    api = WebClient(token=running.bot_token, base_url=running.api_url)
    with Control(running.url) as control:
        old = control.command("ada", "general", "/sample")["trigger_id"]
    assert code_of(api.views_open, trigger_id=old, view=modal()) == "expired_trigger_id"


def test_a_stale_hash_is_refused(app: Sink, control: Control, api: WebClient) -> None:
    view = open_modal(app, control, api, modal())
    api.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert code_of(api.views_update, view_id=view["id"], hash=view["hash"], view=modal()) == "hash_conflict"


def test_three_views_are_the_deepest_stack(app: Sink, control: Control, api: WebClient) -> None:
    open_modal(app, control, api, modal())
    for _ in range(2):
        api.views_push(trigger_id=trigger(app, control), view=modal())
    assert code_of(api.views_push, trigger_id=trigger(app, control), view=modal()) == "push_limit_reached"


def test_what_was_typed_stays_as_long_as_the_ids_do(app: Sink, control: Control, api: WebClient) -> None:
    view = open_modal(app, control, api, modal(field("same"), field("other")))
    for name in ("same", "other"):
        control.fill("ada", name, view_id=view["id"], value="typed")
    again = modal(field("same", initial_value="fresh"), field("new", initial_value="fresh"))
    values = api.views_update(view_id=view["id"], view=again)["view"]["state"]["values"]
    assert (values["same"]["same"]["value"], values["new"]["new"]["value"]) == ("typed", "fresh")


def test_a_submission_may_update_push_and_clear(app: Sink, control: Control, api: WebClient) -> None:
    first = open_modal(app, control, api, modal())
    app.answers = [
        {"response_action": "update", "view": modal(callback_id="two")},
        {"response_action": "push", "view": modal(callback_id="three")},
        {"response_action": "clear"},
    ]
    shown = [control.submit("ada", {"name": {"name": "x"}})["modal"] for _ in range(3)]
    assert [each and each["callback_id"] for each in shown] == ["two", "three", None]
    assert (first["id"], first["id"]) == (shown[0]["id"], shown[1]["previous_view_id"])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (500, "dispatch_failed"),
        ({"response_action": "errors", "errors": {"nope": "x"}}, "no input block 'nope'; there is: name"),
        ({"response_action": "update", "view": {"type": "modal"}}, "missing required field"),
        ({"response_action": "explode"}, "unknown_response_action"),
    ],
)
def test_a_wrong_answer_leaves_the_modal_open(
    app: Sink, control: Control, api: WebClient, answer: Any, error: str
) -> None:
    open_modal(app, control, api, modal())
    app.answers = [answer]
    result = control.submit("ada", {"name": {"name": "x"}})
    view = control.modal("U0ADA")
    assert error in result["error"]
    assert view is not None
    assert "trouble connecting" in view["trouble"]


def test_closing_is_told_when_asked_for(app: Sink, control: Control, api: WebClient) -> None:
    for notify in (False, True):
        open_modal(app, control, api, modal(notify_on_close=notify, callback_id=str(notify)))
        control.close("ada")
    told = control.wait_until(lambda: app.payloads("view_closed") or None)
    assert [(each["view"]["callback_id"], each["is_cleared"]) for each in told] == [("True", False)]
    assert control.modal("U0ADA") is None


@pytest.mark.parametrize(
    ("element", "typed", "told"),
    [
        ({"type": "plain_text_input", "min_length": 3}, "ab", "at least 3"),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "at most 3"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "whole number"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5", "2 or less"),
        ({"type": "email_text_input"}, "ada", "valid email"),
        ({"type": "url_text_input"}, "ada", "valid URL"),
    ],
)
def test_the_client_checks_what_slacks_client_checks(
    app: Sink, control: Control, api: WebClient, element: Json, typed: str, told: str
) -> None:
    block = field("f") | {"element": {"action_id": "f", **element}}
    open_modal(app, control, api, modal(block))
    assert told in control.submit("ada", {"f": {"f": typed}})["errors"]["f"]


OPTIONS = [option("a"), option("b")]
CHOICES: list[tuple[Json, Json, Json]] = [
    # element, what is chosen, what the action says
    ({"type": "button", "text": plain("B"), "value": "v"}, {}, {"value": "v"}),
    ({"type": "static_select", "options": OPTIONS}, {"value": "b"}, {"selected_option": "b"}),
    ({"type": "overflow", "options": OPTIONS}, {"value": "a"}, {"selected_option": "a"}),
    ({"type": "radio_buttons", "options": OPTIONS}, {"value": "a"}, {"selected_option": "a"}),
    ({"type": "checkboxes", "options": OPTIONS}, {"value": ["a", "b"]}, {"selected_options": ["a", "b"]}),
    ({"type": "users_select"}, {"value": "U0BO"}, {"selected_user": "U0BO"}),
    ({"type": "conversations_select"}, {"value": "C0RANDOM"}, {"selected_conversation": "C0RANDOM"}),
    ({"type": "channels_select"}, {"selected_channel": "C0RANDOM"}, {"selected_channel": "C0RANDOM"}),
    ({"type": "datepicker"}, {"value": "2026-02-03"}, {"selected_date": "2026-02-03"}),
    ({"type": "timepicker"}, {"value": "12:30"}, {"selected_time": "12:30"}),
    ({"type": "datetimepicker"}, {"value": 1_700_000_000}, {"selected_date_time": 1_700_000_000}),
]


def only_values(found: Any) -> Any:
    if isinstance(found, dict):
        return found["value"]
    return [only_values(each) for each in found] if isinstance(found, list) else found


@pytest.mark.parametrize(("element", "given", "expected"), CHOICES, ids=[row[0]["type"] for row in CHOICES])
def test_a_choice_arrives_in_slacks_shape(
    app: Sink, control: Control, api: WebClient, element: Json, given: Json, expected: Json
) -> None:
    block = {"type": "actions", "block_id": "b", "elements": [{"action_id": "a", **element}]}
    ts = api.chat_postMessage(channel="general", text="x", blocks=[block])["ts"]
    assert control.action("bo", "a", channel="general", ts=ts, **given)["ok"]
    payload = app.payloads("block_actions")[0]
    action = payload["actions"][0]
    assert expected == {key: only_values(action[key]) for key in expected}
    assert ("a", "b", element["type"]) == (action["action_id"], action["block_id"], action["type"])
    assert ("U0BO", ts, "C0GENERAL") == (
        payload["user"]["id"],
        payload["message"]["ts"],
        payload["container"]["channel_id"],
    )


def test_options_from_the_app_can_be_chosen(app: Sink, control: Control, api: WebClient) -> None:
    element = {"type": "external_select", "action_id": "e", "min_query_length": 2}
    block = {"type": "section", "block_id": "b", "text": plain("x"), "accessory": element}
    ts = api.chat_postMessage(channel="general", text="x", blocks=[block])["ts"]
    where = {"channel": "general", "ts": ts}
    control.wait_until(lambda: app.payloads("message") or None)
    app.answers = [{"options": OPTIONS}]
    assert control.suggest("bo", "e", "x", **where)["sent"] is False
    assert control.suggest("bo", "e", "xy", **where)["options"] == OPTIONS
    control.action("bo", "e", value="b", **where)
    assert app.payloads("block_actions")[0]["actions"][0]["selected_option"]["value"] == "b"
    with pytest.raises(ControlError, match="it has: 'a', 'b'"):
        control.action("bo", "e", value="z", **where)


def test_more_than_a_hundred_options_are_refused(app: Sink, control: Control, api: WebClient) -> None:
    element = {"type": "external_select", "action_id": "e", "min_query_length": 0}
    view = open_modal(app, control, api, modal(field("e") | {"element": element}))
    app.answers = [{"options": [option(f"v{n}") for n in range(101)]}]
    assert "101" in control.suggest("ada", "e", "", view_id=view["id"])["error"]


def test_the_home_tab_is_opened_and_published(app: Sink, control: Control, api: WebClient) -> None:
    control.open_home("ada")
    event = control.wait_until(lambda: app.payloads("app_home_opened") or None)[0]["event"]
    api.views_publish(user_id="U0ADA", view={"type": "home", "blocks": [{"type": "divider"}]})
    assert (event["tab"], event["user"], "view" in event) == ("home", "U0ADA", False)
    assert control.wait_for_home("U0ADA")["blocks"][0]["type"] == "divider"


def test_shortcuts_arrive_with_their_place(app: Sink, control: Control) -> None:
    ts = control.message("ada", "general", "look")["ts"]
    control.shortcut("bo", "sample_global")
    control.shortcut("bo", "sample_message", "general", ts)
    (everywhere,), (there,) = app.payloads("shortcut"), app.payloads("message_action")
    assert (everywhere["callback_id"], there["message"]["text"]) == ("sample_global", "look")


def test_a_link_of_ours_is_unfurled(app: Sink, control: Control, api: WebClient) -> None:
    ts = control.message("ada", "general", "see https://sample.example.com/a?b=1&c=2.")["ts"]
    event = control.wait_until(lambda: app.payloads("link_shared") or None)[0]["event"]
    url = event["links"][0]["url"]
    section = {"type": "section", "text": plain("unfurled")}
    api.chat_unfurl(channel="C0GENERAL", ts=ts, unfurls={url: {"blocks": [section]}})
    assert url == "https://sample.example.com/a?b=1&c=2"
    assert "unfurled" in str(control.messages("C0GENERAL")[0]["attachments"])


def test_a_response_url_is_good_for_five_uses(app: Sink, control: Control) -> None:
    control.command("ada", "general", "/sample")
    url = app.seen[0].payload["response_url"]
    answers = [httpx.post(url, json={"text": str(n)}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[5].json()["error"] == "used_url"
    assert {"U0ADA"} == {message["ephemeral_to"] for message in control.messages("C0GENERAL")}


def test_a_response_url_replaces_and_deletes_what_was_clicked(app: Sink, control: Control, api: WebClient) -> None:
    block = {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": plain("B")}]}
    api.chat_postEphemeral(channel="C0GENERAL", user="U0ADA", text="old", blocks=[block])
    message = control.messages("C0GENERAL")[0]
    control.click("ada", message, "a")
    payload = app.payloads("block_actions")[0]
    httpx.post(payload["response_url"], json={"replace_original": True, "text": "new"})
    replaced = control.messages("C0GENERAL")[0]
    httpx.post(payload["response_url"], json={"delete_original": True})
    assert ("new", message["ts"], "U0ADA") == (replaced["text"], replaced["ts"], replaced["ephemeral_to"])
    assert ("message" in payload, control.messages("C0GENERAL")) == (False, [])


def test_what_only_one_person_sees_nobody_else_can_click(app: Sink, control: Control, api: WebClient) -> None:
    api.chat_postEphemeral(channel="C0GENERAL", user="U0ADA", text="psst")
    message = control.messages("C0GENERAL")[0]
    with pytest.raises(ControlError, match="bo sees no message"):
        control.click("bo", message, "a")
