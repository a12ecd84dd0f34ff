"""Writes of the ledger."""

from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from notifications.model import Notice, notice_from
from notifications.tables import notices


def plan(connection: Connection, notice: Notice, *, now: float) -> int | None:
    """Write a notice down; its id, or None when the same was planned before."""
    build: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {"kind": notice.kind, "key": notice.key, "recipient": notice.recipient, "subject": notice.subject}
    row |= {"body": notice.body(), "created_at": now, "state": "planned"}
    statement = build(notices).values(row).on_conflict_do_nothing().returning(notices.c.id)
    found = connection.execute(statement).scalar_one_or_none()
    return None if found is None else int(found)


def get_planned(connection: Connection, notice_id: int) -> Notice | None:
    """The notice, unless it was sent or given up meanwhile."""
    query = select(notices).where(notices.c.id == notice_id, notices.c.state == "planned")
    row = connection.execute(query).one_or_none()
    return None if row is None else notice_from(row)


def mark_sent(connection: Connection, notice_id: int, channel: str, ts: str, *, now: float) -> None:
    values = {"state": "sent", "channel": channel, "ts": ts, "sent_at": now, "error": None}
    connection.execute(update(notices).where(notices.c.id == notice_id).values(values))


def mark_undeliverable(connection: Connection, notice_id: int, state: str, error: str) -> None:
    connection.execute(update(notices).where(notices.c.id == notice_id).values(state=state, error=error))
