"""Runs of providers as a replica does them: what goes wrong is told once, and once when it is over."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String, func, select, update
from structlog.testing import capture_logs

from bot.doctor.sources import sources
from bot.process import ASK_PROVIDER, CATALOG_QUEUE, SYNC_PROVIDER, Process, queue_provider
from bot.runtime import Runtime
from callboard import logs
from callboard.config.model import AppConfig
from callboard.db import Database, open_database
from callboard.outbox import events
from catalog.ingest.ledger import Ledger
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, matching_ids
from catalog.tables import entities
from jobs.tables import schedules, tasks
from tests.standins.github import GithubStandIn, html_page, secondary_limit
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]
FILE, KEY = "catalog-info.yaml", "github-provider:default"
NAME = f"provider:{KEY}"


def component(name: str) -> str:
    spec = "spec: {type: service, lifecycle: production, owner: team-a}"
    return f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n{spec}\n"


class Replica:
    """A process with one provider, its runs done one by one in the test's own thread."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.process = Process(runtime)
        self.process.clock.add(NAME, runtime.providers[0].schedule, queue=CATALOG_QUEUE, kind=SYNC_PROVIDER)

    def next_slot(self) -> bool:
        """Let the schedule's next slot come, and do what is due; False when there was nothing."""
        with self.runtime.database.write() as connection:
            connection.execute(update(schedules).values(next_run=1.0))
        self.process.clock.tick(NAME)
        return self.process.workers[0].run_one()

    def count(self, query: str = "kind=component") -> int:
        with self.runtime.database.read() as connection:
            return len(matching_ids(connection, EntityQuery(parse_filters([query]))))

    def told(self, kind: str) -> int:
        with self.runtime.database.read() as connection:
            query = select(func.count()).select_from(events).where(events.c.type == kind)
            return int(connection.execute(query.where(events.c.ref.like("component:%"))).scalar_one())


@pytest.fixture
def start(github: GithubStandIn, tmp_path: Path, database: Database) -> Iterator[Callable[[], Replica]]:
    """Replicas with connections of their own to one database."""
    plain = {"organization": "acme", "host": github.host, "schedule": {"frequency": "1h", "timeout": "5m"}}
    integration = {"host": github.host, "token": github.token, "apiBaseUrl": github.api_url}
    config = AppConfig.model_validate(
        {
            "callboard": {"dataDir": str(tmp_path / "data")},
            "integrations": {"github": [integration]},
            "catalog": {"providers": {"github": plain}},
        }
    )
    open_ones: list[Runtime] = []

    def make() -> Replica:
        open_ones.append(Runtime(config))
        open_ones[-1].database = open_database(database.engine.url, pool_size=4)
        return Replica(open_ones[-1])

    yield make
    for runtime in open_ones:
        runtime.close()


@pytest.fixture
def replica(start: Callable[[], Replica], github: GithubStandIn) -> Replica:
    """It has read `one` and `two`."""
    github.add_repository("one", {FILE: component("one")})
    github.add_repository("two", {FILE: component("two")})
    made = start()
    assert made.next_slot()
    assert made.count() == 2
    return made


@pytest.fixture(autouse=True)
def info_is_logged() -> Iterator[None]:
    logs.configure(level="info")
    yield
    logs.configure(level="warning")


def loud(lines: list[Any]) -> list[str]:
    return [line["event"] for line in lines if line["log_level"] in {"info", "warning", "error"}]


@contextmanager
def revoked(github: GithubStandIn) -> Iterator[None]:
    before, github.traffic.token = github.traffic.token, "another"
    yield
    github.traffic.token = before


@contextmanager
def renamed(github: GithubStandIn) -> Iterator[None]:
    before, github.organization.login = github.organization.login, "acme-new"
    yield
    github.organization.login = before


@contextmanager
def behind_a_sign_in_page(github: GithubStandIn) -> Iterator[None]:
    github.fail(html_page(), times=3)
    yield


@contextmanager
def partly_failing(github: GithubStandIn) -> Iterator[None]:
    github.context.broken_repositories.add("two")
    yield
    github.context.broken_repositories.clear()


