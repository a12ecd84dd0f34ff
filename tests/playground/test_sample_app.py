"""A plain Bolt app in the workspace: command, modal with errors, select options, thread; both ways of delivery."""

from collections.abc import Iterator

import pytest

from playground.client import Control
from playground.errors import Json
from playground.server import RunningWorkspace
from tests.playground.conftest import bolt_app, over_http, over_sockets


@pytest.fixture(params=["socket", "http"])
def connected(request: pytest.FixtureRequest, running: RunningWorkspace, control: Control) -> Iterator[Control]:
    app = bolt_app(running)
    if request.param == "socket":
        with over_sockets(app, running):
            control.wait_for_app()
            yield control
    else:
        with over_http(app) as (url, _):
            control.configure(request_url=url)
            yield control


def open_modal(control: Control) -> Json:
    assert control.command("ada", "general", "/sample hi")["ok"]
    return control.wait_for_modal("U0ADA")


def test_an_order_goes_through_a_modal_with_an_error_on_the_way(connected: Control) -> None:
    modal = open_modal(connected)
    offered = connected.suggest("ada", "fruit", "ap", view_id=modal["id"])
    refused = connected.submit("ada", {"name": {"name": "ADA"}, "fruit": {"fruit": "apricot"}})
    done = connected.submit("ada", {"name": {"name": "ada"}})

    assert [option["value"] for option in offered["options"]] == ["apple", "apricot"]
    assert refused["errors"] == {"name": "Lower case, please."}
    assert (done["ok"], done["modal"]) == (True, None)
    assert connected.wait_for_message("general", lambda m: m["text"] == "ada: apricot")["user"] == "U0BOT"


def test_a_mention_is_answered_in_its_thread(connected: Control) -> None:
    question = connected.message("bo", "general", "@sample are you there?")

    answer = connected.wait_for_message("general", lambda m: m["user"] == "U0BOT")

    assert (answer["thread_ts"], answer["text"]) == (question["ts"], "Hello <@U0BO>")


def test_an_input_left_empty_is_refused_without_asking_the_app(connected: Control) -> None:
    open_modal(connected)

    refused = connected.submit("ada", {"name": {"name": "ada"}})

    assert (refused["sent"], refused["errors"]) == (False, {"fruit": "Please complete this required field."})


def test_a_mention_where_the_app_is_not_stays_unheard(connected: Control) -> None:
    connected.message("bo", "random", "@sample are you there?")

    note = connected.wait_for_message("random", lambda m: m["ephemeral_to"] == "U0BO")

    assert "not in this channel" in note["text"]
    assert [e for e in connected.log() if e["name"] == "app_mention"] == []
