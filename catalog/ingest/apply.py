"""Writes what targets hold: only what differs, a tenth of a second a transaction, a target's digest last.

The digest is what stops the next run before parsing; written last, it makes a killed ingestion repeat exactly the
files that it hadn't finished.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Connection, delete, select, update

from callboard import outbox
from callboard.db import Database
from callboard.outbox import Event
from callboard.turns import give_way
from catalog.ingest import rows
from catalog.ingest.candidate import ParsedTarget
from catalog.ingest.pace import MOST, Pace
from catalog.ingest.settle import resume, settle
from catalog.ingest.store import Transaction, delete_entities, store
from catalog.ingest.target import Arrival, Counts, Part, Target
from catalog.kinds import KindRegistry
from catalog.tables import entities, problems, refs, targets
from catalog.version import bump

INGEST_LOCK: Final = 0x0CA7A106
_ORPHANS: Final = 100
_PAUSE: Final = 0.004
"""Seconds in which another process can take SQLite's lock."""
T = TypeVar("T")


class Applier:
    """The only writer of entities; keeps nothing but the ids of refs and keys between transactions."""

    def __init__(self, database: Database, registry: KindRegistry) -> None:
        self._database = database
        self._registry = registry
        self._refs = rows.ref_ids()
        self._keys = rows.key_ids()
        self._pace = Pace()
        self._unfinished: list[Arrival] = []
        self._one_at_a_time = threading.Lock()
        self.totals = Counts()
        """What all transactions of this process together did."""

    def apply(self, arrivals: Sequence[Arrival]) -> Counts:
        """Store everything that arrived, in as many transactions as it takes."""
        counts = Counts()
        for group in self._pace.groups(arrivals):
            started = time.perf_counter()
            counts.add(self._in_transaction(partial(self._take, group)))
            self._pace.learn(sum(max(1, p.end - p.start) for p in group), time.perf_counter() - started)
            give_way(least=_PAUSE if self._database.is_sqlite else 0.0)
            counts.add(self._finish())
        return counts

    def remove_targets(self, gone: Sequence[Target]) -> Counts:
        """Targets that their source no longer names: their entities become orphans, or somebody else's."""
        counts = Counts()
        for some in rows.batches(gone, MOST):
            arrivals = [Arrival(target, ParsedTarget()) for target in some]
            counts.add(self._in_transaction(partial(self._settle, arrivals)))
            counts.add(self._finish())
            self._in_transaction(partial(_forget, [t.id for t in some]))
        return counts

    def delete_orphans(self, *, older_than: float | None = None, among: Sequence[int] | None = None) -> int:
        """Delete entities orphaned before `older_than`, or those `among` some that are orphans; how many."""
        orphaned = entities.c.orphaned_at
        when = orphaned.is_not(None) if older_than is None else orphaned < older_than
        with self._database.read() as connection:
            found = list(connection.execute(select(entities.c.id).where(when)).scalars())
        chosen = found if among is None else sorted(set(found).intersection(among))
        return sum(self._in_transaction(partial(_delete, some, when)) for some in rows.batches(chosen, _ORPHANS))

    def _take(self, group: Sequence[Part], work: Transaction) -> Counts:
        _ensure_targets(work.connection, [p.arrival for p in group])
        own = [p for p in group if p.arrival.target.id]
        store(work, own)
        return self._settle([p.arrival for p in own if p.last], work)

    def _settle(self, arrivals: Sequence[Arrival], work: Transaction) -> Counts:
        self._unfinished = settle(work, arrivals, self._registry)
        return work.counts

    def _finish(self) -> Counts:
        """What settling left over because so much is gone."""

        def run(work: Transaction) -> Counts:
            self._unfinished = resume(work, self._unfinished, self._registry)
            return work.counts

        counts = Counts()
        while self._unfinished:
            counts.add(self._in_transaction(run))
        return counts

    def _in_transaction(self, act: Callable[[Transaction], T]) -> T:
        with self._one_at_a_time:
            try:
                with self._database.write() as connection:
                    self._database.serialize(connection, INGEST_LOCK)
                    self._refs.trim()
                    self._keys.trim()
                    work = Transaction(connection, self._refs, self._keys, self._database.now(connection))
                    result = act(work)
                    work.events += work.owners.settle(connection, work.events)
                    outbox.append(self._database, connection, work.events)
                    bump(connection)
            except BaseException:
                self._refs.forget()
                self._keys.forget()
                raise
            self.totals.add(work.counts)
            return result


def _delete(ids: Sequence[int], when: ColumnElement[bool], work: Transaction) -> int:
    """Those that are still orphans; one may have come back meanwhile."""
    query = select(entities.c.id, refs.c.ref).join(refs, refs.c.id == entities.c.id)
    found = work.connection.execute(query.where(entities.c.id.in_(ids), when)).all()
    work.watch((row.ref, row.id) for row in found)
    delete_entities(work.connection, work.keys, [row.id for row in found])
    work.events += [Event("deleted", row.ref) for row in found]
    work.counts.deleted += len(found)
    return len(found)


def _forget(ids: Sequence[int], work: Transaction) -> None:
    connection = work.connection
    connection.execute(update(entities).where(entities.c.target_id.in_(ids)).values(target_id=None))
    connection.execute(update(targets).where(targets.c.parent_id.in_(ids)).values(parent_id=None))
    connection.execute(delete(problems).where(problems.c.target_id.in_(ids)))
    connection.execute(delete(targets).where(targets.c.id.in_(ids)))


def _ensure_targets(connection: Connection, arrivals: Sequence[Arrival]) -> None:
    """Rows for targets that have none; one that another source brought in meanwhile is left to that source."""
    missing = {a.target.location: a for a in arrivals if not a.target.id}
    if not missing:
        return
    values = [
        {"source_id": a.target.source_id, "parent_id": a.target.parent_id, "location": a.target.location}
        for a in missing.values()
    ]
    rows.insert_ignoring(connection, targets, values)
    query = select(targets.c.id, targets.c.location, targets.c.source_id)
    for some in rows.batches(list(missing)):
        for row in connection.execute(query.where(targets.c.location.in_(some))):
            arrival = missing[row.location]
            if row.source_id == arrival.target.source_id:
                arrival.target = replace(arrival.target, id=row.id)


__all__ = ["INGEST_LOCK", "Applier", "Counts", "Target", "delete_entities"]
