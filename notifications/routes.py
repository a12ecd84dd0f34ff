"""Where a recipient can be reached, place after place: its channel, its people, the group above, the admins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from callboard import entities
from callboard.config.model import Admins
from callboard.config.notifications import Notifications
from callboard.db import Connection
from callboard.refs import EntityRef, parse_entity_ref
from catalog.queries import lookup, people
from notifications import queries
from notifications.model import ADMINS, BROADCAST, Notice
from notifications.topics import is_muted, place_of

_MAX_PARENTS: Final = 10
_MOST_PEOPLE: Final = 30
"""A larger group without a channel is asked through its first members, not all of them."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as the catalog knows them."""

    ref: str
    slack_id: str | None
    email: str | None
    chosen: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One place, or several at once. `people` are written to in person."""

    channel: str | None
    people: tuple[Contact, ...]
    of: str
    """The group or user whose place it is."""
    why: str = ""
    """Said with the notice where the place isn't the recipient's own."""
    chosen: dict[str, Any] = field(default_factory=dict)
    zone_of: tuple[Contact, ...] = ()
    """Whose time zones tell what time it is there."""
    knows_channel: bool = False
    """The group has a channel, even if this step isn't it."""


@dataclass(frozen=True, slots=True)
class Route:
    """`muted` tells why nothing is sent at all."""

    steps: tuple[Step, ...]
    muted: str | None = None


@dataclass(frozen=True, slots=True)
class Router:
    defaults: Notifications
    admins: Admins

    def route(self, connection: Connection, notice: Notice, now: float) -> Route:
        """Every place for a notice, the best first; settings and mutes are applied."""
        chosen = queries.settings_of(connection, notice.recipient)
        if not notice.urgent and notice.topic != "admin":
            if is_muted(chosen, notice.topic, notice.subject, now):
                return Route((), f"{notice.recipient} muted it")
            if place_of(self.defaults, chosen, notice.topic) == "off":
                return Route((), f"{notice.recipient} switched `{notice.topic}` off")
        if reason := self._unwilling(connection, notice, chosen, now):
            return Route((), reason)
        steps = tuple(s for s in self._steps(connection, notice, now) if s.channel or s.people)
        return Route(steps)

    def _unwilling(self, connection: Connection, notice: Notice, chosen: dict[str, Any], now: float) -> str | None:
        """Why a recipient's own people don't want it; nobody above them is told instead of them."""
        is_person = notice.recipient.startswith("user:")
        if not is_person and not notice.recipient.startswith("group:"):
            return None
        members = [notice.recipient] if is_person else people.members_of(connection, notice.recipient)
        contacts = [c for ref in members if (c := _contact(connection, ref, {}))]
        if contacts and all(_is_actor(c, notice.actor) for c in contacts):
            return f"{notice.recipient} did it themselves"
        in_channel = not is_person and place_of(self.defaults, chosen, notice.topic) != "dm"
        if not contacts or (in_channel and _channel(connection, notice.recipient, chosen)):
            return None
        willing = self._people(connection, members, notice, now)
        return None if willing else f"everybody in {notice.recipient} muted it or switched it off"

    def _steps(self, connection: Connection, notice: Notice, now: float) -> Iterator[Step]:
        current: str | None = notice.recipient
        if current == ADMINS:
            yield self._admin_step(connection, "")
            return
        if current == BROADCAST:
            yield Step(self.defaults.broadcast_channel, (), BROADCAST)
            return
        for _level in range(_MAX_PARENTS):
            if current is None:
                break
            why = "" if current == notice.recipient else f"{_short(notice.recipient)} can't be reached itself."
            yield from self._own(connection, current, notice, why, now)
            current = _above(connection, current)
        why = f"{_short(notice.recipient)} has no channel and nobody in it whom I can write to."
        yield self._admin_step(connection, why)

    def _own(self, connection: Connection, ref: str, notice: Notice, why: str, now: float) -> Iterator[Step]:
        if ref.startswith("user:"):
            yield Step(None, self._people(connection, [ref], notice, now), ref, why)
            return
        chosen = queries.settings_of(connection, ref)
        members = people.members_of(connection, ref)
        channel = _channel(connection, ref, chosen)
        contacts = self._people(connection, members, notice, now)
        if channel and place_of(self.defaults, chosen, notice.topic) != "dm":
            extra = tuple(c for c in contacts if c.chosen.get(f"topic:{notice.topic}") == "dm")
            yield Step(channel, extra, ref, why, chosen, contacts)
        yield Step(None, contacts[:_MOST_PEOPLE], ref, why, chosen, knows_channel=bool(channel))

    def _people(
        self, connection: Connection, members: Sequence[str], notice: Notice, now: float
    ) -> tuple[Contact, ...]:
        """Those who want to hear of it; never who did it themselves."""
        settings = queries.settings_of_many(connection, members)
        return tuple(
            contact
            for ref in members
            if (contact := _contact(connection, ref, settings[ref]))
            and not _is_actor(contact, notice.actor)
            and (notice.urgent or place_of(self.defaults, settings[ref], notice.topic) != "off")
            and (notice.urgent or not is_muted(settings[ref], notice.topic, notice.subject, now))
        )

    def _admin_step(self, connection: Connection, why: str) -> Step:
        if self.defaults.admin_channel:
            return Step(self.defaults.admin_channel, (), ADMINS, why)
        named = [str(parse_entity_ref(u, default_kind="User")) for u in self.admins.users]
        for group in self.admins.groups:
            named += people.members_of(connection, str(parse_entity_ref(group, default_kind="Group")))
        contacts = (_contact(connection, ref, {}) for ref in dict.fromkeys(named))
        return Step(None, tuple(c for c in contacts if c)[:_MOST_PEOPLE], ADMINS, why)


def _channel(connection: Connection, ref: str, chosen: dict[str, Any]) -> str | None:
    """The channel of a group: the one its members picked, else the catalog's."""
    found = None if chosen.get("channel") else lookup.get_entity(connection, ref)
    annotated = found.annotations.get(entities.SLACK_CHANNEL) if found else None
    return str(chosen.get("channel") or annotated or "") or None


def _above(connection: Connection, ref: str) -> str | None:
    """Whom to turn to when nobody there can be reached."""
    if ref.startswith("user:"):
        groups = people.groups_of(connection, ref)
        return groups[0] if groups else None
    return people.parent_group(connection, ref)


def _contact(connection: Connection, ref: str, chosen: dict[str, Any]) -> Contact | None:
    found = lookup.get_entity(connection, ref)
    if found is None:
        return None
    profile = found.spec.get("profile")
    email = profile.get("email") if isinstance(profile, dict) else None
    return Contact(ref, found.annotations.get(entities.SLACK_USER), str(email) if email else None, chosen)


def _is_actor(contact: Contact, actor: str | None) -> bool:
    """The actor of an event may be a ref, a Slack id, a mail address or a login that is the user's name."""
    if not actor:
        return False
    names = {contact.ref, (contact.slack_id or "").lower(), (contact.email or "").lower()}
    return actor.lower() in names - {""} or actor.lower() == EntityRef.from_full(contact.ref).name


def _short(ref: str) -> str:
    return EntityRef.from_full(ref).short if ":" in ref else ref
