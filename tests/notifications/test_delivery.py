"""What happens between a plan and a message: trouble, crashes, and messages that are already out."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from callboard.errors import ConfigError, ServiceUnavailableError
from notifications.desk import POST
from tests.notifications.conftest import Build
from tests.notifications.newsroom import Newsroom, component, group


class KilledError(BaseException):
    """The process ends here, whatever was going on."""


class AwayError(ServiceUnavailableError):
    """Slack doesn't answer."""


def deprecate(room: Newsroom) -> None:
    room.change("cart", "lifecycle: production", "lifecycle: deprecated")


class Trouble:
    """Raises what was planned at the n-th call of a method."""

    def __init__(self, planned: dict[tuple[str, int], BaseException]) -> None:
        self.planned = planned
        self.calls: dict[str, int] = {}

    def __call__(self, method: str) -> None:
        self.calls[method] = self.calls.get(method, 0) + 1
        error = self.planned.get((method, self.calls[method]))
        if error is not None:
            raise error


def killed(room: Newsroom, seconds: float) -> None:
    """Let time pass until the process dies, and start another: the queue gives its jobs out again."""
    with pytest.raises(KilledError):
        room.travel(seconds=seconds)


def test_a_message_that_slack_refuses_for_a_while_is_sent_when_it_can_be(newsroom: Newsroom) -> None:
    newsroom.workspace.trouble = Trouble({("post", n): AwayError() for n in range(1, 20)})
    deprecate(newsroom)
    newsroom.travel(seconds=130)
    assert newsroom.workspace.said == []
    for _minutes in range(6):
        newsroom.travel(seconds=600)
    newsroom.workspace.trouble = Trouble({})
    newsroom.travel(seconds=700)
    assert sorted(s.channel for s in newsroom.workspace.said) == ["#box", "#data", "#shop"]


def test_a_message_sent_just_before_the_process_died_is_not_sent_again(newsroom: Newsroom) -> None:
    newsroom.workspace.trouble = Trouble({("posted", 1): KilledError()})
    deprecate(newsroom)
    killed(newsroom, 130)
    newsroom.travel(seconds=130)
    newsroom.travel(seconds=130)
    assert sorted(s.channel for s in newsroom.workspace.said) == ["#box", "#data", "#shop"]
    assert {n.state for n in newsroom.ledger("deprecated")} == {"sent"}


def test_where_history_cannot_be_read_the_second_message_says_that_it_may_repeat(newsroom: Newsroom) -> None:
    newsroom.workspace.unreadable = {"#box", "#data", "#shop"}
    newsroom.workspace.trouble = Trouble({("posted", 1): KilledError()})
    deprecate(newsroom)
    killed(newsroom, 130)
    newsroom.travel(seconds=130)
    doubled = newsroom.workspace.said[0].channel
    assert ["you may see it twice" in s.text for s in newsroom.heard(doubled)] == [False, True]
    assert len(newsroom.workspace.said) == 4


def test_a_process_that_dies_before_sending_sends_later(newsroom: Newsroom) -> None:
    newsroom.workspace.trouble = Trouble({("post", 1): KilledError(), ("post", 2): KilledError()})
    deprecate(newsroom)
    killed(newsroom, 130)
    killed(newsroom, 1)
    newsroom.travel(seconds=130)
    assert sorted(s.channel for s in newsroom.workspace.said) == ["#box", "#data", "#shop"]


def test_a_token_that_is_refused_may_be_put_right(local: Newsroom) -> None:
    refused = ConfigError(["slack.botToken: Slack refuses it"])
    local.workspace.trouble = Trouble({("post", n): refused for n in range(1, 30)})
    deprecate(local)
    for _minutes in range(5):
        local.travel(seconds=600)
    local.workspace.trouble = Trouble({})
    local.travel(seconds=700)
    assert len(local.workspace.said) == 3


def test_a_message_that_somebody_deleted_is_not_an_error(local: Newsroom) -> None:
    deprecate(local)
    local.travel(seconds=130)
    local.workspace.said.clear()
    local.change("cart", "2027-03-31", "2027-05-31")
    local.travel(seconds=10)
    assert [s.thread is not None for s in local.workspace.said] == [True, True]
    assert not local.jobs


def test_an_update_that_fails_is_made_later(local: Newsroom) -> None:
    deprecate(local)
    local.travel(seconds=130)
    local.workspace.trouble = Trouble({("update", n): AwayError() for n in range(1, 4)})
    local.change("cart", "2027-03-31", "2027-05-31")
    local.travel(seconds=60)
    local.travel(seconds=60)
    local.travel(seconds=60)
    assert "31 May 2027" in local.heard("#shop")[0].text


def test_workers_side_by_side_place_and_post_each_notice_once(newsroom: Newsroom) -> None:
    teams_of(newsroom, 12)
    deprecate(newsroom)
    newsroom.now += 130
    placed = [n.id for n in newsroom.ledger("deprecated")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(newsroom.placer.place, placed * 3))
    posts = sorted({j.spec["post"] for j in newsroom.jobs if j.kind == POST})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(newsroom.deliverer.post, posts * 3))
    channels = [s.channel for s in newsroom.workspace.said]
    assert sorted(channels) == sorted([*(f"#t{n}" for n in range(12)), "#box", "#shop"])


def storm(room: Newsroom, teams: int, *, kills: int, seed: int) -> None:
    """A deprecation that concerns many teams, in a workspace that fails at random, with a process that dies."""
    chance = random.Random(seed)  # noqa: S311 - trouble that can be repeated
    left = [kills]

    def trouble(method: str) -> None:
        if chance.random() < 0.2:
            raise AwayError
        if left[0] and chance.random() < 0.05:
            left[0] -= 1
            raise KilledError

    room.workspace.trouble = trouble
    deprecate(room)
    room.now += 130
    for _beat in range(60):
        try:
            room.beat()
        except KilledError:
            continue
        room.now += 90
        if len(room.workspace.said) >= teams + 3 and not room.jobs:
            break
    room.workspace.trouble = lambda _method: None
    for _beat in range(10):
        room.travel(seconds=700)


def teams_of(room: Newsroom, count: int) -> None:
    room.write("teams", "".join(group(f"t{n}", f"#t{n}") for n in range(count)))
    parts = (component(f"p{n}", f"t{n}", dependsOn="[component:cart]") for n in range(count))
    room.write("parts", "".join(parts))
    room.sync()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_a_storm_nothing_is_lost_and_nothing_doubled(make: Build, seed: int) -> None:
    room = make()
    teams_of(room, 40)
    storm(room, 40, kills=5, seed=seed)
    assert sorted(s.channel for s in room.workspace.said) == sorted(
        [*(f"#t{n}" for n in range(40)), "#box", "#data", "#shop"]
    )


@pytest.mark.soak
def test_in_a_long_storm_500_notices_arrive_once_each(newsroom: Newsroom) -> None:
    teams_of(newsroom, 500)
    storm(newsroom, 500, kills=5, seed=7)
    counted = sorted(s.channel for s in newsroom.workspace.said)
    assert counted == sorted([*(f"#t{n}" for n in range(500)), "#box", "#data", "#shop"])
