"""Reads change events and writes down whom to tell, in the transaction that moves its cursor."""

import time
from collections.abc import Sequence

from callboard import entities
from callboard.db import Connection, UnitOfWork
from callboard.errors import CallboardError
from callboard.outbox import Event
from callboard.ports import Enqueue
from callboard.refs import parse_entity_ref
from catalog import graph
from catalog.model import Entity
from catalog.queries import lookup
from notifications import repository, rules
from notifications.model import Affected, Deprecation

QUEUE = "notifications"
DELIVER = "notifications.deliver"


class Planner:
    """The outbox consumer of notifications."""

    name = "notifications"

    def __init__(self, enqueue: Enqueue, deprecated_lifecycles: Sequence[str]) -> None:
        self._enqueue = enqueue
        self._deprecated = {name.lower() for name in deprecated_lifecycles}

    def consume(self, uow: UnitOfWork, batch: Sequence[Event]) -> None:
        for event in batch:
            lifecycle = rules.newly_deprecated(event.body, self._deprecated) if event.type == "updated" else None
            if lifecycle:
                self._plan_deprecation(uow.writing(), event, lifecycle)

    def _plan_deprecation(self, connection: Connection, event: Event, lifecycle: str) -> None:
        subject = lookup.get_entity(connection, event.ref)
        if subject is None:
            return
        found = _deprecation(connection, subject, event.id, lifecycle)
        for notice in rules.deprecation_notices(found):
            notice_id = repository.plan(connection, notice, now=time.time())
            if notice_id is not None:
                self._enqueue(connection, QUEUE, DELIVER, {"notice": notice_id})


def _deprecation(connection: Connection, subject: Entity, event_id: int, lifecycle: str) -> Deprecation:
    owner = lookup.get_entity(connection, subject.owner) if subject.owner else None
    groups = [
        (i.owner, [Affected(r.ref, r.summary.title if r.summary else r.ref, r.path) for r in i.affected])
        for i in graph.impact(connection, subject.ref)
    ]
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
        affected_by_owner=groups,
    )


def _successor(connection: Connection, subject: Entity) -> str | None:
    """The successor's title, or what the annotation says where the catalog doesn't know it."""
    written = subject.annotations.get(entities.REPLACED_BY)
    if not written:
        return None
    try:
        ref = str(parse_entity_ref(written, default_kind=subject.kind))
    except CallboardError:
        return written
    found = lookup.summaries(connection, [ref]).get(ref)
    return found.title if found else written