@pytest.mark.parametrize("trouble", [revoked, renamed, behind_a_sign_in_page, partly_failing])
def test_trouble_is_told_when_it_begins_and_when_it_is_over_and_nothing_is_lost(
    replica: Replica, github: GithubStandIn, trouble: Callable[[GithubStandIn], Any]
) -> None:
    with capture_logs() as lines:
        with trouble(github):
            for _slot in range(3):
                assert replica.next_slot()
        for _slot in range(2):
            assert replica.next_slot()
    assert loud(lines) == ["provider can't be read", "provider can be read again"]
    assert replica.count() == 2
    assert [replica.told(kind) for kind in ("created", "orphaned", "deleted")] == [2, 0, 0]


def test_limit_is_waited_for_whatever_the_schedule_says(replica: Replica, github: GithubStandIn) -> None:
    github.fail(secondary_limit(600), resource="graphql")
    github.counted()
    with capture_logs() as lines:
        assert replica.next_slot()
        assert not replica.next_slot()
        assert not replica.next_slot()
        assert github.counted() == {"graphql": 1}
        (check,) = sources(replica.runtime)
        assert "It goes on in 10 minutes. (last read well" in check.message
        assert check.message.endswith("next run in 10 minutes)")
        with replica.runtime.database.write() as connection:
            connection.execute(update(tasks).where(tasks.c.state == "pending").values(due=1.0))
        assert replica.process.workers[0].run_one()
    assert loud(lines) == ["provider can't be read", "task waits", "provider can be read again"]
    assert replica.count() == 2


def test_run_that_takes_too_long_is_given_up_and_what_it_still_finds_is_refused(
    replica: Replica, github: GithubStandIn
) -> None:
    worker = replica.process.workers[0]
    given_up = threading.Event()

    def overrun() -> None:
        (task, _began), *_others = worker._running.values()
        worker._give_up(task)
        given_up.set()

    github.put_file("one", FILE, component("one-renamed"))
    github.fail(resource="graphql", meanwhile=overrun)
    with capture_logs() as lines:
        assert replica.next_slot()
    assert given_up.is_set()
    assert loud(lines) == ["task given up", "late task ended"]
    assert replica.count("metadata.name=one-renamed") == 0
    (check,) = sources(replica.runtime)
    assert (check.state, "longer than the 300 seconds" in check.message) == ("failed", True)
    assert replica.next_slot()
    assert replica.count("metadata.name=one-renamed") == 1


def test_archived_and_emptied_repositories_leave_orphans_and_come_back_as_they_were(
    replica: Replica, github: GithubStandIn
) -> None:
    github.archive("one")
    github.delete_file("two", FILE)
    replica.next_slot()
    assert replica.count("metadata.annotations.backstage.io/orphan=true,kind=component") == 2
    github.organization["one"].is_archived = False
    github.put_file("two", FILE, component("two"))
    replica.next_slot()
    assert replica.count("metadata.annotations.backstage.io/orphan=true,kind=component") == 0
    assert [replica.told(kind) for kind in ("created", "deleted")] == [2, 0]


def test_repository_named_in_a_hundred_characters_is_read_like_any_other(
    replica: Replica, github: GithubStandIn
) -> None:
    name = "a" * 100
    github.add_repository(name, {FILE: component("short")})
    replica.next_slot()
    assert replica.count("metadata.name=short") == 1
    with replica.runtime.database.read() as connection:
        locations = Ledger(replica.runtime.database).find([f"url:{github.url}/acme/{name}/blob/main/{FILE}"])
        assert len(locations) == 1
        assert connection.execute(select(entities.c.name).where(entities.c.name == "short")).scalar_one()


