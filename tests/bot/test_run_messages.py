"""The message of a run in a real workspace: in its true final state, whatever happens on the way."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from blocks.limits import check_message
from bot.budget import BudgetedClient, Budgets
from bot.chat import SlackChat
from bot.run_messages import RunMessages
from bot.runtime import Runtime
from callboard.chat import Actor
from callboard.config.model import AppConfig
from callboard.config.model import Callboard as Settings
from handlers.run_jobs import POST_LOG
from jobs.queue import Task
from jobs.worker import Worker
from playground.client import Control
from playground.seed import SeedApp, SeedChannel, SeedUser, WorkspaceSeed
from playground.server import RunningWorkspace, serve
from scaffolder.actions.base import Action, ActionContext, Nothing
from tests.conftest import create_schema
from tests.scaffolder.bench import Bench
from tests.scaffolder.test_creation import OUTPUT, PARAMETERS, STEPS, create

NORA = "U1NORA"
ACTOR = Actor(NORA, "user:default/jane", "Jane")
HELLO: list[dict[str, Any]] = [
    {"name": f"Step {n}", "action": "debug:log", "input": {"message": f"line {n}"}} for n in range(3)
]
SEED = WorkspaceSeed(
    users=(SeedUser("nora", NORA),),
    channels=(SeedChannel("open", "C1OPEN", (NORA, "U0BOT")), SeedChannel("shut", "C2SHUT", (NORA,), is_private=True)),
    app=SeedApp(),
)


@dataclass
class Floor:
    """A workspace, a scaffolder, and the thread that tells the one of the other."""

    bench: Bench
    runtime: Runtime
    workspace: RunningWorkspace
    control: Control
    messages: RunMessages | None = None

    def attend(self, updates_a_minute: float = 6_000) -> RunMessages:
        budgets = Budgets(rates={"chat.update": updates_a_minute})
        client = BudgetedClient(
            token=self.workspace.bot_token, base_url=self.workspace.api_url, timeout=5, budgets=budgets
        )
        self.messages = RunMessages(self.runtime, SlackChat(client))
        return self.messages

    def start(self, steps: list[dict[str, Any]] = HELLO, *, channel: str | None = "C1OPEN", name: str = "t1") -> str:
        ref = self.bench.template({"steps": steps}, name=name)
        return self.start_again(ref, channel=channel)

    def start_again(self, ref: str, *, channel: str | None = "C1OPEN") -> str:
        place = {"channel": channel, "user": NORA}
        with self.bench.database.unit_of_work() as uow:
            return self.bench.scaffolder.start(uow, template_ref=ref, values={}, actor=ACTOR, conversation=place)

    def run(self, run_id: str, on_change: Callable[[str], None] | None = None) -> None:
        told = on_change or (self.messages.changed if self.messages else None)
        self.bench.new_runner(told).run(run_id)

    def of_run(self, run_id: str, channel: str = "C1OPEN") -> list[dict[str, Any]]:
        return [m for m in self.control.messages(channel) if run_id[:8] in str(m.get("blocks"))]

    def wait(self, run_id: str, words: str, channel: str = "C1OPEN", timeout: float = 10) -> dict[str, Any]:
        return self.control.wait_for_message(
            channel, lambda m: run_id[:8] in str(m.get("blocks")) and words in m["text"], timeout
        )

    def shown(self, ts: str) -> list[str]:
        """What a message said, one state after the other."""
        sent = [e for e in self.control.log() if e["name"] in {"chat.postMessage", "chat.update"}]
        mine = [e for e in sent if ts in {e["payload"].get("ts"), e["outcome"].get("ts")}]
        return [str(e["payload"]["blocks"]) for e in mine]


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    runtime = Runtime(AppConfig(callboard=Settings(data_dir=tmp_path / "data")))
    (tmp_path / "data").mkdir()
    create_schema(runtime.database)
    with serve(SEED) as workspace, Control(workspace.url) as control:
        found = Floor(Bench(runtime.database, tmp_path), runtime, workspace, control)
        yield found
        if found.messages is not None:
            found.messages.close()
    runtime.close()


def test_a_message_shows_each_state_in_order_and_ends_in_the_last_one(floor: Floor) -> None:
    floor.attend()
    run_id = floor.start()
    floor.run(run_id)
    message = floor.wait(run_id, "is done")
    states = floor.shown(message["ts"])

    assert len(dict.fromkeys(states)) >= 3
    assert "is done" in states[-1]
    assert [s.count(":white_check_mark:") for s in states] == sorted(s.count(":white_check_mark:") for s in states)
    assert check_message({"text": message["text"], "blocks": message["blocks"]}) == []


def test_fifty_runs_at_once_all_end_in_their_true_state_within_the_budget(floor: Floor) -> None:
    floor.attend(updates_a_minute=1_200)
    for method in ("chat.update", "chat.postMessage"):
        floor.control.fault("ratelimit", method=method, times=4, retry_after=1)
    floor.control.fault("error", method="chat.update", times=3, error="internal_error")
    good = floor.bench.template({"steps": HELLO}, name="good")
    bad = floor.bench.template({"steps": [*HELLO, {"action": "fs:delete", "input": {"files": 3}}]}, name="bad")
    began = time.monotonic()
    ids = {floor.start_again(bad if n % 5 == 0 else good): n % 5 == 0 for n in range(50)}
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(floor.run, ids))

    for run_id, fails in ids.items():
        floor.wait(run_id, "failed" if fails else "is done", timeout=60)
    assert [len(floor.of_run(r)) for r in ids] == [1] * 50
    updates = [e for e in floor.control.log() if e["name"] == "chat.update"]
    assert len(updates) <= 400 + 20 * (time.monotonic() - began) + 10


def test_a_restart_brings_messages_up_to_the_truth(floor: Floor) -> None:
    shown, unsaid = floor.start(), floor.start(name="t2")
    first = floor.attend()
    first.handlers()["runs.show"](Task(1, "notifications", "runs.show", {"run": shown}, 1))
    floor.wait(shown, "is waiting")
    first.close()
    floor.run(shown, lambda _run: None)
    floor.run(unsaid, lambda _run: None)
    left = floor.start(name="t3")
    floor.attend()

    assert floor.wait(shown, "is done")
    assert floor.wait(left, "is waiting")
    assert len(floor.of_run(shown)) == 1


def test_a_message_that_was_posted_but_not_written_down_is_found_again(floor: Floor) -> None:
    run_id = floor.start()
    first = floor.attend()
    first.changed(run_id)
    floor.wait(run_id, "is waiting")
    first.close()
    with floor.bench.database.write() as connection:
        connection.exec_driver_sql("UPDATE slack_run_messages SET ts = '', channel = '', at = 1")
    floor.attend()
    floor.run(run_id)
    floor.wait(run_id, "is done")

    assert len(floor.of_run(run_id)) == 1


def test_a_channel_that_refuses_is_replaced_by_the_person_and_that_is_said(floor: Floor) -> None:
    floor.attend()
    run_id = floor.start(channel="C2SHUT")
    floor.run(run_id)
    direct = next(c["id"] for c in floor.control.state()["channels"] if c.get("kind") == "im" or c.get("is_im"))
    message = floor.wait(run_id, "is done", channel=direct)

    assert "I may not post in" in str(message["blocks"])
    assert floor.of_run(run_id, "C2SHUT") == []


def test_slack_that_goes_in_the_middle_of_a_run_hears_its_end_when_it_is_back(floor: Floor) -> None:
    messages = floor.attend()
    client = messages._chat.client

    def vanish(_context: ActionContext, _given: Nothing) -> None:
        messages.changed(run_id)
        floor.wait(run_id, "is running")
        client.base_url = "http://127.0.0.1:9/"

    floor.bench.registry._actions["test:vanish"] = Action("test:vanish", "Pulls the plug.", Nothing, vanish)
    run_id = floor.start([{"action": "test:vanish"}, *HELLO])
    floor.run(run_id)
    assert floor.bench.view(run_id).status == "completed"
    assert "is running" in floor.of_run(run_id)[0]["text"]

    client.base_url = floor.workspace.api_url
    floor.wait(run_id, "is done", timeout=30)
    assert len(floor.of_run(run_id)) == 1


def test_a_run_that_somebody_else_cancelled_is_shown_so(floor: Floor) -> None:
    messages = floor.attend()
    run_id = floor.start()
    messages.changed(run_id)
    floor.wait(run_id, "is waiting")
    with floor.bench.database.unit_of_work() as uow:
        floor.bench.scaffolder.cancel(uow, run_id, ACTOR)

    assert floor.wait(run_id, "was cancelled")


def test_a_run_that_another_process_works_on_is_followed(floor: Floor) -> None:
    messages = floor.attend()
    run_id = floor.start()
    messages.changed(run_id)
    floor.wait(run_id, "is waiting")
    floor.run(run_id, lambda _run: None)

    assert floor.wait(run_id, "is done")


def test_a_failure_says_what_happened_what_was_made_and_what_to_do(floor: Floor) -> None:
    floor.attend()
    failing = [HELLO[0], {"name": "Break", "action": "fs:rename", "input": {"files": [{"from": "no", "to": "x"}]}}]
    run_id = floor.start(failing)
    floor.run(run_id)
    message = floor.wait(run_id, "failed")

    assert "What to do" in str(message["blocks"])
    buttons = [e["text"]["text"] for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]
    assert buttons == ["Retry", "Run again", "Log"]


def test_the_whole_log_comes_as_a_file_under_the_message(floor: Floor) -> None:
    messages = floor.attend()
    run_id = floor.start()
    floor.run(run_id)
    message = floor.wait(run_id, "is done")
    spec = {"run": run_id, "channel": "C1OPEN", "thread": message["ts"], "user": NORA}
    messages.handlers()[POST_LOG](Task(1, "notifications", POST_LOG, spec, 1))
    posted = floor.control.wait_for_message("C1OPEN", lambda m: bool(m.get("files")))

    assert posted["thread_ts"] == message["ts"]
    token = {"Authorization": f"Bearer {floor.workspace.bot_token}"}
    text = httpx.get(posted["files"][0]["url_private"], headers=token, trust_env=False).text
    assert [n for n in range(3) if f"line {n}" in text] == [0, 1, 2]


def test_a_log_that_a_channel_refuses_comes_in_person(floor: Floor) -> None:
    messages = floor.attend()
    run_id = floor.start()
    floor.run(run_id)
    spec = {"run": run_id, "channel": "C2SHUT", "thread": None, "user": NORA}
    messages.handlers()[POST_LOG](Task(1, "notifications", POST_LOG, spec, 1))
    direct = next(c["id"] for c in floor.control.state()["channels"] if c.get("kind") == "im" or c.get("is_im"))

    assert floor.control.wait_for_message(direct, lambda m: bool(m.get("files")))


def test_the_card_of_what_was_made_follows_in_the_thread(floor: Floor) -> None:
    messages = floor.attend()
    create(floor.bench)
    ref = floor.bench.template({"parameters": PARAMETERS, "steps": STEPS, "output": OUTPUT}, name="whole")
    with floor.bench.database.unit_of_work() as uow:
        run_id = floor.bench.scaffolder.start(
            uow, template_ref=ref, values={"name": "foyer"}, actor=ACTOR, conversation={"channel": "C1OPEN"}
        )
    floor.run(run_id)
    message = floor.wait(run_id, "is done")
    worker = Worker(floor.runtime.queue, messages.handlers(), queues=["notifications"], threads=0)
    while worker.run_one():
        pass
    card = floor.control.wait_for_message("C1OPEN", lambda m: "foyer" in m["text"] and bool(m.get("thread_ts")))

    assert card["thread_ts"] == message["ts"]
    assert "Open in the catalog" in str(message["blocks"])
