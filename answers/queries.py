"""Reads that only answers need: filtered lists with their number, the catalog's own words, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from callboard.outbox import Event, events
from callboard.ports import Visible
from catalog.ingest.rows import batches
from catalog.model import Problem, Summary
from catalog.queries.conditions import key_ids
from catalog.queries.listing import first_of
from catalog.queries.lookup import SUMMARY_COLUMNS, SUMMARY_FROM, summary_of
from catalog.queries.predicates import Predicate
from catalog.tables import entities, entity_fields, problems, refs, targets

_EVERY = 1_000_000
_MOST_BROKEN = 2_000
_MAX_TAGS = 5_000
_TAGS = "metadata.tags"


@dataclass(frozen=True, slots=True)
class Words:
    """Types with their kinds, lifecycles and tags as they stand in the catalog."""

    types: Sequence[tuple[str, str]]
    lifecycles: Sequence[str]
    tags: Sequence[str]


def listed(
    connection: Connection, predicate: Predicate, *, limit: int, visible: Visible | None = None
) -> tuple[list[Summary], int]:
    """The entities for which `predicate` holds, by kind and name, at most `limit`; and how many there are in all.

    What isn't `visible` is neither listed nor counted.
    """
    if visible is None:
        ids, total = first_of(connection, predicate, limit=limit)
        return _summaries(connection, ids), total
    every, _total = first_of(connection, predicate, limit=_EVERY)
    seen = [s for some in batches(every) for s in _summaries(connection, some) if visible(s.ref)]
    return seen[:limit], len(seen)


def _summaries(connection: Connection, ids: Sequence[int]) -> list[Summary]:
    query = select(entities.c.id, *SUMMARY_COLUMNS).select_from(SUMMARY_FROM).where(entities.c.id.in_(ids))
    found = {row.id: summary_of(row) for row in connection.execute(query)}
    return [found[i] for i in ids if i in found]


def known_words(connection: Connection) -> Words:
    """What types, lifecycles and tags there are."""
    types = select(entities.c.kind, entities.c.type).where(entities.c.type.is_not(None)).distinct()
    lifecycles = select(entities.c.lifecycle).where(entities.c.lifecycle.is_not(None)).distinct()
    key = key_ids(connection, [_TAGS]).get(_TAGS)
    tags = select(entity_fields.c.value).where(entity_fields.c.key_id == key).distinct().limit(_MAX_TAGS)
    return Words(
        [(row.kind, row.type) for row in connection.execute(types)],
        list(connection.execute(lifecycles).scalars()),
        list(connection.execute(tags).scalars()) if key is not None else [],
    )


def changes(connection: Connection, *, ref: str | None, since: float, limit: int) -> list[Event]:
    """What happened since a moment, newest first."""
    query = select(events).where(events.c.at >= since).order_by(events.c.id.desc()).limit(limit)
    if ref is not None:
        query = query.where(events.c.ref == ref)
    rows = connection.execute(query).mappings()
    return [Event(r["type"], r["ref"], r["source"], r["actor"], r["body"] or {}, r["at"], r["id"]) for r in rows]


def owned_by_the_missing(connection: Connection) -> list[str]:
    """Refs of owners that something names and that aren't there."""
    known = select(entities.c.id)
    query = select(refs.c.ref).where(
        refs.c.id.in_(select(entities.c.owner_id).where(entities.c.owner_id.is_not(None)).distinct()),
        refs.c.id.not_in(known),
    )
    return list(connection.execute(query).scalars())


def owned_count(connection: Connection, owner: str) -> int:
    """How many entities name this ref as their owner."""
    owned = select(func.count()).select_from(entities.join(refs, refs.c.id == entities.c.owner_id))
    return int(connection.execute(owned.where(refs.c.ref == owner)).scalar_one())


def broken_documents(connection: Connection) -> list[Problem]:
    """Documents that say what they are, can't come in, and have no earlier version in the catalog."""
    there = select(refs.c.ref).join(entities, entities.c.id == refs.c.id).where(refs.c.ref == problems.c.ref).exists()
    query = select(problems, targets.c.location).join(targets, targets.c.id == problems.c.target_id)
    query = query.where(problems.c.kind == "error", problems.c.ref.is_not(None), ~there).order_by(problems.c.id)
    rows = connection.execute(query.limit(_MOST_BROKEN))
    return [Problem(r.kind, r.message, r.ref, r.location, r.line, r.since, name=r.name) for r in rows]
