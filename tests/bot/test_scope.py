"""Whatever goes wrong around a handler, the person gets a sentence, and nothing happens twice."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from blocks import ids, state
from blocks.pictures.message import picture_button
from bot import routing
from bot.identity import Identity
from bot.runtime import Runtime
from bot.scope import Runner
from callboard.chat import Actor, Interaction, Reply
from callboard.config.model import Callboard
from callboard.db import open_database
from handlers import ask
from handlers.services import Scope
from tests.handlers.talk import open_demo, said

NORA = "U07FINCH000"


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    with open_demo(tmp_path_factory.mktemp("scope")) as opened:
        yield opened


@pytest.fixture
def runner(runtime: Runtime) -> Runner:
    nowhere = WebClient(token="xoxb-none", base_url="http://127.0.0.1:9/api/", timeout=1)
    return Runner(runtime.services, Identity(nowhere, Callboard()))


def act(runner: Runner, handler: Any, *, delivery: str = "", **fields: Any) -> Reply | None:
    def build(actor: Actor) -> Interaction:
        return replace(Interaction("action", actor, channel="C1", private=True), **fields)

    return runner.run(handler, build, user=NORA, delivery=delivery)


def told(reply: Reply | None) -> str:
    assert reply is not None
    return said(reply)


def test_a_delivery_is_acted_on_once_however_often_it_comes(runner: Runner) -> None:
    delivery = f"Ev{time.time()}"
    first = act(runner, ask.command, delivery=delivery, kind="command", text="who owns checkout")
    assert "is owned by" in told(first)
    assert act(runner, ask.command, delivery=delivery, kind="command", text="who owns checkout") is None


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("cards.v0.owner", ""),
        (ids.OPEN, '{"v":0,"q":"who owns checkout"}'),
        (ids.OPEN, "checkout"),
        (ids.REFRESH, "[]"),
    ],
)
def test_a_button_of_an_earlier_version_says_so(runner: Runner, action: str, value: str) -> None:
    reply = act(runner, routing.find(routing.ACTIONS, action), action=action, value=value)
    assert "older version of Callboard" in told(reply)


@pytest.mark.parametrize("action", [ids.REFRESH, ids.DEFINITION, ids.ENTITY_ACTIONS, ids.FOLLOW, ids.PICTURE])
def test_a_click_on_what_was_deleted_meanwhile_says_so(runner: Runner, action: str) -> None:
    gone = "component:default/gone"
    value = picture_button(gone)["value"] if action == ids.PICTURE else state.encode(ref=gone)
    reply = act(runner, routing.find(routing.ACTIONS, action), action=action, value=value)
    assert "gone" in told(reply)
    assert "went wrong" not in told(reply)


def test_a_page_of_log_is_not_taken_for_a_question(runner: Runner) -> None:
    log = "ERROR 2026-11-28 12:00:01 checkout: connection refused <!channel> <@U123>\n" * 60
    reply = act(runner, ask.command, kind="command", text=log[:4_000])
    assert "longer than a question" in told(reply)
    shorter = act(runner, ask.command, kind="command", text=log[:2_900])
    assert shorter is not None
    assert shorter.message is not None
    texts = [b["text"]["text"] for b in shorter.message.blocks if "text" in b]
    assert "<!channel>" not in "".join((shorter.message.text, *texts))


def test_a_database_that_is_away_is_said_without_a_trace(runner: Runner, tmp_path: Path) -> None:
    broken = open_database(f"sqlite:///{tmp_path}/callboard.db")
    tmp_path.joinpath("callboard.db").write_bytes(b"this is no database at all, it only has the right name")
    away = replace(runner, services=replace(runner.services, database=broken))
    reply = act(away, ask.command, kind="command", text="who owns checkout", delivery="Ev1")
    assert "can't reach my database" in told(reply)
    broken.dispose()


def test_what_nobody_foresaw_is_logged_under_a_reference_that_the_person_gets(runner: Runner) -> None:
    def breaks(_interaction: Interaction, _scope: Scope) -> Reply:
        raise ZeroDivisionError("secret detail")

    shown = told(act(runner, breaks))
    assert "logged under" in shown
    assert "secret detail" not in shown
    assert "Traceback" not in shown
