"""What deserves a notice, and to whom. Pure: events and facts in, notices out."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from callboard import entities
from callboard.errors import CallboardError
from callboard.outbox import Event
from callboard.refs import EntityRef, parse_entity_ref
from notifications.model import Affected, Deprecation, Notice
from notifications.reminders import in_words, parse_end_of_life

LIFECYCLE: Final = "spec.lifecycle"
OWNER: Final = "spec.owner"
CONSUMES: Final = "spec.consumesApis"
DEPENDS: Final = "spec.dependsOn"
DEFINITION: Final = "spec.definition"
OWNED_BY: Final = "relations.ownedBy"
RELATING: Final = frozenset({DEPENDS, CONSUMES, "spec.providesApis", "spec.dependencyOf", OWNER, OWNED_BY, LIFECYCLE})
_ANNOTATIONS: Final = "metadata.annotations."
_TELLING: Final = frozenset(
    {_ANNOTATIONS + entities.REPLACED_BY, _ANNOTATIONS + entities.END_OF_LIFE, LIFECYCLE, OWNER, "metadata.title"}
)


def changed(event: Event) -> Mapping[str, Sequence[Any]]:
    """`{path: [before, after]}` of an update, else nothing."""
    found = event.body.get("fields") if event.type == "updated" else None
    return found if isinstance(found, Mapping) else {}


def newly_deprecated(body: Mapping[str, Any], deprecated: Collection[str]) -> str | None:
    """The lifecycle that an update moved something to, if that means its end and the one before didn't."""
    before, after = _lifecycles(body)
    return after if after in deprecated and before not in deprecated else None


def no_longer_deprecated(body: Mapping[str, Any], deprecated: Collection[str]) -> bool:
    before, after = _lifecycles(body)
    return before in deprecated and after not in deprecated


def _lifecycles(body: Mapping[str, Any]) -> tuple[str, str]:
    change = (body.get("fields") or {}).get(LIFECYCLE)
    before, after = (str(v or "").lower() for v in change) if change else ("", "")
    return before, after


def changes_deprecation(event: Event) -> bool:
    """Something that the notices about it repeat was changed."""
    return bool(_TELLING & changed(event).keys())


def concerns_anybody(event: Event) -> bool:
    """A cheap look before the catalog is asked: most updates are of no interest here."""
    return bool((_TELLING | RELATING) & changed(event).keys())


def may_move_dependents(event: Event) -> bool:
    """Who depends on what, or who owns it, may be different after this."""
    return event.type in {"created", "deleted", "orphaned"} or bool(RELATING & changed(event).keys())


def deprecation_facts(found: Deprecation) -> tuple[tuple[str, str], ...]:
    """The labelled values that every notice about a deprecation shows."""
    facts = [("Lifecycle", found.lifecycle), ("Owner", found.owner_title)]
    end = parse_end_of_life(found.end_of_life) if found.end_of_life else None
    gone = None if end is None else in_words(end.day) if end.day else f"“{end.text}”, which is not a date"
    optional = (("Use instead", found.replaced_by), ("Gone by", gone), ("Ask", found.contact))
    return (*facts, *((label, value) for label, value in optional if value))


def end_of(found: Deprecation) -> str | None:
    end = parse_end_of_life(found.end_of_life) if found.end_of_life else None
    return end.day.isoformat() if end and end.day else None


def deprecation_notices(found: Deprecation) -> Iterator[Notice]:
    """One notice per team that depends on it, with everything of theirs that does; never to its own owner."""
    for owner, affected in found.affected_by_owner:
        if owner is None or owner == found.owner:
            continue
        yield Notice(
            kind="deprecated",
            key=f"deprecated:{found.ref}:{found.event_id}:{owner}",
            recipient=owner,
            subject=found.ref,
            subject_title=found.title,
            title=f"{found.title} was marked {found.lifecycle}, and {_depend(affected)} on it.",
            affected=tuple(affected),
            facts=deprecation_facts(found),
            reason=f"You own what depends on {found.ref}.",
            end=end_of(found),
            owner=found.owner,
            template=found.template,
            actor=found.actor,
        )


def progress_notice(found: Deprecation) -> Notice | None:
    """The deprecating team's card; None when nobody else depends on it."""
    others = [o for o, affected in found.affected_by_owner if o not in {None, found.owner} and affected]
    if found.owner is None or not others:
        return None
    end = parse_end_of_life(found.end_of_life) if found.end_of_life else None
    problem = f"`{entities.END_OF_LIFE}`: {end.problem}, so that I can remind people." if end and end.problem else ""
    if end is None:
        problem = f"Set `{entities.END_OF_LIFE}` to a date, and I remind those who haven't moved."
    return Notice(
        kind="progress",
        key=f"progress:{found.ref}:{found.event_id}",
        recipient=found.owner,
        subject=found.ref,
        subject_title=found.title,
        title=f"{found.title} is {found.lifecycle}. I tell the teams that depend on it; this shows who has moved.",
        facts=tuple(f for f in deprecation_facts(found) if f[0] not in {"Owner", "Ask"}),
        text=problem,
        reason=f"You own {found.ref}.",
        end=end_of(found),
        actor=found.actor,
    )