def test_two_replicas_that_start_at_once_read_everything_once(
    start: Callable[[], Replica], github: GithubStandIn
) -> None:
    for number in range(20):
        github.add_repository(f"service-{number}", {FILE: component(f"service-{number}")})
    both, gate, did = [start(), start()], threading.Barrier(2), list[bool]()

    def begin(one: Replica) -> None:
        gate.wait(timeout=20)
        one.process.clock.tick(NAME)
        did.append(one.process.workers[0].run_one())

    threads = [threading.Thread(target=begin, args=[one]) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert True in did
    assert github.counted() == {"graphql": 2}
    assert both[0].count() == 20
    assert both[0].told("created") == 20


def test_refresh_reads_just_the_file_and_shows_it_at_once(replica: Replica, github: GithubStandIn) -> None:
    github.put_file("one", FILE, component("one").replace("production", "deprecated"))
    github.put_file("two", FILE, component("two").replace("production", "deprecated"))
    github.counted()
    assert replica.runtime.catalog.refresh("component:default/one") is not None
    assert replica.count("spec.lifecycle=deprecated") == 1
    assert github.counted() == {"graphql": 2}
    assert replica.runtime.catalog.refresh("component:default/one") is not None
    assert github.counted() == {"graphql": 1}

    github.delete_file("one", FILE)
    replica.runtime.catalog.refresh("component:default/one")
    assert replica.count("metadata.name=one,metadata.annotations.backstage.io/orphan=true") == 1


def test_refresh_of_what_takes_a_whole_run_joins_the_queue(replica: Replica, github: GithubStandIn) -> None:
    location = (
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec: {targets: [./part.yaml]}\n"
    )
    github.put_file("one", "part.yaml", component("part"))
    github.put_file("one", FILE, location)
    replica.next_slot()
    github.put_file("one", "part.yaml", component("part").replace("production", "deprecated"))
    for _again in range(2):
        assert replica.runtime.catalog.refresh("component:default/part") is None
    with replica.runtime.database.read() as connection:
        query = select(func.count()).where(tasks.c.state == "pending", tasks.c.kind == SYNC_PROVIDER)
        assert connection.execute(query).scalar_one() == 1
    assert replica.process.workers[0].run_one()
    assert not replica.process.workers[0].run_one()
    assert replica.count("metadata.name=part,spec.lifecycle=deprecated") == 1


def test_news_during_a_run_makes_another_one_after_it_and_never_beside_it(
    replica: Replica, github: GithubStandIn
) -> None:
    runtime, provider = replica.runtime, replica.runtime.providers[0]

    def ask() -> None:
        with runtime.database.write() as connection:
            queue_provider(runtime.queue, connection, provider)

    def waiting() -> list[str]:
        with runtime.database.read() as connection:
            query = select(tasks.c.kind).where(tasks.c.state == "pending").order_by(tasks.c.id)
            return list(connection.execute(query).scalars())

    def hurry() -> None:
        with runtime.database.write() as connection:
            connection.execute(update(tasks).where(tasks.c.state == "pending").values(due=1.0))

    seen: list[list[str]] = []

    def news() -> None:
        ask()
        ask()
        seen.append(waiting())

    github.fail(resource="graphql", meanwhile=news)
    assert replica.next_slot()
    assert set(seen[0]) == {ASK_PROVIDER}
    hurry()
    while waiting() != [SYNC_PROVIDER]:
        assert replica.process.workers[0].run_one()
    ask()
    assert waiting() == [SYNC_PROVIDER]


def test_news_waits_for_as_long_as_a_run_takes(replica: Replica, github: GithubStandIn) -> None:
    runtime, provider = replica.runtime, replica.runtime.providers[0]
    other = Process(runtime).workers[0]
    asked: list[bool] = []

    def news() -> None:
        with runtime.database.write() as connection:
            queue_provider(runtime.queue, connection, provider)
        for _look in range(2):
            with runtime.database.write() as connection:
                pending = update(tasks).where(tasks.c.state == "pending", tasks.c.kind == ASK_PROVIDER)
                connection.execute(pending.values(due=1.0, dedup=tasks.c.id.cast(String)))
            asked.append(other.run_one())

    github.fail(resource="graphql", meanwhile=news)
    assert replica.next_slot()
    assert asked == [True, True]
    with runtime.database.read() as connection:
        query = select(func.count()).where(tasks.c.state == "pending", tasks.c.kind == ASK_PROVIDER)
        assert connection.execute(query).scalar_one() == 1
