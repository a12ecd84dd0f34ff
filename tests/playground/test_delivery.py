"""How the app is reached: signatures, retries, sockets, and trouble on request."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from playground.client import Control, ControlError
from playground.server import RunningWorkspace
from playground.timing import Timing
from tests.playground.conftest import Start, bolt_app, over_sockets
from tests.playground.sink import Sink

Json = dict[str, Any]


@contextmanager
def dial(running: RunningWorkspace) -> Iterator[ClientConnection]:
    url = WebClient(token=running.app_token, base_url=running.api_url).apps_connections_open(
        app_token=running.app_token
    )["url"]
    with connect(url, proxy=None) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
        yield socket


def take(socket: ClientConnection, *, ack: bool = True) -> Json:
    envelope: Json = json.loads(socket.recv(timeout=3))
    if ack:
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
    return envelope


def test_every_request_is_signed(app: Sink, control: Control, running: RunningWorkspace) -> None:
    control.command("ada", "general", "/sample hi")
    control.message("ada", "general", "hi")
    control.wait_until(lambda: len(app.seen) == 2)
    verifier = SignatureVerifier(running.signing_secret)
    assert [verifier.is_valid_request(each.raw, each.headers) for each in app.seen] == [True, True]


def test_a_command_arrives_with_people_and_channels_as_ids(app: Sink, control: Control) -> None:
    control.command("ada", "general", "/sample who is @bo in #random & <b> @nobody")
    payload = app.seen[0].payload
    expected = "who is <@U0BO|bo> in <#C0RANDOM|random> &amp; &lt;b&gt; @nobody"
    assert (expected, "U0ADA", "general") == (payload["text"], payload["user_id"], payload["channel_name"])


def test_an_event_is_sent_again_with_number_and_reason(app: Sink, control: Control) -> None:
    app.answers = [500, 500]
    control.message("ada", "general", "hi")
    control.wait_until(lambda: len(app.seen) == 3)
    retries = [(s.headers.get("x-slack-retry-num"), s.headers.get("x-slack-retry-reason")) for s in app.seen]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({each.payload["event_id"] for each in app.seen}) == 1


def test_an_app_can_ask_not_to_be_retried(app: Sink, control: Control) -> None:
    app.answers, app.answer_headers = [500], {"X-Slack-No-Retry": "1"}
    control.message("ada", "general", "one")
    control.wait_until(lambda: app.seen)
    control.message("ada", "general", "two")
    control.wait_until(lambda: len(app.seen) == 2)
    assert [each.payload["event"]["text"] for each in app.seen] == ["one", "two"]


def test_a_mention_arrives_as_message_and_as_mention(app: Sink, control: Control) -> None:
    control.message("ada", "general", "hello @sample")
    control.wait_until(lambda: len(app.seen) == 2)
    assert {"message", "app_mention"} == {each.payload["event"]["type"] for each in app.seen}


def test_an_event_can_be_doubled(app: Sink, control: Control) -> None:
    control.fault("duplicate", delivery="events_api")
    control.message("ada", "app", "hi")
    control.wait_until(lambda: len(app.seen) == 2)
    assert len({each.payload["event_id"] for each in app.seen}) == 1


@pytest.mark.parametrize(("answers", "error"), [([404], "dispatch_failed"), (None, "operation_timeout")])
def test_an_unanswered_command_is_told_as_slack_tells_it(
    app: Sink, control: Control, answers: list[int] | None, error: str
) -> None:
    if answers is None:
        app.hold.clear()
    app.answers = list(answers or [])
    result = control.command("ada", "general", "/sample hi")
    note = control.messages("C0GENERAL")[-1]
    assert (error, "U0ADA") == (result["error"], note["ephemeral_to"])
    assert f'/sample failed with the error "{error}"' == note["text"]


def test_a_command_can_be_answered_in_its_acknowledgement(app: Sink, control: Control) -> None:
    app.answers = [{"response_type": "in_channel", "text": "there"}]
    control.command("ada", "general", "/sample hi")
    message = control.messages("C0GENERAL")[0]
    assert (message["text"], message["ephemeral_to"]) == ("there", None)


def test_nobody_knows_an_unknown_command(app: Sink, control: Control) -> None:
    result = control.command("ada", "general", "/simple hi")
    assert (result["error"], app.seen) == ("invalid_command", [])
    assert "/sample" in result["message"]


def test_each_envelope_goes_down_one_socket(running: RunningWorkspace, control: Control) -> None:
    with dial(running) as one, dial(running) as two:
        control.message("ada", "app", "first")
        first = take(one)
        control.message("ada", "app", "second")
        second = take(two)
    texts = [envelope["payload"]["event"]["text"] for envelope in (first, second)]
    assert (texts, first["type"]) == (["first", "second"], "events_api")


def test_an_unacknowledged_envelope_comes_again(running: RunningWorkspace, control: Control) -> None:
    with dial(running) as socket:
        control.fault("timeout", delivery="events_api")
        control.message("ada", "app", "hi")
        attempts = [take(socket) for _ in range(2)]
    shown = [(each["retry_attempt"], each["retry_reason"]) for each in attempts]
    assert shown == [(0, ""), (1, "timeout")]
    assert attempts[0]["envelope_id"] != attempts[1]["envelope_id"]


def test_a_ticket_is_good_once(running: RunningWorkspace) -> None:
    answer = WebClient(base_url=running.api_url).apps_connections_open(app_token=running.app_token)
    with connect(answer["url"], proxy=None) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
    with pytest.raises(InvalidStatus, match="403"), connect(answer["url"], proxy=None):
        pass


def test_an_app_whose_socket_drops_comes_back_and_gets_its_event(start: Start) -> None:
    running = start(timing=Timing(retry_delays=(0.1, 1.0, 3.0)))
    with Control(running.url) as control, over_sockets(bolt_app(running), running):
        control.wait_for_app()
        control.fault("drop_socket", delivery="events_api")
        question = control.message("ada", "general", "@sample still there?")
        answer = control.wait_for_message("general", lambda m: m["user"] == "U0BOT", 8)
    assert question["ts"] == answer["thread_ts"]


def test_without_a_socket_a_command_fails_at_once(control: Control) -> None:
    assert control.command("ada", "general", "/sample")["error"] == "dispatch_failed"


@pytest.mark.parametrize(
    ("act", "body", "told"),
    [
        ("command", {"user": "eve", "channel": "general", "text": "/x"}, "U0ADA (ada)"),
        ("message", {"user": "ada", "channel": "nowhere", "text": "x"}, "#general"),
        ("message", {"user": "ada"}, "missing channel, text"),
        ("shortcut", {"user": "ada", "callback_id": "nope"}, "sample_global"),
        ("submit", {"user": "ada"}, "no modal is open"),
        ("fault", {"kind": "flood", "method": "*"}, "ratelimit"),
        ("dance", {}, "there is: command, message"),
    ],
)
def test_an_impossible_act_says_what_would_work(running: RunningWorkspace, act: str, body: Json, told: str) -> None:
    answer = httpx.post(f"{running.url}/_control/{act}", json=body)
    assert answer.status_code == 400
    assert told in answer.json()["message"]


def test_a_reset_empties_the_workspace(control: Control) -> None:
    control.message("ada", "general", "hi")
    control.reset()
    assert control.messages("C0GENERAL") == []
    with pytest.raises(ControlError, match="nobody here"):
        control.message("zoe", "general", "hi")
