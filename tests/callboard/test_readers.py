"""Connections that are kept for reading: they survive what the database does to them, and show what is committed."""

import pytest
from sqlalchemy import exc, text

from callboard.db import Connection, Database
from callboard.errors import InputError


def _one(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM refs")).scalar_one())


def test_a_read_sees_what_was_committed_before_it(database: Database) -> None:
    assert database.look(_one) == 0
    with database.write() as connection:
        connection.execute(text("INSERT INTO refs (ref) VALUES ('component:default/a')"))
    assert database.look(_one) == 1


def test_a_read_holds_no_snapshot_once_it_is_done(database: Database) -> None:
    for number in range(3):
        assert database.look(_one) == number
        with database.write() as connection:
            connection.execute(text("INSERT INTO refs (ref) VALUES (:ref)"), {"ref": f"component:default/{number}"})


def test_an_error_of_the_work_comes_out_and_the_next_read_works(database: Database) -> None:
    def refuse(_connection: Connection) -> int:
        raise InputError("no")

    with pytest.raises(InputError):
        database.look(refuse)
    with pytest.raises(exc.DBAPIError):
        database.look(lambda c: c.execute(text("SELECT nothing FROM nowhere")))
    assert database.look(_one) == 0


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_connection_that_the_server_closed_is_replaced(database: Database) -> None:
    assert database.look(_one) == 0
    with database.engine.connect() as other:
        others = "pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        other.execute(text(f"SELECT pg_terminate_backend(pid) FROM {others}"))  # noqa: S608 - a constant
    assert database.look(_one) == 0


def test_reads_at_once_have_a_connection_each(database: Database) -> None:
    assert database.look(lambda outer: database.look(lambda inner: inner is not outer and _one(inner) == _one(outer)))
