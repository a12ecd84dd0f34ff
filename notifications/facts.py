"""What the rules look at, gathered from the catalog."""

from callboard import entities
from callboard.db import Connection
from callboard.errors import CallboardError
from callboard.refs import parse_entity_ref
from catalog import graph
from catalog.model import Entity
from catalog.queries import lookup
from notifications.model import MIGRATION_TEMPLATE, Affected, Deprecation


def affected_by_owner(connection: Connection, ref: str) -> dict[str | None, tuple[Affected, ...]]:
    """What depends on something itself or through its APIs, by owner; who is further away can do nothing about it."""
    return {
        i.owner: tuple(Affected(r.ref, r.summary.title if r.summary else r.ref, r.path) for r in i.affected)
        for i in graph.impact(connection, ref, depth=1)
    }


def deprecation(
    connection: Connection, subject: Entity, *, event_id: int, lifecycle: str, actor: str | None = None
) -> Deprecation:
    owner = lookup.get_entity(connection, subject.owner) if subject.owner else None
    return Deprecation(
        event_id=event_id,
        ref=subject.ref,
        title=subject.title,
        lifecycle=lifecycle,
        owner=subject.owner,
        owner_title=owner.title if owner else (subject.owner or "nobody"),
        replaced_by=_successor(connection, subject),
        end_of_life=subject.annotations.get(entities.END_OF_LIFE),
        contact=owner.annotations.get(entities.SLACK_CHANNEL) if owner else None,
        affected_by_owner=list(affected_by_owner(connection, subject.ref).items()),
        template=_template(connection, subject),
        actor=actor,
    )


def _successor(connection: Connection, subject: Entity) -> str | None:
    """The successor's title, or what the annotation says where the catalog doesn't know it."""
    written = subject.annotations.get(entities.REPLACED_BY)
    if not written:
        return None
    ref = _ref(written, subject.kind)
    found = lookup.summaries(connection, [ref]).get(ref) if ref else None
    return found.title if found else written


def _template(connection: Connection, subject: Entity) -> str | None:
    """The template that does the migration, if there is one of that name."""
    written = subject.annotations.get(MIGRATION_TEMPLATE)
    ref = _ref(written, "template") if written else None
    return ref if ref and lookup.existing(connection, [ref]) else None


def _ref(written: str, kind: str) -> str | None:
    try:
        return str(parse_entity_ref(written, default_kind=kind))
    except CallboardError:
        return None


def title_of(connection: Connection, ref: str) -> str:
    found = lookup.summaries(connection, [ref]).get(ref)
    return found.title if found else ref
