"""Writes what one target holds: only what differs, a few entities a transaction, the target's digest last.

The digest is what stops the next run before parsing; written last, it makes a killed ingestion repeat exactly the
files that it hadn't finished.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import orjson
from sqlalchemy import Connection, bindparam, delete, or_, select, update

from callboard import outbox
from callboard.db import Database
from callboard.outbox import Event
from catalog.ingest import rows
from catalog.ingest.candidate import Candidate, Failure, ParsedTarget
from catalog.ingest.documents import digest_of
from catalog.ingest.fields import flatten
from catalog.kinds import KindRegistry
from catalog.relations import emit_relations
from catalog.tables import entities, problems, refs, relations, targets

CHUNK: Final = 100
"""Entities a transaction: about 50 ms of writing, so that nobody who waits for SQLite's one writer notices."""
INGEST_LOCK: Final = 0x0CA7A106
_PAUSE: Final = 0.002


@dataclass(slots=True)
class Counts:
    """What a run did; `+` adds two up."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    errors: int = 0

    def add(self, other: Self) -> None:
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name) + getattr(other, f.name))


@dataclass(frozen=True, slots=True)
class Target:
    """A row of `targets` as ingestion needs it."""

    id: int
    source_id: int
    location: str
    version: str = ""
    digest: str = ""
    includes: Mapping[str, str] | None = None
    children: Sequence[Mapping[str, Any]] | None = None
    error: str | None = None


@dataclass(slots=True)
class _Chunk:
    """One transaction's work."""

    connection: Connection
    ids: Mapping[str, int]
    keys: Mapping[str, int]
    now: float
    events: list[Event]


