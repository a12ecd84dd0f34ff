"""Two replicas and a worker on PostgreSQL behind one app, restarted one after the other under load."""

import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from benchmarks.organisation import Organisation, write
from playground.client import Control
from tests.soak.house import BOT, PLANS, Crowd, House, Member, Plan, channel, dice, fresh, house, until

GENERAL = channel("general")
CLOSING: Final = ("the connection is no longer active", "Failed to process a message: Unterminated string")
"""What the socket's client says of an acknowledgement, and of half a message, when its socket is closed already.
Slack sends such an event again, and somebody knows it."""


class Asker:
    """Mentions the bot, and remembers every question by its message."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self.asked: list[str] = []

    def __call__(self, control: Control, who: str, dice: random.Random) -> None:
        found = control.message(who, GENERAL, f"<@{BOT}> who owns {dice.choice(self._names)}?")
        self.asked.append((found.get("message") or found)["ts"])


def answers(it: House, asked: list[str]) -> Counter[str]:
    with Control(it.url) as control:
        said = control.messages(GENERAL)
    counted = Counter(m.get("thread_ts") for m in said if m.get("bot_id"))
    return Counter({ts: counted[ts] for ts in asked})


def replies(it: House, ts: str) -> list[str]:
    with Control(it.url) as control:
        return [f"{m['ts']}: {m['text']}" for m in control.messages(GENERAL) if m.get("thread_ts") == ts]


def restart(it: House, old: Member) -> Member:
    """A new one first, so that somebody is always there; then the old one is asked to end."""
    new = it.start(old.command)
    new.wait_until_ready(120)
    assert old.stop() == 0, old.said()[-3_000:]
    return new


@pytest.mark.parametrize("plan", PLANS)
def test_no_question_is_lost_and_none_is_answered_twice(tmp_path: Path, postgres: str, plan: Plan) -> None:
    chance = dice()
    write(tmp_path / "catalog", min(plan.entities, 2_000))
    (tmp_path / "catalog" / "all.yaml").unlink()
    names = Organisation(min(plan.entities, 2_000)).names["Component"]
    with house(tmp_path, database=fresh(postgres), people=plan.people) as it:
        members = [it.start(command) for command in ("run", "run", "worker")]
        for member in members:
            member.wait_until_ready(300)
        asker = Asker(names)
        with Crowd(it, asker, min(plan.people, 20), chance, pause=4.0 if plan.long else 1.0) as crowd:
            end = time.monotonic() + plan.seconds
            rounds = 0
            while time.monotonic() < end or not rounds:
                turns = len(members) if plan.long else 1
                members[:turns] = [restart(it, member) for member in members[:turns]]
                rounds += 1
        until(lambda: min(answers(it, asker.asked).values()) > 0, 60, "the last answers")

        print({"asked": len(asker.asked), "rounds": rounds})  # noqa: T201 - shown with -s or on failure
        assert not crowd.failures, "\n".join(crowd.failures)
        assert len(asker.asked) > plan.people
        wrong = {ts: replies(it, ts) for ts, n in answers(it, asker.asked).items() if n != 1}
        assert wrong == {}, json.dumps(wrong, indent=1)
        assert [e for e in it.errors() if not any(words in e for words in CLOSING)] == []
