"""What follows once all candidates of a target are in: its problems, and the entities that it no longer holds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, select, update

from catalog.ingest import rows
from catalog.ingest.candidate import Candidate, Failure, ParsedTarget
from catalog.ingest.documents import digest_of
from catalog.ingest.pace import MOST
from catalog.ingest.renames import report_renames
from catalog.ingest.store import Transaction, refs_of_target, update_all
from catalog.ingest.target import Arrival, Target
from catalog.kinds import KindRegistry
from catalog.relations import emit_relations
from catalog.tables import entities, problems, targets


def settle(work: Transaction, arrivals: Sequence[Arrival], registry: KindRegistry) -> list[Arrival]:
    """Problems of all first: a conflict among them may take over what another of these targets gave up.

    Returns those whose entities are gone in such numbers that they take further transactions.
    """
    have: dict[int, list[Any]] = defaultdict(list)
    for some in rows.batches([a.target.id for a in arrivals]):
        for row in work.connection.execute(select(problems).where(problems.c.target_id.in_(some))):
            have[row.target_id].append(row)
    for arrival in arrivals:
        found = [*arrival.parsed.failures, *arrival.conflicts]
        _replace_problems(work, arrival, found, have[arrival.target.id])
        work.counts.errors += sum(f.kind != "warning" for f in found)
    return resume(work, arrivals, registry)


def resume(work: Transaction, arrivals: Sequence[Arrival], registry: KindRegistry) -> list[Arrival]:
    """The rest of settling, again and again until nothing is left over."""
    left = _release(work, [a for a in arrivals if not a.parsed.unidentified], registry)
    _note_readings(work, [a for a in arrivals if a.reading is not None and a.target.id not in left])
    return [a for a in arrivals if a.target.id in left]


def _replace_problems(work: Transaction, arrival: Arrival, failures: Sequence[Failure], have: Sequence[Any]) -> None:
    """Keep the rows of problems that are still there, with their date; report refs that began or ceased to fail."""
    old = {(row.kind, row.ref, row.path, row.message): row for row in have}
    new = {(f.kind, f.ref, f.path, f.message): f for f in failures}
    changed = {key for key, row in old.items() if key in new and (row.line, row.body) != (new[key].line, new[key].body)}
    stale = [row.id for key, row in old.items() if key not in new or key in changed]
    for some in rows.batches(stale):
        work.connection.execute(delete(problems).where(problems.c.id.in_(some)))
    added = [
        {
            "target_id": arrival.target.id, "kind": f.kind, "ref": f.ref, "line": f.line, "path": f.path,
            "name": f.name, "message": f.message, "since": old[key].since if key in old else work.now, "body": f.body,
        }
        for key, f in new.items() if key not in old or key in changed
    ]  # fmt: skip
    rows.insert_rows(work.connection, problems, added)
    _report_failures(work, arrival, failures, {row.ref for row in have if row.kind == "error"})


def _report_failures(work: Transaction, arrival: Arrival, failures: Sequence[Failure], before: set[str | None]) -> None:
    failing = {f.ref: f for f in failures if f.kind == "error"}
    location = arrival.target.location
    for ref, failure in failing.items():
        if ref not in before:
            body = {"message": failure.message, "line": failure.line, "path": failure.path}
            work.report(arrival, "failed", ref or location, body)
    for ref in sorted(before - failing.keys(), key=str):
        work.report(arrival, "recovered", ref or location)


def _release(work: Transaction, arrivals: Sequence[Arrival], registry: KindRegistry) -> set[int]:
    """Entities that a target no longer holds become somebody else's, or orphans; the targets that have more."""
    kept = {a.target.id: _claimed(a) for a in arrivals}
    by_target = {a.target.id: a for a in arrivals}
    gone = [row for row in refs_of_target(work.connection, list(kept)) if row.ref not in kept[row.target_id]]
    left = {row.target_id for row in gone[MOST:]}
    del gone[MOST:]
    losers = _losers(work, [row.ref for row in gone])
    orphans: dict[int, list[Any]] = defaultdict(list)
    for row in gone:
        if row.ref in losers:
            _promote(work, losers[row.ref], registry)
        else:
            orphans[row.target_id].append(row)
            work.report(by_target[row.target_id], "orphaned", row.ref)
    for target_id, some_rows in orphans.items():
        report_renames(work, by_target[target_id], some_rows)
    orphaned = [row.id for found in orphans.values() for row in found]
    work.watch((row.ref, row.id) for row in gone)
    for some in rows.batches(orphaned):
        work.connection.execute(update(entities).where(entities.c.id.in_(some)).values(orphaned_at=work.now))
    work.counts.deleted += len(orphaned)
    return left


def _claimed(arrival: Arrival) -> set[str | None]:
    """What a target still speaks of, be it broken: the last good version of that stays."""
    found: set[str | None] = {c.ref for c in arrival.parsed.candidates}
    return found | {f.ref for f in arrival.parsed.failures if f.kind == "error"}


def _losers(work: Transaction, wanted: Sequence[str]) -> Mapping[str, Any]:
    """For each ref the oldest of those who lost it to the target that now gives it up."""
    query = select(problems, targets.c.location).join(targets, targets.c.id == problems.c.target_id)
    query = query.where(problems.c.kind == "conflict").order_by(problems.c.id.desc())
    found: dict[str, Any] = {}
    for some in rows.batches(wanted):
        found.update((row.ref, row) for row in work.connection.execute(query.where(problems.c.ref.in_(some))))
    return found


def _promote(work: Transaction, loser: Any, registry: KindRegistry) -> None:
    document = orjson.loads(loser.body)
    spec = registry.get(document["kind"], document["apiVersion"])
    found = emit_relations(document, spec) if spec is not None else []
    candidate = Candidate(loser.ref, document, found, digest_of(document), loser.line)
    work.refs.ensure(work.connection, rows.refs_of(candidate))
    winner = Arrival(Target(loser.target_id, 0, loser.location), ParsedTarget())
    update_all(work, [(winner, candidate)])
    work.connection.execute(delete(problems).where(problems.c.id == loser.id))


def _note_readings(work: Transaction, arrivals: Sequence[Arrival]) -> None:
    """The digest stops the next run before parsing: it is written with the last of a target's entities."""
    if not arrivals:
        return
    values = []
    for arrival in arrivals:
        assert arrival.reading is not None
        columns = arrival.reading.columns()
        values.append(
            {**columns, "row_id": arrival.target.id, "read_at": work.now, "error": None, "failing_since": None}
        )
        if arrival.target.error:
            work.report(arrival, "recovered", arrival.target.location)
    work.connection.execute(update(targets).where(targets.c.id == bindparam("row_id")), values)