class Applier:
    """The only writer of entities; keeps nothing but the ids of refs and keys between transactions."""

    def __init__(self, database: Database, registry: KindRegistry) -> None:
        self._database = database
        self._registry = registry
        self._refs = rows.ref_ids()
        self._keys = rows.key_ids()

    def apply(self, target: Target, parsed: ParsedTarget, *, actor: str | None = None) -> Counts:
        """Store a target's candidates and failures; the caller records the digest afterwards."""
        counts = Counts()
        conflicts: list[Failure] = []
        for chunk in rows.batches(parsed.candidates, CHUNK):
            conflicts += self._in_transaction(lambda c, chunk=chunk: self._store(c, target, chunk, actor, counts))
            time.sleep(_PAUSE)  # another process may be waiting for SQLite's lock
        self._in_transaction(lambda c: self._settle(c, target, parsed, conflicts, actor, counts))
        counts.errors += sum(f.kind != "warning" for f in (*parsed.failures, *conflicts))
        return counts

    def remove_target(self, target_id: int) -> Counts:
        """A target that its source no longer names: its entities become orphans, or somebody else's."""
        counts = Counts()
        empty = ParsedTarget()
        target = Target(target_id, 0, "")
        self._in_transaction(lambda c: self._settle(c, target, empty, [], None, counts))

        def forget(connection: Connection) -> None:
            mine = entities.c.target_id == target_id
            connection.execute(update(entities).where(mine).values(target_id=None))
            connection.execute(update(targets).where(targets.c.parent_id == target_id).values(parent_id=None))
            connection.execute(delete(problems).where(problems.c.target_id == target_id))
            connection.execute(delete(targets).where(targets.c.id == target_id))

        self._in_transaction(forget)
        return counts

    def delete_orphans(self, older_than: float | None, *, limit: int = CHUNK) -> int:
        """Delete up to `limit` entities orphaned before `older_than` (None: all orphans); how many there were."""

        def run(connection: Connection) -> int:
            orphaned = entities.c.orphaned_at
            when = orphaned.is_not(None) if older_than is None else orphaned < older_than
            query = select(entities.c.id, refs.c.ref).join(refs, refs.c.id == entities.c.id).where(when).limit(limit)
            found = connection.execute(query).all()
            delete_entities(connection, self._keys, [row.id for row in found])
            events = [Event("deleted", row.ref) for row in found]
            outbox.append(self._database, connection, events)
            return len(found)

        return int(self._in_transaction(run))

    def _in_transaction(self, work: Any) -> Any:
        try:
            with self._database.write() as connection:
                self._database.serialize(connection, INGEST_LOCK)
                return work(connection)
        except BaseException:
            self._refs.forget()
            self._keys.forget()
            raise

    def _store(
        self, connection: Connection, target: Target, chunk: Sequence[Candidate], actor: str | None, counts: Counts
    ) -> list[Failure]:
        ids = self._refs.ensure(connection, (ref for c in chunk for ref in rows.refs_of(c)))
        known = _stored(connection, [ids[c.ref] for c in chunk])
        new, changed, moved, conflicts = [], [], [], []
        for candidate in chunk:
            row = known.get(ids[candidate.ref])
            if row is None:
                new.append(candidate)
            elif row.target_id not in {target.id, None} and row.orphaned_at is None:
                conflicts.append(_conflict(candidate, connection, row.target_id))
            elif row.digest != candidate.digest or row.orphaned_at is not None or row.target_id != target.id:
                changed.append(candidate)
            elif row.line != candidate.line:
                moved.append({"row_id": row.id, "new_line": candidate.line})
        work = _Chunk(connection, ids, {}, self._database.now(connection), [])
        self._insert(work, target, new)
        self._update(work, target.id, changed)
        if moved:
            statement = update(entities).where(entities.c.id == bindparam("row_id"))
            connection.execute(statement.values(line=bindparam("new_line")), moved)
        events = [Event(e.type, e.ref, target.location, actor, e.body) for e in work.events]
        outbox.append(self._database, connection, events)
        counts.created += len(new)
        counts.updated += len(changed)
        counts.unchanged += len(chunk) - len(new) - len(changed) - len(conflicts)
        return conflicts

    def _insert(self, work: _Chunk, target: Target, new: Sequence[Candidate]) -> None:
        if not new:
            return
        flat = [flatten(c.document) for c in new]
        keys = self._keys.ensure(work.connection, {key for found in flat for key, _value, _original in found})
        built = [rows.entity_row(c, work.ids, target.id, work.now, rows.new_uid()) for c in new]
        rows.insert_rows(work.connection, entities, built)
        found_fields = [
            r for c, found in zip(new, flat, strict=True) for r in rows.field_rows(found, work.ids[c.ref], keys)
        ]
        rows.insert_fields(work.connection, found_fields)
        related = [r for c in new for r in rows.relation_rows(c.relations, work.ids[c.ref], work.ids)]
        rows.insert_rows(work.connection, relations, related)
        work.events += [Event("created", c.ref) for c in new]

    def _update(self, work: _Chunk, target_id: int, changed: Sequence[Candidate]) -> None:
        for candidate in changed:
            entity_id = work.ids[candidate.ref]
            query = select(entities.c.document, entities.c.uid, entities.c.created_at).where(entities.c.id == entity_id)
            before = work.connection.execute(query).one()
            document = orjson.loads(before.document)
            row = rows.entity_row(candidate, work.ids, target_id, work.now, before.uid)
            row |= {"created_at": before.created_at}
            work.connection.execute(update(entities).where(entities.c.id == entity_id).values(row))
            self._replace_fields(work.connection, entity_id, document, candidate.document)
            _replace_relations(work, candidate)
            difference = rows.changed_fields(document, candidate.document)
            work.events.append(Event("updated", candidate.ref, body={"fields": difference}))

    def _replace_fields(
        self, connection: Connection, entity_id: int, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        old, new = flatten(before), flatten(after)
        keys = self._keys.ensure(connection, {f[0] for f in old | new})
        old_rows = set(rows.field_rows(old, entity_id, keys))
        new_rows = set(rows.field_rows(new, entity_id, keys))
        rows.delete_fields(connection, old_rows - new_rows)
        rows.insert_fields(connection, list(new_rows - old_rows))

    def _settle(
        self,
        connection: Connection,
        target: Target,
        parsed: ParsedTarget,
        conflicts: Sequence[Failure],
        actor: str | None,
        counts: Counts,
    ) -> None:
        """What follows once all candidates are in: entities that are gone, and the list of what is wrong."""
        now = self._database.now(connection)
        events: list[Event] = []
        _replace_problems(connection, target, [*parsed.failures, *conflicts], now, events)
        if not parsed.unidentified:
            kept = {c.ref for c in parsed.candidates} | {f.ref for f in parsed.failures if f.kind == "error"}
            query = (
                select(entities.c.id, refs.c.ref)
                .join(refs, refs.c.id == entities.c.id)
                .where(entities.c.target_id == target.id, entities.c.orphaned_at.is_(None))
            )
            gone = [row for row in connection.execute(query) if row.ref not in kept]
            for row in gone:
                if not self._promote(connection, row.ref, now, events):
                    connection.execute(update(entities).where(entities.c.id == row.id).values(orphaned_at=now))
                    events.append(Event("orphaned", row.ref))
                    counts.deleted += 1
        events = [Event(e.type, e.ref, e.source or target.location, actor, e.body) for e in events]
        outbox.append(self._database, connection, events)

    def _promote(self, connection: Connection, ref: str, now: float, events: list[Event]) -> bool:
        """Let the oldest loser of a conflict have the ref that the winner gave up."""
        query = select(problems, targets.c.location).join(targets, targets.c.id == problems.c.target_id)
        query = query.where(problems.c.ref == ref, problems.c.kind == "conflict").order_by(problems.c.id).limit(1)
        loser = connection.execute(query).one_or_none()
        if loser is None:
            return False
        document = orjson.loads(loser.body)
        spec = self._registry.get(document["kind"], document["apiVersion"])
        if spec is None:
            return False
        candidate = Candidate(ref, document, emit_relations(document, spec), digest_of(document), loser.line)
        ids = self._refs.ensure(connection, rows.refs_of(candidate))
        work = _Chunk(connection, ids, {}, now, [])
        self._update(work, loser.target_id, [candidate])
        connection.execute(delete(problems).where(problems.c.id == loser.id))
        events += [Event(e.type, e.ref, loser.location, body=e.body) for e in work.events]
        return True


def _stored(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    columns = (entities.c.id, entities.c.digest, entities.c.target_id, entities.c.orphaned_at, entities.c.line)
    found: dict[int, Any] = {}
    for some in rows.batches(ids):
        found.update((row.id, row) for row in connection.execute(select(*columns).where(entities.c.id.in_(some))))
    return found


def _conflict(candidate: Candidate, connection: Connection, winner_target: int) -> Failure:
    query = select(targets.c.location).where(targets.c.id == winner_target)
    winner = connection.execute(query).scalar_one()
    message = (
        f"{candidate.ref} is already claimed by {winner}, which keeps it; this one takes over when that goes. "
        "Rename one of the two."
    )
    body = orjson.dumps(candidate.document).decode()
    return Failure(message, candidate.line, "", candidate.ref, "conflict", "ConflictError", body)


def _replace_relations(work: _Chunk, candidate: Candidate) -> None:
    entity_id = work.ids[candidate.ref]
    mine = relations.c.origin_id == entity_id
    ends = or_(relations.c.source_id == entity_id, relations.c.target_id == entity_id)
    wanted = {tuple(r.values()) for r in rows.relation_rows(candidate.relations, entity_id, work.ids)}
    have = {tuple(row) for row in work.connection.execute(select(relations).where(mine, ends))}
    for source, kind, goal, origin in have - wanted:
        work.connection.execute(
            delete(relations).where(
                relations.c.source_id == source,
                relations.c.type == kind,
                relations.c.target_id == goal,
                relations.c.origin_id == origin,
            )
        )
    names = ("source_id", "type", "target_id", "origin_id")
    rows.insert_rows(work.connection, relations, [dict(zip(names, r, strict=True)) for r in wanted - have])


def delete_entities(connection: Connection, keys: rows.Interned, ids: Sequence[int]) -> None:
    """Take entities out with everything that hangs on them; their refs stay, others may still name them."""
    for entity_id in ids:
        query = select(entities.c.document).where(entities.c.id == entity_id)
        document = orjson.loads(connection.execute(query).scalar_one())
        flat = flatten(document)
        known = keys.ensure(connection, {f[0] for f in flat})
        rows.delete_fields(connection, rows.field_rows(flat, entity_id, known))
        ends = or_(relations.c.source_id == entity_id, relations.c.target_id == entity_id)
        connection.execute(delete(relations).where(relations.c.origin_id == entity_id, ends))
        connection.execute(delete(entities).where(entities.c.id == entity_id))


def _replace_problems(
    connection: Connection, target: Target, failures: Sequence[Failure], now: float, events: list[Event]
) -> None:
    """Keep the rows of problems that are still there, with their date; report refs that began or ceased to fail."""
    have = connection.execute(select(problems).where(problems.c.target_id == target.id)).all()
    old = {(row.kind, row.ref, row.path, row.message): row for row in have}
    new = {(f.kind, f.ref, f.path, f.message): f for f in failures}
    stale = [row.id for key, row in old.items() if key not in new or row.line != new[key].line]
    for some in rows.batches(stale):
        connection.execute(delete(problems).where(problems.c.id.in_(some)))
    added = [
        {
            "target_id": target.id, "kind": f.kind, "ref": f.ref, "line": f.line, "path": f.path, "name": f.name,
            "message": f.message, "since": old[key].since if key in old else now, "body": f.body,
        }
        for key, f in new.items() if key not in old or old[key].line != f.line
    ]  # fmt: skip
    rows.insert_rows(connection, problems, added)
    failed_before = {row.ref for row in have if row.kind == "error"}
    failing = {f.ref: f for f in failures if f.kind == "error"}
    for ref, failure in failing.items():
        if ref not in failed_before:
            body = {"message": failure.message, "line": failure.line, "path": failure.path}
            events.append(Event("failed", ref or target.location, body=body))
    events += [Event("recovered", ref or target.location) for ref in failed_before if ref not in failing]
