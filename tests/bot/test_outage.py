"""The database is gone for a while: what runs in the background goes on, and the log says it once at either end."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from structlog.testing import capture_logs

from bot.process import Process
from bot.runtime import Runtime
from callboard.config.model import AppConfig
from callboard.db import insist
from callboard.durations import Schedule
from jobs.tables import tasks


@pytest.fixture
def server(postgres: str) -> Iterator[str]:
    """The address of a server with a database of our own in it."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE outage TEMPLATE template_callboard")
        yield postgres
        connection.execute("DROP DATABASE outage WITH (FORCE)")


@pytest.fixture
def process(server: str, tmp_path: Path) -> Iterator[Process]:
    url = server.replace("/postgres?", "/outage?").replace("postgresql:", "postgresql+psycopg:")
    settings = {"client": "pg", "connection": url}
    data = {"backend": {"database": settings}, "callboard": {"dataDir": str(tmp_path / "data")}}
    runtime = Runtime(AppConfig.model_validate(data))
    runtime.queue.lease = 2.0  # a task that the outage interrupts is taken up again after it
    made = Process(runtime)
    made.handlers["tests.beat"] = lambda _task: None
    try:
        made.clock.add(
            "beat", Schedule(timedelta(seconds=0.1), None, timedelta(seconds=9)), queue="catalog", kind="tests.beat"
        )
        made.start()
        yield made
    finally:
        made.stop()
        runtime.close()


def until(holds: Callable[[], bool]) -> None:
    for _look in range(1_000):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it didn't come to that")


def beats(process: Process) -> int:
    query = select(func.count()).where(tasks.c.kind == "tests.beat", tasks.c.state == "done")
    with process.runtime.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def test_database_that_goes_and_comes_back_is_told_of_twice(process: Process, server: str) -> None:
    outage = process.runtime.database.outage
    until(lambda: beats(process) > 0)
    with capture_logs() as lines, psycopg.connect(server, autocommit=True) as admin:
        admin.execute("ALTER DATABASE outage ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'outage'")
        until(lambda: outage.lasts)
        time.sleep(1.5)  # every thread has had its turn meanwhile
        admin.execute("ALTER DATABASE outage ALLOW_CONNECTIONS true")
        until(lambda: not outage.lasts)
        before = beats(process)
        until(lambda: beats(process) > before + 1)
    assert [line["event"] for line in lines] == ["database can't be reached", "database can be reached again"]
    assert lines[0]["log_level"] == "error"


def test_work_of_a_start_is_done_again_where_its_connection_was_cut(process: Process, server: str) -> None:
    database, cuts = process.runtime.database, iter([True, True])

    def read() -> int:
        with database.read() as connection:
            if next(cuts, False):
                with psycopg.connect(server, autocommit=True) as admin:
                    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'outage'")
            return int(connection.execute(text("SELECT 7")).scalar_one())

    process.stop()
    assert insist(database, read) == 7
    assert next(cuts, None) is None, "it was cut twice"


def test_what_is_wrong_with_the_work_itself_is_not_tried_again(process: Process) -> None:
    tries = []

    def read() -> None:
        tries.append(1)
        with process.runtime.database.read() as connection:
            connection.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(ProgrammingError):
        insist(process.runtime.database, read)
    assert len(tries) == 1
