"""Candidates of one transaction to rows: what is new, what differs, and what somebody else has claimed already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update

from callboard.outbox import Event
from catalog.ingest import rows
from catalog.ingest.candidate import Candidate, Failure
from catalog.ingest.fields import flatten
from catalog.ingest.owners import Owners
from catalog.ingest.target import Arrival, Counts, Part
from catalog.tables import entities, refs, relations, targets

_STATE = (
    entities.c.id, entities.c.digest, entities.c.target_id, entities.c.orphaned_at, entities.c.line, targets.c.location
)  # fmt: skip


@dataclass(slots=True)
class Transaction:
    """What one transaction works with."""

    connection: Connection
    refs: rows.Interned
    keys: rows.Interned
    now: float
    counts: Counts = field(default_factory=Counts)
    events: list[Event] = field(default_factory=list)
    owners: Owners = field(default_factory=Owners)

    def report(self, arrival: Arrival, kind: str, ref: str, body: Mapping[str, Any] | None = None) -> None:
        """Note an event with where it came from and who did it."""
        self.events.append(Event(kind, ref, arrival.target.location, arrival.actor, body or {}))

    def watch(self, changing: Iterable[tuple[str, int]]) -> None:
        """Say which entities are about to change, by ref and id: Groups among them may be what others are owned by."""
        self.owners.watch(self.connection, [i for ref, i in changing if ref.startswith("group:")])


Claim = tuple[Arrival, Candidate]


def store(work: Transaction, parts: Sequence[Part]) -> None:
    """Write the candidates of `parts`; those that lose a conflict are noted in their arrivals."""
    claims = [(p.arrival, c) for p in parts for c in p.arrival.parsed.candidates[p.start : p.end]]
    ids = work.refs.ensure(work.connection, (ref for _arrival, c in claims for ref in rows.refs_of(c)))
    known = _stored(work.connection, [ids[c.ref] for _arrival, c in claims])
    new, changed, moved = list[Claim](), list[Claim](), list[dict[str, Any]]()
    winners: dict[int, Arrival] = {}
    for arrival, candidate in claims:
        entity_id = ids[candidate.ref]
        row, rival = known.get(entity_id), winners.get(entity_id)
        if row is not None and row.target_id not in {arrival.target.id, None} and row.orphaned_at is None:
            arrival.conflicts.append(_conflict(candidate, row.location))
            continue
        if rival is not None:
            arrival.conflicts.append(_conflict(candidate, rival.target.location))
            continue
        winners[entity_id] = arrival
        if row is None:
            new.append((arrival, candidate))
        elif row.digest != candidate.digest or row.orphaned_at is not None or row.target_id != arrival.target.id:
            changed.append((arrival, candidate))
        else:
            work.counts.unchanged += 1
            if row.line != candidate.line:
                moved.append({"row_id": row.id, "new_line": candidate.line})
    insert_all(work, new)
    update_all(work, changed)
    if moved:
        statement = update(entities).where(entities.c.id == bindparam("row_id"))
        work.connection.execute(statement.values(line=bindparam("new_line")), moved)


def insert_all(work: Transaction, new: Sequence[Claim]) -> None:
    """Entities that weren't there."""
    if not new:
        return
    ids, connection = work.refs.known, work.connection
    work.watch((c.ref, ids[c.ref]) for _arrival, c in new)
    flat = [flatten(c.document) for _arrival, c in new]
    keys = work.keys.ensure(connection, {key for found in flat for key, _value, _original in found})
    built = [rows.entity_row(c, ids, a.target.id, work.now, rows.new_uid()) for a, c in new]
    rows.insert_rows(connection, entities, built)
    pairs = zip(new, flat, strict=True)
    rows.insert_fields(connection, [r for (_a, c), found in pairs for r in rows.field_rows(found, ids[c.ref], keys)])
    edges = [r for _arrival, c in new for r in rows.relation_rows(c.relations, ids[c.ref], ids)]
    rows.insert_rows(connection, relations, edges)
    for arrival, candidate in new:
        arrival.created.add(candidate.ref)
        work.report(arrival, "created", candidate.ref)
    work.counts.created += len(new)


