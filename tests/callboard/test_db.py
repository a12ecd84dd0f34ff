"""Transactions on both databases: snapshots, rollback, one writer at a time, and a database that is away or locked."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from callboard.config.model import AppConfig
from callboard.db import Database, open_database
from callboard.db.engine import database_url, wait_for_database
from callboard.db.outage import Outage
from callboard.errors import ConfigError, ServiceUnavailableError


@pytest.fixture
def notes(database: Database) -> Database:
    with database.write() as connection:
        connection.execute(text("CREATE TABLE notes (n INTEGER)"))
    return database


def add(database: Database, number: int) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO notes VALUES (:n)"), {"n": number})


def stored(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.execute(text("SELECT n FROM notes ORDER BY n")).scalars())


def test_a_transaction_that_fails_leaves_nothing(notes: Database) -> None:
    def fail() -> None:
        with notes.write() as connection:
            connection.execute(text("INSERT INTO notes VALUES (1)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert stored(notes) == []


def test_writers_wait_for_each_other_and_all_get_in(notes: Database) -> None:
    def write(start: int) -> None:
        for number in range(start, start + 20):
            add(notes, number)

    threads = [threading.Thread(target=write, args=[20 * n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert list(range(80)) == stored(notes)


def test_readers_don_t_wait_for_a_writer(notes: Database) -> None:
    add(notes, 1)
    with notes.write() as connection:
        connection.execute(text("INSERT INTO notes VALUES (2)"))
        assert stored(notes) == [1]
    assert stored(notes) == [1, 2]


def test_what_follows_a_commit_doesn_t_follow_a_rollback(notes: Database) -> None:
    done: list[str] = []
    with notes.unit_of_work() as uow:
        uow.writing().execute(text("INSERT INTO notes VALUES (1)"))
        uow.after_commit(lambda: done.append(f"sees {stored(notes)}"))

    def fail() -> None:
        with notes.unit_of_work() as uow:
            uow.writing().execute(text("INSERT INTO notes VALUES (2)"))
            uow.after_commit(lambda: done.append("never"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (done, stored(notes)) == (["sees [1]"], [1])


def test_a_writer_gets_in_when_another_process_lets_go(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        connection.execute(text("CREATE TABLE notes (n INTEGER)"))
    other = sqlite3.connect(str(sqlite_database.engine.url.database), check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    add(sqlite_database, 1)
    release.join()
    other.close()
    assert stored(sqlite_database) == [1]


def test_a_database_that_is_away_is_named_without_its_password() -> None:
    away = open_database("postgresql+psycopg://me:hunter2@127.0.0.1:1/callboard")
    with pytest.raises(ServiceUnavailableError, match="doesn't answer") as caught:
        wait_for_database(away, seconds=0.2, pause=0.05)
    assert "hunter2" not in caught.value.user_text
    assert "127.0.0.1:1" in caught.value.user_text
    away.dispose()


def test_an_in_memory_database_is_refused() -> None:
    with pytest.raises(ServiceUnavailableError, match="name a file"):
        open_database("sqlite://")


def test_a_folder_that_isn_t_there_is_said(tmp_path: Path) -> None:
    away = open_database(f"sqlite:///{tmp_path}/none/x.db")
    with pytest.raises(ServiceUnavailableError, match="unable to open database file"):
        wait_for_database(away, seconds=0.0)
    away.dispose()


def test_a_database_that_others_keep_busy_is_not_away() -> None:
    outage = Outage()
    for reason, lasts in (("database is locked", False), ("unable to open database file", True)):
        error = OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError(reason))
        with pytest.raises(OperationalError), outage.connecting():
            raise error
        assert outage.lasts is lasts
    outage.over(time.monotonic())
    assert not outage.lasts


def test_an_answer_asked_for_before_the_database_went_away_is_no_sign_of_its_return() -> None:
    outage, asked = Outage(), time.monotonic()
    with pytest.raises(OperationalError), outage.connecting():
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("unable to open database file"))
    outage.over(asked)
    assert outage.lasts


def test_a_connection_that_is_no_url_is_refused_without_repeating_it() -> None:
    settings = {"backend": {"database": {"client": "pg", "connection": "hunter2@somewhere"}}}
    with pytest.raises(ConfigError) as refused:
        database_url(AppConfig.model_validate(settings))
    assert "backend.database.connection" in refused.value.user_text
    assert "hunter2" not in refused.value.user_text
