"""What people and scripts do with notices: acknowledge, snooze, mute, follow, choose, ask, send."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from callboard.chat import Actor
from callboard.config.notifications import DAYS, parse_hours, parse_zone
from callboard.db import Connection, UnitOfWork
from callboard.errors import InputError, NotAllowedError, NotFoundError, did_you_mean
from callboard.refs import EntityRef
from catalog.queries import lookup
from notifications import facts, queries, reminders, repository
from notifications.deprecations import Deprecations
from notifications.desk import Desk
from notifications.model import BROADCAST, OPEN, Notice, Post
from notifications.topics import PLACES, TOPICS

_SAME: Final = 600.0
_FARTHEST: Final = timedelta(days=730)
_MOST_RECIPIENTS: Final = 500


@dataclass(frozen=True, slots=True)
class Notices:
    """Verbs; each takes the unit of work it belongs to. Also the `Notifier` that templates use."""

    desk: Desk
    deprecations: Deprecations
    clock: Callable[[], float]

    def get(self, connection: Connection, notice_id: int) -> Notice:
        found = queries.get(connection, notice_id)
        if found is None:
            raise NotFoundError("That notice is gone.", hint="Notices are kept for a year after they are over.")
        return found

    def posts(self, connection: Connection, notice_id: int) -> Sequence[Post]:
        return queries.posts_of(connection, notice_id)

    def acknowledge(self, uow: UnitOfWork, notice_id: int, until: date, actor: Actor) -> Notice:
        """A promise: done by then. No reminders until that day has passed."""
        today = self.desk.today(self.clock())
        if until < today:
            raise InputError("That day is over.", hint=f"Choose {reminders.in_words(today)} or a later one.")
        if until > today + _FARTHEST:
            raise InputError("That is more than two years from now.", hint="Choose an earlier day.")
        connection = uow.writing()
        notice = self._mine(connection, notice_id, actor)
        zone = parse_zone(self.desk.config.time_zone)
        look = reminders.start_of(until + timedelta(days=1), zone)
        columns = {"acknowledged_by": actor.ref or actor.id, "acknowledged_until": until.isoformat()}
        self.desk.revise(connection, notice, **columns, next_at=look, snoozed_until=None)
        self.deprecations.show_card(connection, notice.subject)
        return self.get(connection, notice_id)

    def snooze(self, uow: UnitOfWork, notice_id: int, days: int, actor: Actor) -> Notice:
        """Come back to it in some days."""
        connection = uow.writing()
        notice = self._mine(connection, notice_id, actor)
        until = self.clock() + days * 86_400
        self.desk.revise(connection, notice, snoozed_until=until, next_at=until)
        return self.get(connection, notice_id)

    def mute(
        self, uow: UnitOfWork, notice_id: int, what: str, actor: Actor, *, days: int | None = None, private: bool = True
    ) -> str:
        """Mute the thing, the kind or everything, for the team in its channel, for oneself elsewhere; who it is for."""
        connection = uow.writing()
        notice = self.get(connection, notice_id)
        keys = {"entity": f"mute:entity:{notice.subject}", "topic": f"mute:topic:{notice.topic}", "all": "mute:*"}
        who = _self(actor) if private or notice.recipient.startswith("user:") else notice.recipient
        if who.startswith("group:"):
            self._require_member(notice, actor)
        now = self.clock()
        until = None if days is None else now + days * 86_400
        repository.choose(connection, who, keys[what], {"until": until}, now=now)
        return who

    def choose(self, uow: UnitOfWork, who: str, settings: Mapping[str, Any], actor: Actor) -> None:
        """Store settings of oneself or of a team one is in; refuses what can't be meant."""
        if who != actor.ref and who not in actor.groups and not actor.is_admin:
            raise NotAllowedError("Only its members choose what a team is told.")
        for key, value in settings.items():
            _check(key, value)
        connection = uow.writing()
        for key, value in settings.items():
            repository.choose(connection, who, key, value, now=self.clock())

    def settings(self, connection: Connection, who: str) -> Mapping[str, Any]:
        return queries.settings_of(connection, who)

    def follow(self, uow: UnitOfWork, ref: str, actor: Actor, *, follows: bool = True) -> None:
        who = _self(actor)
        if follows and not lookup.existing(uow.connection, [ref]):
            raise NotFoundError(f"There is no {ref} in the catalog.")
        repository.choose(uow.writing(), who, f"follow:{ref}", {"by": actor.id} if follows else None, now=self.clock())

    def ask_owner(self, uow: UnitOfWork, notice_id: int, question: str, actor: Actor) -> str:
        """Open a thread with the owner of what the notice is about; the owner's title."""
        connection = uow.writing()
        notice = self.get(connection, notice_id)
        owner = notice.owner or _owner_of(connection, notice.subject)
        if owner is None:
            raise NotFoundError(f"{notice.subject_title} has no owner to ask.")
        digest = hashlib.sha1(question.encode(), usedforsecurity=False).hexdigest()[:10]
        asked = Notice(
            kind="message", key=f"question:{notice.id}:{actor.id}:{digest}", recipient=owner, subject=notice.subject,
            subject_title=notice.subject_title, title=f"A question about {notice.subject_title}",
            text=question, origin=f"slack:{actor.id}", reason=f"You own {notice.subject}.", urgent=True,
        )  # fmt: skip
        self.desk.plan(connection, asked, delay=0.0)
        return facts.title_of(connection, owner)

    def send_test(self, uow: UnitOfWork, who: str, actor: Actor) -> None:
        """A message that shows where notices arrive."""
        now = self.clock()
        notice = Notice(
            kind="message", key=f"test:{who}:{actor.id}:{int(now // 10)}", recipient=who, subject="", subject_title="",
            title="This is where notices arrive.", reason=f"{actor.name or actor.id} asked for a test.", urgent=True,
        )  # fmt: skip
        self.desk.plan(uow.writing(), notice, delay=0.0)

    def notify(
        self, uow: UnitOfWork, *, recipients: Sequence[str], title: str, text: str, link: str | None, topic: str
    ) -> None:
        """`Notifier`: told once each, even when the step that sends it runs twice."""
        self.send(uow, recipients=recipients, title=title, text=text, link=link, topic=topic, origin="template")

    def send(
        self, uow: UnitOfWork, *, recipients: Sequence[str], title: str, text: str | None, link: str | None,
        topic: str, origin: str, urgent: bool = False, scope: str | None = None, actor: str | None = None,
    ) -> list[int]:  # fmt: skip
        """Messages of templates and scripts; whatever isn't a group or user stands for its owner.

        The same again within minutes is the same message. With a `scope` the message that an origin sent before
        changes in place; what isn't given stays as it was.
        """
        if len(recipients) > _MOST_RECIPIENTS:
            raise InputError(f"{len(recipients)} recipients are too many.", hint=f"Send to at most {_MOST_RECIPIENTS}.")
        connection = uow.writing()
        ids: list[int] = []
        for who in dict.fromkeys(self._reader(connection, r) for r in recipients):
            notice = Notice(
                kind="message", key=f"message:{origin}:{who}:{uuid.uuid4()}", recipient=who, subject=topic,
                subject_title="", title=title, text=text or "", link=link, origin=origin, urgent=urgent, actor=actor,
                reason=f"{origin} sent it to {who}.",
            )  # fmt: skip
            if scope is not None:
                notice = replace(notice, key=f"scope:{origin}:{scope}:{who}")
                if known := queries.by_key(connection, notice.key):
                    text_now = known.text if text is None else text
                    changed = replace(known, title=title, text=text_now, link=link or known.link, urgent=urgent)
                    self.desk.revise(connection, changed)
                    ids.append(known.id)
                    continue
            same = queries.recent_same(connection, notice, self.clock() - _SAME)
            planned = same if same is not None else self.desk.plan(connection, notice, delay=0.0)
            ids += [planned] if planned is not None else []
        return ids

    def resend(self, uow: UnitOfWork, notice_id: int) -> Notice:
        """Send a notice again from its first place on, e.g. after the bot was invited."""
        connection = uow.writing()
        notice = self.get(connection, notice_id)
        repository.send_again(connection, notice_id, now=self.clock())
        self.desk.deliver_later(connection, notice_id, 0.0)
        return notice

    def listing(
        self, connection: Connection, *, limit: int = 50, state: str | None = None
    ) -> list[tuple[Notice, list[Post]]]:
        return queries.listing(connection, limit=limit, state=state)

    def _reader(self, connection: Connection, ref: str) -> str:
        """Who reads for `ref`: a group or user itself, anything else's owner."""
        if ref == BROADCAST:
            if self.desk.config.broadcast_channel is None:
                raise InputError(
                    "There is no channel for messages to everybody.", hint="Set `notifications.broadcastChannel`."
                )
            return ref
        if ref.startswith(("group:", "user:")):
            return ref
        owner = _owner_of(connection, ref)
        if owner is None:
            raise NotFoundError(f"{ref} is not in the catalog or has no owner to tell.")
        return owner

    def _mine(self, connection: Connection, notice_id: int, actor: Actor) -> Notice:
        notice = self.get(connection, notice_id)
        self._require_member(notice, actor)
        if notice.state not in OPEN:
            raise InputError(f"That is over already: {_closed(notice)}.")
        return notice

    @staticmethod
    def _require_member(notice: Notice, actor: Actor) -> None:
        mine = notice.recipient in {actor.ref, *actor.groups}
        if not mine and not actor.is_admin:
            name = EntityRef.from_full(notice.recipient).short if ":" in notice.recipient else notice.recipient
            raise NotAllowedError(f"This was sent to {name}.", hint="Its members can do that, or an admin.")


