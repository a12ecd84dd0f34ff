"""What needs somebody's attention: one list of everything that is wrong, for a team or for all."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, and_, exists, select

from callboard.entities import OWNED_KINDS
from callboard.refs import EntityRef
from catalog.kinds import INVERSE
from catalog.model import Problem
from catalog.queries.team_slugs import candidates
from catalog.tables import entities, problems, refs, relations, sources, targets

KINDS: Final = ("ownerless", "unknown-owner", "dangling", "failing-source", "failing-location", "error", "conflict",
                "orphan")  # fmt: skip
_owner = refs.alias("owner")
_goal = refs.alias("goal")
_goal_entity = entities.alias("goal_entity")
_PLACED = (
    entities.join(refs, refs.c.id == entities.c.id)
    .outerjoin(_owner, _owner.c.id == entities.c.owner_id)
    .outerjoin(targets, targets.c.id == entities.c.target_id)
)
_PLACE = (refs.c.ref, entities.c.line, targets.c.location, _owner.c.ref.label("owner"))


def attention(connection: Connection, *, team: str | None = None) -> list[Problem]:
    """Everything that needs attention, the oldest known first within each kind; `team` keeps what that group owns.

    What belongs to nobody, and a source that can't be read, is in the list for all only.
    """
    found = [
        *_ownerless(connection),
        *_unknown_owners(connection),
        *_dangling(connection),
        *_failing_sources(connection),
        *_failing_targets(connection),
        *_documents(connection),
        *_orphans(connection),
    ]
    if team is not None:
        found = [p for p in found if p.owner == team.lower()]
    return found


def _ownerless(connection: Connection) -> Iterator[Problem]:
    query = select(*_PLACE, entities.c.updated_at).select_from(_PLACED)
    query = query.where(entities.c.owner_id.is_(None), entities.c.kind.in_(sorted(OWNED_KINDS)))
    for row in connection.execute(query.order_by(refs.c.ref)):
        yield _problem("ownerless", f"{row.ref} has no owner. Set `spec.owner` to a group or user.", row)


def _unknown_owners(connection: Connection) -> Iterator[Problem]:
    known = exists().where(_goal_entity.c.id == entities.c.owner_id)
    query = select(*_PLACE, entities.c.updated_at).select_from(_PLACED)
    found = connection.execute(query.where(entities.c.owner_id.is_not(None), ~known).order_by(refs.c.ref)).all()
    choices = candidates(connection, [(row.owner, row.ref) for row in found])
    for row, teams in zip(found, choices, strict=True):
        message = f"{row.ref} is owned by {row.owner}, which is not in the catalog."
        if teams:
            message += f" {' and '.join(teams)} are GitHub teams of that name: write which of them in `spec.owner`."
        yield _problem("unknown-owner", message, row)


def _dangling(connection: Connection) -> Iterator[Problem]:
    """Relations to what isn't there, told of the entity whose document says so; owners are told of apart."""
    says = relations.c.origin_id == entities.c.id
    other = exists().where(_goal_entity.c.id == _goal.c.id)
    for end, here in ((relations.c.target_id, relations.c.source_id), (relations.c.source_id, relations.c.target_id)):
        joined = _PLACED.join(relations, and_(says, here == entities.c.id)).join(_goal, _goal.c.id == end)
        query = select(*_PLACE, entities.c.updated_at, relations.c.type, _goal.c.ref.label("goal"))
        query = query.select_from(joined).where(~other, relations.c.type != "ownedBy")
        forward = end is relations.c.target_id
        for row in connection.execute(query.order_by(refs.c.ref, relations.c.type, _goal.c.ref)):
            kind = row.type if forward else INVERSE[row.type]
            message = f"{row.ref} says `{kind}` {row.goal}, which is not in the catalog."
            yield _problem("dangling", message, row)


def _failing_sources(connection: Connection) -> Iterator[Problem]:
    query = select(sources).where(sources.c.error.is_not(None)).order_by(sources.c.failing_since, sources.c.id)
    for row in connection.execute(query):
        yield Problem("failing-source", row.error, location=row.key, since=row.failing_since)


def _failing_targets(connection: Connection) -> Iterator[Problem]:
    query = select(targets).where(targets.c.error.is_not(None)).order_by(targets.c.failing_since, targets.c.id)
    for row in connection.execute(query):
        line = row.error_line or 1
        yield Problem("failing-location", row.error, location=row.location, line=line, since=row.failing_since)


def _documents(connection: Connection) -> Iterator[Problem]:
    """Documents that can't come in, and those that lost their ref to another source."""
    joined = (
        problems.join(targets, targets.c.id == problems.c.target_id)
        .outerjoin(refs, refs.c.ref == problems.c.ref)
        .outerjoin(entities, entities.c.id == refs.c.id)
        .outerjoin(_owner, _owner.c.id == entities.c.owner_id)
    )
    query = select(problems, targets.c.location, _owner.c.ref.label("owner")).select_from(joined)
    query = query.where(problems.c.kind.in_(("error", "conflict"))).order_by(problems.c.since, problems.c.id)
    for row in connection.execute(query):
        yield Problem(row.kind, row.message, row.ref, row.location, row.line, row.since, row.owner, row.name)


def _orphans(connection: Connection) -> Iterator[Problem]:
    query = select(*_PLACE, entities.c.orphaned_at.label("updated_at")).select_from(_PLACED)
    query = query.where(entities.c.orphaned_at.is_not(None)).order_by(entities.c.orphaned_at, refs.c.ref)
    for row in connection.execute(query):
        name = EntityRef.from_full(row.ref).short
        message = f"{row.ref} is in no source any more. It goes after the grace time; put {name} back to keep it."
        yield _problem("orphan", message, row)


def _problem(kind: str, message: str, row: Any) -> Problem:
    return Problem(kind, message, row.ref, row.location or "", row.line, row.updated_at, row.owner)