def _depend(affected: Sequence[Affected]) -> str:
    return "something of yours depends" if len(affected) == 1 else f"{len(affected)} things of yours depend"


def _count(affected: Sequence[Affected]) -> str:
    return "something" if len(affected) == 1 else f"{len(affected)} things"


def failing_notice(event: Event, *, owner: str, title: str, ref: str, edit_url: str | None) -> Notice:
    """A catalog file that can't be read or used; what was read before stays until it is mended."""
    place = event.source or event.ref
    line = event.body.get("line")
    where = f"{place.partition(':')[2] or place}" + (f":{line}" if line else "")
    return Notice(
        kind="failing",
        key=f"failing:{event.ref}:{event.id}:{owner}",
        recipient=owner,
        subject=ref,
        subject_title=title,
        title=f"The catalog file of {title} has an error, so the catalog still shows its last good version.",
        facts=(("Where", where),),
        text=str(event.body.get("message") or "It can't be read."),
        link=edit_url,
        reason=f"You own {ref}, which stands in that file.",
        actor=event.actor,
    )


def ownership_notices(event: Event, title: str) -> Iterator[Notice]:
    """To who gave something up, and to who got it; to the old owner alone when there is no new one."""
    change = changed(event).get(OWNER)
    if not change:
        return
    namespace = EntityRef.from_full(event.ref).namespace
    before, after = (_owner(v, namespace) for v in change)
    if before == after:
        return
    moves = (
        (before, f"{title} is yours no longer: it went to {_short(after)}." if after else f"{title} lost its owner."),
        (after, f"{title} is yours now" + (f": it came from {_short(before)}." if before else ".")),
    )
    for who, said in moves:
        if who is not None:
            yield Notice(
                kind="ownership",
                key=f"ownership:{event.ref}:{event.id}:{who}",
                recipient=who,
                subject=event.ref,
                subject_title=title,
                title=said,
                text="" if after else "Set `spec.owner` to a group or a user, so that people know whom to ask.",
                reason=f"You {'owned' if who == before else 'own'} {event.ref}.",
                actor=event.actor,
            )


def _owner(written: Any, namespace: str) -> str | None:
    if not isinstance(written, str) or not written.strip():
        return None
    try:
        return str(parse_entity_ref(written.strip(), default_kind="group", default_namespace=namespace))
    except CallboardError:
        return None


def _short(ref: str | None) -> str:
    return EntityRef.from_full(ref).short if ref else "nobody"


def vanished_owner_notice(event: Event, orphaned: Sequence[Affected]) -> Notice:
    """To the admins: what a deleted group or user leaves behind."""
    name = EntityRef.from_full(event.ref).short
    return Notice(
        kind="admin",
        key=f"vanished:{event.ref}:{event.id}",
        recipient="admins",
        subject=event.ref,
        subject_title=name,
        title=f"{name} is gone from the catalog and {_count(orphaned)} still named it as owner.",
        affected=tuple(orphaned),
        text="Set `spec.owner` of each to a group that exists.",
        reason="You look after this installation, and these have no owner to tell.",
    )


def left_by(batch: Iterable[Event]) -> dict[str, list[str]]:
    """By an owner that was found under another ref than is written, what doesn't find it there any more."""
    found: dict[str, list[str]] = {}
    for event in batch:
        if change := changed(event).get(OWNED_BY):
            found.setdefault(str(change[0]), []).append(event.ref)
    return found


def added(event: Event, path: str) -> list[str]:
    """What an update put on a list, as written."""
    change = changed(event).get(path)
    if not change:
        return []
    before, after = ({str(v) for v in side} if isinstance(side, list) else set() for side in change)
    return sorted(after - before)


def consumer_notice(event: Event, *, api: str, api_title: str, owner: str, consumer: Affected) -> Notice:
    return Notice(
        kind="consumers",
        key=f"consumers:{api}:{event.id}:{consumer.ref}",
        recipient=owner,
        subject=api,
        subject_title=api_title,
        title=f"{api_title} has a new consumer: {consumer.title}.",
        affected=(consumer,),
        reason=f"You own {api}.",
        actor=event.actor,
    )


def followed_change(event: Event, title: str) -> str | None:
    """What changed about something that people follow, as a sentence; None when it isn't worth one."""
    words = []
    for path, label in ((LIFECYCLE, "lifecycle"), (OWNER, "owner")):
        if change := changed(event).get(path):
            words.append(f"{label} {change[0] or 'none'} → {change[1] or 'none'}")
    if DEFINITION in changed(event):
        words.append("a new API definition")
    if event.type == "deleted":
        words.append("removed from the catalog")
    return f"{title}: {', '.join(words)}." if words else None
