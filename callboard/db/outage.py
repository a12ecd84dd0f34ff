"""Tells once when the database goes away and once when it is back, however many threads notice."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from callboard.logs import get_logger, redact

_log = get_logger("database")


class Outage:
    """One for a database: whoever works in the background asks it before reporting an error."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._failed = 0.0
        self._lock = threading.Lock()

    @property
    def lasts(self) -> bool:
        """The last attempt to reach the database failed: whatever failed because of that has been told."""
        return self._since is not None

    @contextmanager
    def connecting(self) -> Iterator[None]:
        """Around getting a connection: a failure means that the database is away, unless others are just busy."""
        try:
            yield
        except (exc.OperationalError, exc.InterfaceError) as error:
            if "locked" not in str(error.orig):
                self._begin(error)
            raise

    @contextmanager
    def working(self) -> Iterator[None]:
        """Around work on a connection: only a broken one means that."""
        try:
            yield
        except exc.DBAPIError as error:
            if error.connection_invalidated:
                self._begin(error)
            raise

    def over(self, asked: float) -> None:
        """The database has answered what was asked at `asked`, by `time.monotonic()`.

        An answer that was on its way when somebody else found the database gone proves nothing.
        """
        if self._since is None:
            return
        with self._lock:
            if asked <= self._failed:
                return
            since, self._since = self._since, None
        if since is not None:
            _log.warning("database can be reached again", seconds=round(time.monotonic() - since, 1))

    def _begin(self, error: exc.DBAPIError) -> None:
        with self._lock:
            self._failed = time.monotonic()
            first, self._since = self._since is None, self._since or self._failed
        if first:
            reason = redact(str(error.orig)).strip().splitlines()
            _log.error("database can't be reached", reason=reason[0] if reason else "")
