"""Everybody at once: people ask, create and click while everything is read anew."""

import json
import random
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.organisation import Organisation, write
from playground.client import Control
from tests.soak.house import BOT, PLANS, Crowd, House, Plan, channel, dice, house, until

GENERAL = channel("general")
_PAUSE = 8.0
"""Seconds that somebody reads at most before doing the next thing, half of it on average: twelve things a second of
fifty people, beside the workspace and the people themselves on the same two cores.
"""


def names_of(plan: Plan) -> list[str]:
    return Organisation(plan.entities).names["Component"]


class Colleague:
    """What one person does next."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self.asked: list[str] = []

    def __call__(self, control: Control, who: str, dice: random.Random) -> None:
        doing = dice.choices([self.ask, self.mention, self.create, self.click, self.home], [5, 2, 1, 2, 1])[0]
        doing(control, who, dice)

    def ask(self, control: Control, who: str, dice: random.Random) -> None:
        name = dice.choice(self._names)
        text = dice.choice([f"who owns {name}?", f"what depends on {name}", f"what is {name}", "list services", "help"])
        assert control.command(who, GENERAL, f"/callboard {text}")["ok"]

    def mention(self, control: Control, who: str, dice: random.Random) -> None:
        found = control.message(who, GENERAL, f"<@{BOT}> who owns {dice.choice(self._names)}?")
        self.asked.append((found.get("message") or found)["ts"])

    def create(self, control: Control, who: str, dice: random.Random) -> None:
        shut(control, who)
        assert control.command(who, GENERAL, "/callboard create")["ok"]
        picker = control.wait_for_modal(who, lambda v: v["callback_id"] == "create.picker", timeout=30)
        block = next(b for b in picker["blocks"] if "small-steps" in str(b.get("accessory")))
        button = block["accessory"]
        act, value = button["action_id"], button["value"]
        control.action(who, act, view_id=picker["id"], block_id=block["block_id"], value=value)
        view = control.wait_for_modal(who, lambda v: v["callback_id"] != "create.picker", timeout=30)
        if view["callback_id"] == "create.form":
            control.fill(who, "create.value", view_id=view["id"], block_id="f:name", value=f"made-{dice.random()}")
            control.submit(who)
            control.wait_for_modal(who, lambda v: v["callback_id"] == "create.review", timeout=30)
            control.submit(who)
            control.wait_for_modal(who, lambda v: v["callback_id"] == "create.started", timeout=30)
        shut(control, who)

    def click(self, control: Control, who: str, dice: random.Random) -> None:
        said = [
            m for m in control.messages(GENERAL, limit=20) if m.get("bot_id") and m.get("ephemeral_to") in {None, who}
        ]
        buttons = [
            (m, b["block_id"], e)
            for m in said
            for b in m.get("blocks") or ()
            for e in b.get("elements") or ()
            if isinstance(e, dict) and e.get("type") == "button" and not e.get("url") and "run." not in e["action_id"]
        ]
        if buttons:
            message, block, element = dice.choice(buttons)
            control.click(who, message, element["action_id"], block_id=block, value=element.get("value"))
            shut(control, who)

    def home(self, control: Control, who: str, _dice: random.Random) -> None:
        control.open_home(who)


def shut(control: Control, who: str) -> None:
    if control.modal(who) is not None:
        control.close(who, everything=True)


class Editor(threading.Thread):
    """Rewrites one file after the other, so that everything is read anew again and again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.files = sorted(folder.glob("org-*.yaml"))
        self.rounds = 0
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            for file in self.files:
                text = file.read_text(encoding="utf-8")
                old, new = ("production", "experimental") if self.rounds % 2 == 0 else ("experimental", "production")
                file.write_text(text.replace(f"lifecycle: {old}", f"lifecycle: {new}"), encoding="utf-8")
                if self.stopped.wait(0.5):
                    return
            self.rounds += 1


@pytest.mark.parametrize("plan", PLANS)
def test_nobody_sees_an_error_and_everybody_is_acknowledged(tmp_path: Path, plan: Plan) -> None:
    chance = dice()
    write(tmp_path / "catalog", plan.entities)
    (tmp_path / "catalog" / "all.yaml").unlink()
    with house(tmp_path, people=plan.people) as it:
        bot = it.start("run")
        bot.wait_until_ready(300)
        editor = Editor(tmp_path / "catalog")
        editor.start()
        acknowledged, memory, colleague = Acknowledged(it), list[float](), Colleague(names_of(plan))
        with Crowd(it, colleague, plan.people, chance, pause=_PAUSE if plan.long else 0.5) as crowd:
            end = time.monotonic() + plan.seconds
            while time.monotonic() < end:
                time.sleep(min(2.0, plan.seconds / 4))
                memory.append(bot.memory())
                acknowledged.note()
        editor.stopped.set()
        acknowledged.note()
        until(lambda: settled(it), 120, "the last answers")
        said = everything_said(it)
        seen, threads = json.dumps(said), {m.get("thread_ts") for m in said if m.get("bot_id")}

        print(report(plan, acknowledged, memory))  # noqa: T201 - what was measured, shown with -s or on failure
        assert not crowd.failures, "\n".join(crowd.failures)
        assert [ts for ts in colleague.asked if ts not in threads] == []
        assert it.errors() == []
        assert acknowledged.failed == []
        assert len(acknowledged.seconds) > plan.people
        assert "on our side" not in seen
        assert "took too long" not in seen
        if plan.long:
            assert max(acknowledged.seconds) < 1.0
            half = len(memory) // 2
            early, late = statistics.median(memory[half // 2 : half]), statistics.median(memory[-half // 2 :])
            assert late < early * 1.15 + 20, memory


class Acknowledged:
    """How long the app took to say that it has something, from the workspace's journal."""

    def __init__(self, it: House) -> None:
        self._url = it.url
        self._seen = 0
        self.seconds: list[float] = []
        self.slowest: list[tuple[float, str]] = []
        self.failed: list[dict[str, Any]] = []

    def note(self) -> None:
        with Control(self._url) as control:
            entries = control.log(after=self._seen)
        for entry in entries:
            self._seen = max(self._seen, entry["seq"])
            if entry["direction"] == "to_app":
                took = entry["outcome"]["ms"] / 1000
                self.seconds.append(took)
                self.slowest = sorted([*self.slowest, (took, entry["name"])])[-8:]
                if not entry["outcome"]["ok"]:
                    self.failed.append(entry)


def everything_said(it: House) -> list[dict[str, Any]]:
    with Control(it.url) as control:
        return control.messages(GENERAL)


def settled(it: House) -> bool:
    before = len(everything_said(it))
    time.sleep(1.0)
    return len(everything_said(it)) == before


def report(plan: Plan, acknowledged: Acknowledged, memory: list[float]) -> str:
    ordered = sorted(acknowledged.seconds)
    at = ordered[int(len(ordered) * 0.99)] if ordered else 0
    return yaml.safe_dump(
        {
            "entities": plan.entities,
            "people": plan.people,
            "deliveries": len(ordered),
            "acknowledged_p99_s": at,
            "acknowledged_slowest_s": [f"{took:.2f} {name}" for took, name in acknowledged.slowest],
            "memory_mb": memory[:: max(1, len(memory) // 10)],
        }
    )