def _closed(notice: Notice) -> str:
    words = {"done": "everything has moved", "withdrawn": "the deprecation was taken back", "muted": "it was muted"}
    return words.get(notice.state, notice.state)


def _self(actor: Actor) -> str:
    if actor.ref is None:
        raise NotAllowedError(
            "I can't tell who you are in the catalog, so I can't remember what you choose.",
            hint=f"Ask for `slack.com/user-id: {actor.id}` on your User.",
        )
    return actor.ref


def _owner_of(connection: Connection, ref: str) -> str | None:
    found = lookup.get_entity(connection, ref) if ref else None
    return found.owner if found else None


def _check(key: str, value: Any) -> None:
    """Refuse a setting that can't be meant; None, the default again, always can."""
    kind, _, rest = key.partition(":")
    if value is None:
        return
    try:
        if kind == "topic":
            if rest not in TOPICS:
                raise InputError(f"There is no topic `{rest}`.", hint=did_you_mean(rest, TOPICS))
            if value not in PLACES:
                raise InputError(f"`{value}` is no place for notices.", hint=f"Choose one of {', '.join(PLACES)}.")
        elif kind == "quiet" and value:
            parse_hours(str(value))
        elif kind == "zone":
            parse_zone(str(value))
        elif kind == "days" and (not value or any(d not in DAYS for d in value)):
            raise InputError("Choose at least one day of the week.")
    except ValueError as error:
        raise InputError(str(error)) from None
