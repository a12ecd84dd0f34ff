"""The rows about sources and targets: what was read when, what is failing and since when."""

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from callboard import outbox
from callboard.db import Database
from callboard.outbox import Event
from callboard.refs import LocationRef
from catalog.ingest.apply import Target
from catalog.ingest.candidate import ChildLocation
from catalog.ingest.rows import insert_ignoring
from catalog.tables import entities, sources, targets

_FRESHNESS = 5.0
"""Seconds between two writes of "nothing changed here": often enough to tell how fresh an answer is."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A root as stored."""

    id: int
    key: str
    error: str | None
    checked_at: float | None


class Ledger:
    """Short transactions of their own: reading a source happens outside of any."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._parents: dict[int, int | None] = {}

    def source(self, kind: str, key: str, location: LocationRef, presence: str = "required") -> SourceRow:
        """The row of a source, made when it is new."""
        query = select(sources.c.id, sources.c.key, sources.c.error, sources.c.checked_at).where(sources.c.key == key)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            values = {"key": key, "kind": kind, "uid": str(uuid.uuid4()), "type": location.type}
            values |= {"target": location.target, "presence": presence}
            with self._database.write() as connection:
                insert_ignoring(connection, sources, [values])
                row = connection.execute(query).one()
        return SourceRow(*row)

    def targets(self, source_id: int) -> list[Target]:
        with self._database.read() as connection:
            found = connection.execute(select(targets).where(targets.c.source_id == source_id)).all()
        self._parents.update((row.id, row.parent_id) for row in found)
        return [_target(row) for row in found]

    def targets_of_key(self, key: str) -> list[Target]:
        query = select(targets).join(sources, sources.c.id == targets.c.source_id).where(sources.c.key == key)
        with self._database.read() as connection:
            return [_target(row) for row in connection.execute(query)]

    def target(self, source_id: int, parent: Target | None, location: str) -> Target:
        """The row of one location, made when it is new; it may belong to another source already."""
        query = select(targets).where(targets.c.location == location)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            values = {"source_id": source_id, "parent_id": parent.id if parent else None, "location": location}
            with self._database.write() as connection:
                insert_ignoring(connection, targets, [values])
                row = connection.execute(query).one()
        self._parents[row.id] = row.parent_id
        return _target(row)

    def parent_of(self, target: Target) -> int | None:
        return self._parents.get(target.id)

    def entity_count(self, target: Target) -> int:
        query = select(func.count()).select_from(entities).where(entities.c.target_id == target.id)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def read_well(
        self,
        target: Target,
        *,
        digest: str | None = None,
        version: str = "",
        includes: Mapping[str, str] | None = None,
        children: Sequence[ChildLocation] | None = None,
    ) -> None:
        """A target was read; it is whole again if it was failing."""
        now = time.time()
        values: dict[str, Any] = {"version": version, "read_at": now, "error": None, "failing_since": None}
        if digest is not None:
            values |= {"digest": digest, "includes": dict(includes or {}) or None}
            values["children"] = [asdict(c) for c in children or ()] or None
        with self._database.write() as connection:
            connection.execute(update(targets).where(targets.c.id == target.id).values(values))
            if target.error:
                self._report(connection, [Event("recovered", target.location, target.location)])

    def read_badly(self, target: Target, message: str, line: int) -> bool:
        """A target couldn't be read; True when that is news."""
        if target.error == message:
            return False
        values: dict[str, Any] = {"error": message, "error_line": line}
        if not target.error:
            values["failing_since"] = time.time()
        with self._database.write() as connection:
            connection.execute(update(targets).where(targets.c.id == target.id).values(values))
            if not target.error:
                body = {"message": message, "line": line}
                self._report(connection, [Event("failed", target.location, target.location, body=body)])
        return True

    def source_read(self, source: SourceRow, now: float) -> None:
        if source.error is None and source.checked_at and now - source.checked_at < _FRESHNESS:
            return
        values = {"error": None, "failing_since": None, "read_at": now, "checked_at": now}
        with self._database.write() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(values))

    def source_failed(self, source: SourceRow, message: str) -> None:
        now = time.time()
        values: dict[str, Any] = {"error": message, "checked_at": now}
        if source.error is None:
            values["failing_since"] = now
        with self._database.write() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(values))

    def delete_source(self, key: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(sources).where(sources.c.key == key))

    def keys(self, kinds: Iterable[str]) -> list[str]:
        """The keys of all sources of these kinds."""
        with self._database.read() as connection:
            return list(connection.execute(select(sources.c.key).where(sources.c.kind.in_(list(kinds)))).scalars())

    def _report(self, connection: Connection, events: Sequence[Event]) -> None:
        outbox.append(self._database, connection, events)


def _target(row: Any) -> Target:
    return Target(row.id, row.source_id, row.location, row.version, row.digest, row.includes, row.children, row.error)
