"""The rows about sources and targets: what was read when, what is failing and since when."""

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from callboard import outbox
from callboard.db import Database
from callboard.outbox import Event
from callboard.refs import LocationRef
from catalog.ingest.costs import Cost
from catalog.ingest.rows import batches, insert_ignoring
from catalog.ingest.target import Target
from catalog.tables import entities, source_runs, sources, targets
from catalog.version import bump

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
            return [_target(row) for row in connection.execute(select(targets).where(targets.c.source_id == source_id))]

    def targets_of_key(self, key: str) -> list[Target]:
        query = select(targets).join(sources, sources.c.id == targets.c.source_id).where(sources.c.key == key)
        with self._database.read() as connection:
            return [_target(row) for row in connection.execute(query)]

    def find(self, locations: Sequence[str]) -> dict[str, Target]:
        """The rows of those locations that have one, whatever their source."""
        found: dict[str, Target] = {}
        with self._database.read() as connection:
            for some in batches(locations):
                query = select(targets).where(targets.c.location.in_(some))
                found.update((row.location, _target(row)) for row in connection.execute(query))
        return found

    def target(self, source_id: int, parent_id: int | None, location: str) -> Target:
        """The row of one location, made when it is new; it may belong to another source already."""
        query = select(targets).where(targets.c.location == location)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            values = {"source_id": source_id, "parent_id": parent_id, "location": location}
            with self._database.write() as connection:
                insert_ignoring(connection, targets, [values])
                row = connection.execute(query).one()
        return _target(row)

    def entity_counts(self, source_id: int) -> dict[int, int]:
        """How many entities each target of a source holds."""
        query = select(entities.c.target_id, func.count()).join(targets, targets.c.id == entities.c.target_id)
        query = query.where(targets.c.source_id == source_id).group_by(entities.c.target_id)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def entity_ids(self, key: str) -> list[int]:
        """What a source holds."""
        query = select(entities.c.id).join(targets, targets.c.id == entities.c.target_id)
        query = query.join(sources, sources.c.id == targets.c.source_id).where(sources.c.key == key)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def unchanged(self, target: Target, version: str) -> None:
        """A target holds what it held; it is whole again if it was failing."""
        values: dict[str, Any] = {"version": version, "read_at": time.time(), "error": None, "failing_since": None}
        with self._database.write() as connection:
            connection.execute(update(targets).where(targets.c.id == target.id).values(values))
            if target.error:
                self._report(connection, [Event("recovered", target.location, target.location)])
                bump(connection)

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
            bump(connection)
        return True

    def source_read(self, source: SourceRow, now: float) -> None:
        if source.error is None and source.checked_at and now - source.checked_at < _FRESHNESS:
            return
        values = {"error": None, "failing_since": None, "read_at": now, "checked_at": now}
        with self._database.write() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(values))

    def source_failed(self, key: str, message: str) -> None:
        now = time.time()
        since = func.coalesce(sources.c.failing_since, now)
        values: dict[str, Any] = {"error": message, "checked_at": now, "failing_since": since}
        with self._database.write() as connection:
            connection.execute(update(sources).where(sources.c.key == key).values(values))

    def note_cost(self, key: str, cost: Cost, *, run: tuple[float, float] | None = None) -> None:
        """Add up what reading a source cost; `run`: when a whole run of it began, and how many seconds it took."""
        if run is None and not cost.requests:
            return
        row = source_runs.c
        with self._database.write() as connection:
            source_id = connection.execute(select(sources.c.id).where(sources.c.key == key)).scalar_one_or_none()
            if source_id is None:
                return
            insert_ignoring(connection, source_runs, [{"source_id": source_id, "total": {}, "quotas": {}}])
            query = select(row.total, row.quotas).where(row.source_id == source_id).with_for_update()
            total, quotas = connection.execute(query).one()
            values: dict[str, Any] = {"total": dict(Counter(total) + Counter(cost.requests))}
            values["quotas"] = quotas | {name: asdict(quota) for name, quota in cost.quotas.items()}
            if run is not None:
                values |= {"began_at": run[0], "seconds": run[1], "requests": dict(cost.requests)}
            connection.execute(update(source_runs).where(row.source_id == source_id).values(values))

    def delete_source(self, key: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(sources).where(sources.c.key == key))
            bump(connection)

    def keys(self, kinds: Iterable[str]) -> list[str]:
        """The keys of all sources of these kinds."""
        with self._database.read() as connection:
            return list(connection.execute(select(sources.c.key).where(sources.c.kind.in_(list(kinds)))).scalars())

    def _report(self, connection: Connection, events: Sequence[Event]) -> None:
        outbox.append(self._database, connection, events)


def _target(row: Any) -> Target:
    return Target(
        row.id,
        row.source_id,
        row.location,
        row.version,
        row.digest,
        row.includes,
        row.children,
        row.error,
        row.parent_id,
    )
