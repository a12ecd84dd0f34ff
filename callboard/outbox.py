"""Change events: written in the transaction of the change, read by each consumer at its own pace, exactly once.

The rows are history for people as well: they stay after everybody has read them.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Index,
    String,
    Table,
    func,
    insert,
    select,
)

from callboard.db import ID, Database, UnitOfWork, metadata
from callboard.logs import get_logger
from callboard.turns import give_way

_ORDER_LOCK: Final = 0x0CA11B0A
_BATCH: Final = 100
"""Events that a consumer gets at once: people wait for their answers while it writes."""
_PAUSE: Final = 0.004
"""Seconds between two batches, for another process that waits for SQLite's lock."""
_log = get_logger("outbox")

events = Table(
    "events",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("type", String(40), nullable=False),
    Column("ref", String, nullable=False),
    Column("source", String, nullable=False, default=""),
    Column("actor", String),
    Column("body", JSON),
    Index("ix_events_ref", "ref", "id"),
)
cursors = Table(
    "event_cursors",
    metadata,
    Column("consumer", String(40), primary_key=True),
    Column("position", ID, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Event:
    """What changed, and how: `created`, `updated`, `renamed`, `deleted`, `orphaned`, `failed` or `recovered`.

    `body` holds, for an update, `{"fields": {path: [before, after]}}`; for a new name, what it was called `from` and,
    where the name itself changed, the `ref` it had; for a failure, the message, file and line.
    """

    type: str
    ref: str
    source: str = ""
    actor: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0
    id: int = 0


def append(database: Database, connection: Connection, new: Sequence[Event]) -> None:
    """Write events in the caller's transaction; on PostgreSQL such transactions queue, so that ids come in order."""
    if not new:
        return
    database.serialize(connection, _ORDER_LOCK)
    now = database.now(connection)
    rows = [
        {
            "at": now,
            "type": e.type,
            "ref": e.ref,
            "source": e.source,
            "actor": e.actor,
            "body": dict(e.body) or None,
        }
        for e in new
    ]
    connection.execute(insert(events), rows)


def history(connection: Connection, ref: str, *, limit: int = 50) -> list[Event]:
    """What happened to `ref`, newest first."""
    query = select(events).where(events.c.ref == ref).order_by(events.c.id.desc()).limit(limit)
    return [_event(row) for row in connection.execute(query).mappings()]


def latest_id(connection: Connection) -> int:
    """The newest event's id, 0 when there is none; it moves with every change."""
    return int(connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one())


def refs_since(connection: Connection, position: int) -> list[str]:
    """The refs that events after `position` are about."""
    query = select(events.c.ref).where(events.c.id > position).distinct()
    return list(connection.execute(query).scalars())


class Consumer(Protocol):
    """Acts on events inside the transaction that also moves its cursor."""

    name: str

    def consume(self, uow: UnitOfWork, batch: Sequence[Event]) -> None: ...


class Pump:
    """Feeds new events to the consumers, woken by `poke()` or by its own slow beat (other replicas write too)."""

    def __init__(self, database: Database, consumers: Sequence[Consumer], *, beat: float = 1.0) -> None:
        self._database = database
        self._consumers = consumers
        self._beat = beat
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        if self._thread:
            self._thread.join(timeout=10)

    def poke(self) -> None:
        self._wake.set()

    def drain(self) -> None:
        """Feed everybody everything there is, now, in this thread."""
        for consumer in self._consumers:
            while feed(self._database, consumer):
                give_way(least=_PAUSE)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(self._beat)
            self._wake.clear()
            for consumer in self._consumers:
                self._feed_safely(consumer)

    def _feed_safely(self, consumer: Consumer) -> None:
        try:
            while not self._stopped.is_set() and feed(self._database, consumer):
                give_way(least=_PAUSE)
        except Exception:  # noqa: BLE001 - one consumer's defect must not stop the others
            if not self._database.outage.lasts:
                _log.exception("events not consumed, trying again", consumer=consumer.name)


def feed(database: Database, consumer: Consumer) -> bool:
    """Give `consumer` its next batch; False when it has seen everything."""
    with database.read() as connection:
        position = _position(connection, consumer.name)
        if position is not None and position >= latest_id(connection):
            return False
    with database.unit_of_work() as uow:
        connection = uow.writing()
        position = _locked_position(connection, consumer.name)
        query = select(events).where(events.c.id > position).order_by(events.c.id).limit(_BATCH)
        batch = [_event(row) for row in connection.execute(query).mappings()]
        if batch:
            consumer.consume(uow, batch)
            moved = cursors.update().where(cursors.c.consumer == consumer.name).values(position=batch[-1].id)
            connection.execute(moved)
    return bool(batch)


def _position(connection: Connection, name: str) -> int | None:
    return connection.execute(select(cursors.c.position).where(cursors.c.consumer == name)).scalar_one_or_none()


def _locked_position(connection: Connection, name: str) -> int:
    query = select(cursors.c.position).where(cursors.c.consumer == name).with_for_update()
    position = connection.execute(query).scalar_one_or_none()
    if position is None:
        _start_cursor(connection, name)
        position = connection.execute(query).scalar_one()
    return int(position)


def _start_cursor(connection: Connection, name: str) -> None:
    from sqlalchemy.dialects import postgresql, sqlite

    dialect: Callable[[Table], Any] = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(dialect(cursors).values(consumer=name, position=0).on_conflict_do_nothing())


def _event(row: Any) -> Event:
    return Event(row["type"], row["ref"], row["source"], row["actor"], row["body"] or {}, row["at"], row["id"])
