"""Connections that are kept for reading only, so that a small read pays for itself alone.

Borrowing from the pool, looking whether the connection still lives, and opening and closing a transaction cost more
than finding a row. PostgreSQL's statements each see a snapshot of their own anyway, so there is no transaction around
them; SQLite's costs nothing and holds several statements together.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, exc

from callboard.db.outage import Outage

KEPT: Final = "callboard_kept"
T = TypeVar("T")


class Readers:
    """A stack of connections; as many are kept as were needed at once."""

    def __init__(self, engine: Engine, outage: Outage) -> None:
        self._engine = engine
        self._outage = outage
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._free: list[Connection] = []
        self._closed = False

    def run(self, work: Callable[[Connection], T]) -> T:
        """`work(connection)`; once more where the database had closed a connection while nobody used it."""
        kept = bool(self._free)
        try:
            return self._run(work)
        except exc.DBAPIError as error:
            if not (kept and error.connection_invalidated):
                raise
            self._drop()
            with self._outage.working():
                return self._run(work)

    def _run(self, work: Callable[[Connection], T]) -> T:
        try:
            connection = self._free.pop()
        except IndexError:
            with self._outage.connecting():
                connection = self._open()
        try:
            found = self._in_snapshot(connection, work) if self._is_sqlite else work(connection)
        except BaseException:
            connection.close()
            raise
        self._free.append(connection)
        if self._closed:
            self._drop()
        return found

    def _open(self) -> Connection:
        if self._is_sqlite:
            return self._engine.connect().execution_options(**{KEPT: True})
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _in_snapshot(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN")
        found = work(connection)
        driver.execute("COMMIT")
        return found

    def _drop(self) -> None:
        while self._free:
            self._free.pop().close()

    def close(self) -> None:
        """Give back what is kept, and what is out once it comes back."""
        self._closed = True
        self._drop()
