"""Calls to Slack keep to its budgets: together, by method, and as long as it asks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot.budget import BudgetedClient, Budgets
from bot.chat import call
from bot.slack_errors import SlackBusyError
from playground.client import Control
from playground.seed import SeedApp, SeedChannel, SeedUser, WorkspaceSeed
from playground.server import serve

SEED = WorkspaceSeed(
    users=(SeedUser("nora", "U1NORA"),), channels=(SeedChannel("open", "C1OPEN", ("U1NORA", "U0BOT")),), app=SeedApp()
)


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def budgets(clock: Time) -> Budgets:
    return Budgets(clock=clock)


@pytest.fixture
def slack(clock: Time, budgets: Budgets) -> Iterator[tuple[BudgetedClient, Control]]:
    workspace = serve(SEED, "127.0.0.1", 0)
    client = BudgetedClient(
        token=workspace.bot_token, base_url=workspace.api_url, timeout=5, budgets=budgets, sleep=clock.sleep
    )
    try:
        with Control(workspace.url) as control:
            yield client, control
    finally:
        workspace.stop()


def test_updates_share_one_budget_however_many_want_them(budgets: Budgets, clock: Time) -> None:
    allowed = sum(budgets.take("chat.update") == 0 for _ in range(100))
    assert allowed == 15
    assert 0 < budgets.take("chat.update") <= 60 / 45
    clock.now += 60
    assert sum(budgets.take("chat.update") == 0 for _ in range(100)) == 15


def test_clicks_are_not_slowed_down_before_slack_minds(budgets: Budgets) -> None:
    assert [budgets.take("views.open") for _ in range(500)] == [0.0] * 500


def test_a_refused_method_rests_and_then_keeps_to_its_tier(budgets: Budgets, clock: Time) -> None:
    budgets.refused("views.open", 7)
    assert budgets.take("views.open") == pytest.approx(7)
    assert budgets.take("views.update") == 0
    assert budgets.waits() == {"views.open": pytest.approx(7)}
    clock.now += 8
    assert sum(budgets.take("views.open") == 0 for _ in range(100)) < 20
    clock.now += 700
    assert [budgets.take("views.open") for _ in range(200)] == [0.0] * 200


def test_a_refused_call_is_made_once_more_after_the_wait(slack: tuple[BudgetedClient, Control], clock: Time) -> None:
    client, control = slack
    control.fault("ratelimit", method="chat.postMessage", times=1, retry_after=3)
    call(lambda: client.chat_postMessage(channel="C1OPEN", text="here after all"))
    assert clock.slept[0] == pytest.approx(3)
    assert [m["text"] for m in control.messages("C1OPEN")] == ["here after all"]


def test_a_wait_that_nobody_would_sit_through_is_said_at_once(
    slack: tuple[BudgetedClient, Control], clock: Time
) -> None:
    client, control = slack
    control.fault("ratelimit", method="chat.postMessage", times=1, retry_after=90)
    with pytest.raises(SlackBusyError) as told:
        call(lambda: client.chat_postMessage(channel="C1OPEN", text="lost"))
    assert told.value.retry_after == pytest.approx(90)
    assert not told.value.may_have_happened
    with pytest.raises(SlackBusyError):
        call(lambda: client.chat_postMessage(channel="C1OPEN", text="not even sent"))
    assert clock.slept == []
    assert len([e for e in control.log() if e["name"] == "chat.postMessage"]) == 1
