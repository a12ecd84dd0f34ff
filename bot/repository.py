"""Reads and writes of the Slack runtime's own rows."""

from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.tables import deliveries, run_messages
from callboard.db import Connection

KEEP: Final = 3_600.0
CLAIM: Final = 30.0
"""Seconds that posting a message may take before somebody else tries."""


def _insert(connection: Connection, table: Any) -> Any:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def first_time(connection: Connection, key: str, now: float) -> bool:
    """Remember a delivery; False when it was here before, on any replica."""
    statement = _insert(connection, deliveries).values(id=key[:120], at=now).on_conflict_do_nothing()
    return _inserted(connection, statement.returning(deliveries.c.id))


def _inserted(connection: Connection, returning: Any) -> bool:
    """Whether a row came of an insert that leaves conflicts alone: its `rowcount` tells on SQLite only."""
    return connection.execute(returning).first() is not None


def forget_deliveries(connection: Connection, now: float) -> int:
    """Slack retries for minutes, and signatures are good for five: an hour is plenty."""
    return connection.execute(delete(deliveries).where(deliveries.c.at < now - KEEP)).rowcount


def run_message(connection: Connection, run_id: str) -> tuple[str, str, str] | None:
    """Channel, timestamp and digest of a run's message."""
    query = select(run_messages.c.channel, run_messages.c.ts, run_messages.c.shown)
    row = connection.execute(query.where(run_messages.c.run_id == run_id)).one_or_none()
    return None if row is None else (row.channel, row.ts, row.shown)


def save_run_message(connection: Connection, run_id: str, channel: str, ts: str, shown: str, now: float) -> None:
    values = {"channel": channel, "ts": ts, "shown": shown, "at": now}
    statement = _insert(connection, run_messages).values(run_id=run_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["run_id"], set_=values))


def claim_run_message(connection: Connection, run_id: str, now: float) -> str:
    """Reserve the right to post a run's message: `mine`, `theirs`, or `left` by a process that didn't come to it."""
    row = {"run_id": run_id, "channel": "", "ts": "", "shown": "", "at": now}
    statement = _insert(connection, run_messages).values(row).on_conflict_do_nothing()
    if _inserted(connection, statement.returning(run_messages.c.run_id)):
        return "mine"
    abandoned = (run_messages.c.run_id == run_id, run_messages.c.ts == "", run_messages.c.at < now - CLAIM)
    taken = connection.execute(update(run_messages).where(*abandoned).values(at=now)).rowcount
    return "left" if taken else "theirs"


def release_run_message(connection: Connection, run_id: str) -> None:
    """Give the reservation back: nothing was posted."""
    mine = (run_messages.c.run_id == run_id, run_messages.c.ts == "")
    connection.execute(delete(run_messages).where(*mine))


def recent_run_messages(connection: Connection, since: float) -> list[str]:
    """The runs whose messages changed since then."""
    return list(connection.execute(select(run_messages.c.run_id).where(run_messages.c.at > since)).scalars())