def update_all(work: Transaction, changed: Sequence[Claim]) -> None:
    """Entities that say something else than before, or the same from another place."""
    if not changed:
        return
    ids = work.refs.known
    work.watch((c.ref, ids[c.ref]) for _arrival, c in changed)
    before = documents_of(work.connection, [ids[c.ref] for _arrival, c in changed])
    built, gone, added = list[dict[str, Any]](), list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for arrival, candidate in changed:
        entity_id = ids[candidate.ref]
        row = before[entity_id]
        document = orjson.loads(row.document)
        values = rows.entity_row(candidate, ids, arrival.target.id, work.now, row.uid)
        built.append({**values, "row_id": entity_id, "created_at": row.created_at})
        less, more = _field_changes(work, entity_id, document, candidate.document)
        gone += less
        added += more
        fields = rows.changed_fields(document, candidate.document)
        work.report(arrival, "updated", candidate.ref, {"fields": fields})
        if former := (fields.get("metadata.title") or [None])[0]:
            work.report(arrival, "renamed", candidate.ref, {"from": former})
    work.connection.execute(update(entities).where(entities.c.id == bindparam("row_id")), built)
    rows.delete_fields(work.connection, gone)
    rows.insert_fields(work.connection, added)
    _replace_relations(work, [c for _arrival, c in changed])
    work.counts.updated += len(changed)


def _field_changes(
    work: Transaction, entity_id: int, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    old, new = flatten(before), flatten(after)
    keys = work.keys.ensure(work.connection, {f[0] for f in old | new})
    old_rows, new_rows = set(rows.field_rows(old, entity_id, keys)), set(rows.field_rows(new, entity_id, keys))
    return old_rows - new_rows, new_rows - old_rows


def _replace_relations(work: Transaction, candidates: Sequence[Candidate]) -> None:
    ids = work.refs.known
    wanted = {tuple(r.values()) for c in candidates for r in rows.relation_rows(c.relations, ids[c.ref], ids)}
    have = set[tuple[Any, ...]]()
    for some in rows.batches([ids[c.ref] for c in candidates]):
        have.update(tuple(row) for row in work.connection.execute(select(relations).where(_stated_by(some))))
    if gone := have - wanted:
        columns = (relations.c.source_id, relations.c.type, relations.c.target_id, relations.c.origin_id)
        where = [column == bindparam(f"old_{n}") for n, column in enumerate(columns)]
        values = [{f"old_{n}": value for n, value in enumerate(row)} for row in gone]
        work.connection.execute(delete(relations).where(*where), values)
    names = ("source_id", "type", "target_id", "origin_id")
    rows.insert_rows(work.connection, relations, [dict(zip(names, r, strict=True)) for r in wanted - have])


def _stated_by(ids: Sequence[int]) -> Any:
    """Relations that these entities' own documents state: the entity is one of the ends, and both are indexed."""
    source, target, origin = relations.c.source_id, relations.c.target_id, relations.c.origin_id
    return or_(and_(source.in_(ids), origin == source), and_(target.in_(ids), origin == target))


def _found_for(ids: Sequence[int]) -> Any:
    """The Groups that these entities' owners were found to be."""
    return and_(
        relations.c.source_id.in_(ids), relations.c.origin_id.not_in((relations.c.source_id, relations.c.target_id))
    )


def delete_entities(connection: Connection, keys: rows.Interned, ids: Iterable[int]) -> None:
    """Take entities out with everything that hangs on them; their refs stay, others may still name them."""
    for some in rows.batches(list(ids)):
        gone = list[tuple[Any, ...]]()
        for row in documents_of(connection, some).values():
            flat = flatten(orjson.loads(row.document))
            gone += rows.field_rows(flat, row.id, keys.ensure(connection, {f[0] for f in flat}))
        rows.delete_fields(connection, gone)
        connection.execute(delete(relations).where(or_(_stated_by(some), _found_for(some))))
        connection.execute(delete(entities).where(entities.c.id.in_(some)))


def refs_of_target(connection: Connection, target_ids: Sequence[int]) -> list[Any]:
    """`id`, `ref` and `target_id` of what these targets brought in and still hold."""
    query = select(entities.c.id, refs.c.ref, entities.c.target_id).join(refs, refs.c.id == entities.c.id)
    return [
        row
        for some in rows.batches(target_ids)
        for row in connection.execute(query.where(entities.c.target_id.in_(some), entities.c.orphaned_at.is_(None)))
    ]


def _stored(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    query = select(*_STATE).select_from(entities.outerjoin(targets, targets.c.id == entities.c.target_id))
    found: dict[int, Any] = {}
    for some in rows.batches(ids):
        found.update((row.id, row) for row in connection.execute(query.where(entities.c.id.in_(some))))
    return found


def documents_of(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """`id`, `document`, `uid` and `created_at` by id."""
    query = select(entities.c.id, entities.c.document, entities.c.uid, entities.c.created_at)
    found: dict[int, Any] = {}
    for some in rows.batches(ids):
        found.update((row.id, row) for row in connection.execute(query.where(entities.c.id.in_(some))))
    return found


def _conflict(candidate: Candidate, winner: str) -> Failure:
    message = (
        f"{candidate.ref} is already claimed by {winner}, which keeps it; this one takes over when that goes. "
        "Rename one of the two."
    )
    body = orjson.dumps(candidate.document).decode()
    return Failure(message, candidate.line, "", candidate.ref, "conflict", "ConflictError", body)
