"""Reads change events and writes down whom to tell, in the transaction that moves its cursor."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from callboard import entities, outbox
from callboard.db import Connection, UnitOfWork
from callboard.errors import CallboardError
from callboard.outbox import Event
from callboard.refs import EntityRef, parse_entity_ref
from catalog.model import Entity
from catalog.queries import lookup
from notifications import facts, queries, repository, rules
from notifications.deprecations import Deprecations
from notifications.desk import QUEUE, RECHECK, Desk
from notifications.model import ADMINS, Affected, Notice

_SETTLING = 3_600.0
"""After the first start discoveries are still coming in: what they create isn't news."""
_BEGINNING = "beginning"
_FOLLOWED: Final = frozenset({"updated", "deleted"})


class Planner:
    """The outbox consumer of notifications."""

    name = "notifications"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lifecycles = frozenset(name.lower() for name in desk.config.deprecated_lifecycles)
        self._deprecations = Deprecations(desk, self._lifecycles)

    def consume(self, uow: UnitOfWork, batch: Sequence[Event]) -> None:
        connection = uow.writing()
        beginning = queries.settings_of(connection, "").get(_BEGINNING)
        if beginning is None:
            self._begin(connection)
            return
        fresh = [e for e in batch if e.id > int(beginning["event"])]
        settling = self._desk.clock() < float(beginning["at"]) + _SETTLING
        followed = queries.followed_any(connection, {e.ref for e in fresh if e.type in _FOLLOWED})
        left = rules.left_by(fresh)
        for event in fresh:
            among = left.get(event.ref, ())
            self.plan(connection, event, settling=settling, followed=event.ref in followed, left=among)
        if any(rules.may_move_dependents(e) for e in fresh):
            self._desk.enqueue(connection, QUEUE, RECHECK, {}, dedup=RECHECK)

    def _begin(self, connection: Connection) -> None:
        """History starts now: what was deprecated before is one summary for the admins, not a flood."""
        now = self._desk.clock()
        value = {"event": outbox.latest_id(connection), "at": now}
        repository.choose(connection, "", _BEGINNING, value, now=now)
        count = queries.deprecated_count(connection, self._lifecycles)
        if count:
            things = "1 thing is" if count == 1 else f"{count} things are"
            notice = Notice(
                kind="admin", key="beginning", recipient=ADMINS, subject="", subject_title="",
                title=f"I look after deprecations from now on. {things} deprecated already.",
                text="Nobody is told about those; whoever depends on something deprecated from here on is.",
                reason="You look after this installation.",
            )  # fmt: skip
            self._desk.plan(connection, notice, delay=0.0)

    def plan(
        self,
        connection: Connection,
        event: Event,
        *,
        settling: bool = False,
        followed: bool = True,
        left: Sequence[str] = (),
    ) -> None:
        """Everything that one event gives reason to say; `left`: what the subject owned under another ref."""
        if event.type == "failed":
            self._plan_failing(connection, event)
        elif event.type == "recovered":
            self._plan_recovered(connection, event)
        elif event.type == "deleted":
            self._plan_vanished(connection, event, left)
        elif event.type == "updated" and rules.concerns_anybody(event):
            self._plan_updated(connection, event)
        elif event.type == "created" and not settling:
            spec = _spec(connection, event.ref)
            self._plan_uses(connection, event, _texts(spec.get("consumesApis")), _texts(spec.get("dependsOn")))
        if followed and event.type in _FOLLOWED:
            self._plan_followers(connection, event)

    def _plan_updated(self, connection: Connection, event: Event) -> None:
        subject = lookup.get_entity(connection, event.ref)
        if subject is None:
            return
        self._plan_deprecation(connection, event, subject)
        for notice in rules.ownership_notices(event, subject.title):
            self._desk.plan(connection, notice)
        self._plan_uses(connection, event, rules.added(event, rules.CONSUMES), rules.added(event, rules.DEPENDS))

    def _plan_deprecation(self, connection: Connection, event: Event, subject: Entity) -> None:
        if rules.newly_deprecated(event.body, self._lifecycles):
            if self._deprecations.is_deprecated(subject):  # it may have been undone in the same batch
                self._deprecations.begin(connection, subject, event_id=event.id, actor=event.actor)
        elif rules.no_longer_deprecated(event.body, self._lifecycles):
            if not self._deprecations.is_deprecated(subject):
                lifecycle = str(subject.spec.get("lifecycle") or "")
                self._deprecations.undo(connection, subject, lifecycle)
        elif (
            rules.changes_deprecation(event)
            and self._deprecations.is_deprecated(subject)
            and queries.open_about(connection, subject.ref, "deprecated")
        ):
            self._deprecations.bring_up(connection, subject, event_id=event.id, actor=event.actor)

    def _plan_failing(self, connection: Connection, event: Event) -> None:
        """To the owners of what stands in the file; a file of nobody's stays on the list of what needs attention."""
        wait = self._desk.config.failing_after.total_seconds()
        for owner, ref in _owners(connection, event).items():
            subject = lookup.get_entity(connection, ref)
            if subject is not None:
                notice = rules.failing_notice(
                    event, owner=owner, title=subject.title, ref=ref,
                    edit_url=subject.annotations.get(entities.EDIT_URL),
                )  # fmt: skip
                self._desk.say(connection, notice, delay=wait)

    def _plan_recovered(self, connection: Connection, event: Event) -> None:
        refs = {event.ref, *_owners(connection, event).values()}
        for ref in refs:
            for notice in queries.open_about(connection, ref, "failing"):
                state = "done" if notice.state == "sent" else "withdrawn"
                words = f"Mended: the file of {notice.subject_title} is read again, and the catalog is level with it."
                self._desk.close(connection, notice, state, reply=words)

    def _plan_vanished(self, connection: Connection, event: Event, left: Sequence[str]) -> None:
        if not event.ref.startswith(("group:", "user:")):
            return
        left = [*queries.owned_by(connection, event.ref), *queries.without_known_owner(connection, left)]
        if left:
            titles = lookup.summaries(connection, left)
            affected = [Affected(r, titles[r].title if r in titles else r) for r in left]
            self._desk.plan(connection, rules.vanished_owner_notice(event, affected))

    def _plan_uses(self, connection: Connection, event: Event, apis: Sequence[str], others: Sequence[str]) -> None:
        """Something is used that wasn't before: its owner hears of a consumer, its user of a deprecation."""
        used = {ref: "api" for text in apis if (ref := _used(text, "api", event.ref))}
        used |= {ref: "" for text in others if (ref := _used(text, None, event.ref))}
        found = lookup.summaries(connection, [*used, event.ref]) if used else {}
        user = found.pop(event.ref, None)
        for ref, summary in found.items():
            if user is None or summary.owner in {None, user.owner}:
                continue
            if (summary.lifecycle or "").lower() in self._lifecycles:
                self._deprecations.greet(connection, ref, user, event_id=event.id, actor=event.actor)
            elif used[ref] == "api" and summary.owner:
                consumer = Affected(user.ref, user.title)
                notice = rules.consumer_notice(
                    event, api=ref, api_title=summary.title, owner=summary.owner, consumer=consumer
                )
                self._desk.plan(connection, notice)

    def _plan_followers(self, connection: Connection, event: Event) -> None:
        followers = queries.followers(connection, event.ref)
        title = facts.title_of(connection, event.ref) if followers else ""
        said = rules.followed_change(event, title) if followers else None
        for who in followers if said else ():
            notice = Notice(
                kind="followed", key=f"followed:{event.ref}:{event.id}:{who}", recipient=who, subject=event.ref,
                subject_title=title, title=said or "", reason=f"You follow {event.ref}.", actor=event.actor,
            )  # fmt: skip
            self._desk.plan(connection, notice)


def _used(written: str, kind: str | None, by: str) -> str | None:
    """The full ref of what an entity says it uses."""
    namespace = EntityRef.from_full(by).namespace
    try:
        return str(parse_entity_ref(written, default_kind=kind, default_namespace=namespace))
    except CallboardError:
        return None


def _spec(connection: Connection, ref: str) -> Mapping[str, Any]:
    """Of a new entity, read as cheaply as can be: discoveries bring thousands."""
    raw = lookup.raw_document(connection, ref)
    return entities.spec_of(orjson.loads(raw)) if raw else {}


def _texts(value: object) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _owners(connection: Connection, event: Event) -> dict[str, str]:
    """Whom a broken file concerns, with the thing of theirs that stands where it is broken, or first."""
    subject = lookup.get_entity(connection, event.ref) if ":" in event.ref else None
    if subject is not None and subject.owner:
        return {subject.owner: subject.ref}
    broken_at = event.body.get("line") or 0
    found: dict[str, str] = {}
    for ref, owner, line in queries.owned_in(connection, event.ref):
        if owner not in found or line <= broken_at:
            found[owner] = ref
    return found
