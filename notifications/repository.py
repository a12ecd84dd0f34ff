"""Writes of the ledger and of what people chose."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from notifications.model import OPEN, Notice, notice_from
from notifications.tables import notice_posts, notice_settings, notices


def _insert(connection: Connection, table: Any) -> Any:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def plan(connection: Connection, notice: Notice, *, now: float, due_at: float, next_at: float | None) -> int | None:
    """Write a notice down; its id, or None when the same was planned before."""
    row: dict[str, Any] = {
        "kind": notice.kind,
        "key": notice.key,
        "recipient": notice.recipient,
        "subject": notice.subject,
        "parent_id": notice.parent,
        "said": notice.said,
        "body": notice.body(),
        "state": "planned",
        "created_at": now,
        "due_at": due_at,
        "next_at": next_at,
    }
    statement = _insert(connection, notices).values(row).on_conflict_do_nothing().returning(notices.c.id)
    found = connection.execute(statement).scalar_one_or_none()
    return None if found is None else int(found)


def change(connection: Connection, notice: Notice, **columns: Any) -> None:
    """Store a notice's body anew, and columns; what shows it is out of date after this."""
    values = {"body": notice.body(), "version": notices.c.version + 1} | columns
    connection.execute(update(notices).where(notices.c.id == notice.id).values(values))


def set_columns(connection: Connection, notice_id: int, **columns: Any) -> None:
    """Change what isn't shown."""
    connection.execute(update(notices).where(notices.c.id == notice_id).values(columns))


def close(connection: Connection, notice_id: int, state: str, *, now: float, error: str | None = None) -> None:
    values = {"state": state, "closed_at": now, "due_at": None, "next_at": None, "error": error}
    statement = update(notices).where(notices.c.id == notice_id)
    connection.execute(statement.values(values | {"version": notices.c.version + 1}))


def lock_planned(connection: Connection, recipient: str, notice_id: int) -> list[Notice]:
    """What waits for a recipient, if `notice_id` is among it; two workers don't both place it."""
    query = select(notices).where(notices.c.recipient == recipient, notices.c.state == "planned")
    rows = connection.execute(query.order_by(notices.c.id).with_for_update()).all()
    return [notice_from(row) for row in rows] if any(row.id == notice_id for row in rows) else []


def add_posts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Where a notice is to be said; an address that has it already is left alone."""
    added: list[int] = []
    for row in rows:
        values = {"state": "planned", "attempts": 0, "version": 0, "note": ""} | dict(row)
        statement = _insert(connection, notice_posts).values(values)
        found = connection.execute(statement.on_conflict_do_nothing().returning(notice_posts.c.id)).scalar_one_or_none()
        if found is not None:
            added.append(int(found))
    return added


def claim_post(connection: Connection, post_id: int, *, now: float, lease: float) -> bool:
    """Begin an attempt; False when another one is under way, it isn't time, or it was sent."""
    post = notice_posts.c
    mine = update(notice_posts).where(post.id == post_id, post.state == "planned", post.due_at <= now)
    return bool(connection.execute(mine.values(attempts=post.attempts + 1, due_at=now + lease)).rowcount)


def note_try(connection: Connection, post_id: int, now: float) -> None:
    """From here on the message may be out, whatever happens to this process; the first time counts."""
    mine = update(notice_posts).where(notice_posts.c.id == post_id, notice_posts.c.tried_at.is_(None))
    connection.execute(mine.values(tried_at=now))


def change_post(connection: Connection, post_id: int, **columns: Any) -> None:
    connection.execute(update(notice_posts).where(notice_posts.c.id == post_id).values(columns))


def posts_left(connection: Connection, notice_id: int) -> bool:
    """Some place has it, or may still take it."""
    query = select(notice_posts.c.id).where(notice_posts.c.notice_id == notice_id, notice_posts.c.state != "failed")
    return connection.execute(query.limit(1)).first() is not None


def choose(connection: Connection, who: str, key: str, value: Any, *, now: float) -> None:
    """Store a setting; None goes back to the default."""
    if value is None:
        mine = (notice_settings.c.who == who) & (notice_settings.c.key == key)
        connection.execute(delete(notice_settings).where(mine))
        return
    statement = _insert(connection, notice_settings).values(who=who, key=key, value=[value], at=now)
    changed = {"value": [value], "at": now}
    connection.execute(statement.on_conflict_do_update(index_elements=["who", "key"], set_=changed))


def send_again(connection: Connection, notice_id: int, *, now: float) -> bool:
    """Make a dropped or failed notice planned again, from its first place on."""
    row = connection.execute(select(notices.c.state).where(notices.c.id == notice_id)).one_or_none()
    if row is None:
        return False
    connection.execute(delete(notice_posts).where(notice_posts.c.notice_id == notice_id))
    values = {"state": "planned", "due_at": now, "step": 0, "error": None, "closed_at": None}
    connection.execute(update(notices).where(notices.c.id == notice_id).values(values))
    return True


def forget_closed(connection: Connection, before: float) -> int:
    """Closed notices older than this; replies go with what they answer."""
    old = delete(notices).where(notices.c.state.not_in(OPEN), notices.c.closed_at < before)
    return connection.execute(old).rowcount
