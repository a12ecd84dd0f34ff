"""What would be sent to whom, and why, had the rules of today looked at events of the past. Writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from callboard.config.model import Admins
from callboard.db import Connection, Database
from notifications import queries
from notifications.desk import Desk
from notifications.model import Notice
from notifications.planner import Planner
from notifications.routes import Route, Router


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A notice with the places it would try in turn."""

    notice: Notice
    route: Route


def preview(database: Database, desk: Desk, admins: Admins, *, since: float) -> Sequence[Foreseen]:
    """The notices that the events since a moment give reason for; what was sent already is left out."""
    quiet = Desk(desk.config, _enqueue_nothing, desk.clock)
    router = Router(desk.config, admins)
    found: list[Foreseen] = []
    with _undone(database) as connection:
        newest = max((n.id for n, _posts in queries.listing(connection, limit=1)), default=0)
        planner = Planner(quiet)
        for event in queries.events_since(connection, since):
            planner.plan(connection, event)
        for notice, _posts in reversed(queries.listing(connection, limit=10_000)):
            if notice.id > newest and notice.state == "planned":
                found.append(Foreseen(notice, router.route(connection, notice, desk.clock())))
    return found


@contextmanager
def _undone(database: Database) -> Iterator[Connection]:
    """A writing connection whose work is always rolled back."""
    with database.write() as connection:
        savepoint = connection.begin_nested()
        try:
            yield connection
        finally:
            savepoint.rollback()


def _enqueue_nothing(
    connection: Connection,  # noqa: ARG001 - the port's signature, down to the last
    queue: str,  # noqa: ARG001
    kind: str,  # noqa: ARG001
    spec: Mapping[str, Any],  # noqa: ARG001
    *,
    delay: float = 0.0,  # noqa: ARG001
    dedup: str | None = None,  # noqa: ARG001
) -> bool:
    return True
