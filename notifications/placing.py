"""Decides where and when a planned notice is said, and whether it is said together with its neighbours."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from callboard.db import Connection, Database
from callboard.logs import get_logger
from callboard.ports import Directory
from callboard.refs import EntityRef
from notifications import queries, repository
from notifications.desk import POST, QUEUE, Desk
from notifications.hours import Hours, hours_of
from notifications.model import Affected, Notice, Post
from notifications.routes import Contact, Route, Router, Step
from notifications.topics import place_of

_EARLY: Final = 1.0
"""Seconds by which the queue's clock may be ahead of ours."""
_ANCHOR_WAIT: Final = 5.0
_ZONES_ASKED: Final = 10
_IN_THREAD: Final = 10
_LISTED: Final = 100
_log = get_logger("notifications")


@dataclass(frozen=True, slots=True)
class Address:
    """A channel or a Slack user, and the first moment that is decent there."""

    target: str
    due: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Placer:
    database: Database
    router: Router
    directory: Directory
    desk: Desk
    clock: Callable[[], float]

    def place(self, notice_id: int) -> None:
        """Make the posts of a notice whose time has come; the handler of its job."""
        now = self.clock()
        with self.database.read() as connection:
            notice = queries.get(connection, notice_id)
            if notice is None or notice.state != "planned" or (notice.due_at or 0.0) > now + _EARLY:
                return
            route = self.router.route(connection, notice, now)
            anchor = _anchor(connection, notice)
            refused = {p.address for p in queries.posts_of(connection, notice_id)}
        if route.muted is not None:
            self._close(notice, "muted", route.muted)
        elif notice.parent is not None:
            self._place_reply(notice, route, anchor, now)
        else:
            self._place_first(notice, route, refused, now)

    def _place_first(self, notice: Notice, route: Route, refused: Collection[str], now: float) -> None:
        index, addresses = self._reachable(notice, route, now, refused)
        if not addresses:
            self._close(notice, "dropped", f"{notice.recipient} has no channel and nobody I can write to")
            return
        first = min(a.due for a in addresses)
        with self.database.write() as connection:
            waiting = repository.lock_planned(connection, notice.recipient, notice.id)
            if not waiting:
                return
            if first > now + _EARLY:
                repository.set_columns(connection, notice.id, due_at=first)
                return
            together = [n for n in waiting if n.topic == notice.topic and n.parent is None and n.step == notice.step]
            if len(together) > 1 and notice.topic != "admin":
                self._place_together(connection, together, addresses, index, now)
            else:
                self._open(connection, notice.id, addresses, index)
            self._ask_for_channel(connection, notice, route.steps[index])

    def _place_together(
        self, connection: Connection, together: Sequence[Notice], addresses: Sequence[Address], step: int, now: float
    ) -> None:
        """One message for all of a kind; what has buttons of its own follows in its thread."""
        digest = _digest(together)
        digest_id = repository.plan(connection, digest, now=now, due_at=now, next_at=None)
        if digest_id is None:
            return
        for number, child in enumerate(together):
            if child.topic == "deprecated" and number < _IN_THREAD:
                repository.set_columns(connection, child.id, parent_id=digest_id, due_at=now)
                self.desk.deliver_later(connection, child.id, 2.0)
            else:
                repository.set_columns(connection, child.id, parent_id=digest_id, state="sent", due_at=None)
        self._open(connection, digest_id, addresses, step)

    def _ask_for_channel(self, connection: Connection, notice: Notice, step: Step) -> None:
        """A team that is written to in person because nobody knows its channel is asked for one, once."""
        wants_people = place_of(self.router.defaults, step.chosen, notice.topic) == "dm"
        if step.channel or not step.of.startswith("group:") or wants_people or step.knows_channel:
            return
        name = EntityRef.from_full(step.of).short
        question = Notice(
            kind="message.channel", key=f"channel:{step.of}", recipient=step.of, subject=step.of, subject_title=name,
            title=f"Where does {name} read in Slack?",
            text="Until somebody picks a channel I write to its members in person.",
            reason=f"You are in {step.of}, which has no `slack.com/channel` in the catalog.",
        )  # fmt: skip
        self.desk.plan(connection, question, delay=0.0)

    def _open(self, connection: Connection, notice_id: int, addresses: Sequence[Address], step: int) -> None:
        rows = [{"notice_id": notice_id, "address": a.target, "note": a.note, "due_at": a.due} for a in addresses]
        repository.set_columns(connection, notice_id, state="sent", due_at=None, step=step, error=None)
        self._start(connection, repository.add_posts(connection, rows))

    def _start(self, connection: Connection, post_ids: Sequence[int]) -> None:
        for post_id in post_ids:
            self.desk.enqueue(connection, QUEUE, POST, {"post": post_id}, dedup=f"post:{post_id}:0")

    def _place_reply(self, notice: Notice, route: Route, anchor: Sequence[Post], now: float) -> None:
        sent = [p for p in anchor if p.state == "sent" and p.ts]
        if not sent and any(p.state == "planned" for p in anchor):
            with self.database.write() as connection:
                repository.set_columns(connection, notice.id, due_at=now + _ANCHOR_WAIT)
            return
        if not sent:
            self._close(notice, "dropped", "what it answers was never sent")
            return
        _index, addresses = self._reachable(notice, route, now)
        due = min((a.due for a in addresses), default=now)
        with self.database.write() as connection:
            if not repository.lock_planned(connection, notice.recipient, notice.id):
                return
            if due > now + _EARLY:
                repository.set_columns(connection, notice.id, due_at=due)
                return
            rows = [
                {"notice_id": notice.id, "address": p.channel or p.address, "thread": p.thread or p.ts, "due_at": now}
                for p in sent
            ]
            repository.set_columns(connection, notice.id, state="sent", due_at=None)
            self._start(connection, repository.add_posts(connection, rows))

    def _close(self, notice: Notice, state: str, why: str) -> None:
        _log.info("notice not sent", notice=notice.id, recipient=notice.recipient, state=state, reason=why)
        with self.database.write() as connection:
            repository.close(connection, notice.id, state, now=self.clock(), error=why)

    def _reachable(
        self, notice: Notice, route: Route, now: float, refused: Collection[str] = ()
    ) -> tuple[int, list[Address]]:
        """The first place from the notice's step on that has an address which hasn't refused it."""
        for index in range(notice.step, len(route.steps)):
            step = route.steps[index]
            found = [replace(a, note=f"{step.why} {a.note}".strip()) for a in self.addresses(step, now)]
            if notice.urgent:
                found = [replace(a, due=now) for a in found]
            if found and (channel := self.router.defaults.preview):
                if channel in refused:
                    return index, []
                where = ", ".join(a.target for a in found)
                return index, [Address(channel, now, f"Preview: this is for {notice.recipient}, at {where}.")]
            if fresh := [a for a in found if a.target not in refused]:
                return index, fresh
        return len(route.steps), []

    def addresses(self, step: Step, now: float) -> Iterator[Address]:
        """A step's channel and people, with the moment that is decent for each."""
        if step.channel:
            hours = hours_of(self.router.defaults, step.chosen, self._common_zone(step.zone_of))
            yield Address(step.channel, hours.next_decent(now))
        for contact in step.people:
            person = self._person(contact)
            if person is not None:
                user, hours = person
                yield Address(user, hours.next_decent(now))

    def _person(self, contact: Contact) -> tuple[str, Hours] | None:
        """The Slack id and hours of somebody; None for who has left or never was there."""
        found = self.directory.by_id(contact.slack_id) if contact.slack_id else None
        if found is None and contact.email:
            found = self.directory.by_email(contact.email)
        if found is None or not found.is_active:
            return None
        return found.id, hours_of(self.router.defaults, contact.chosen, found.zone)

    def _common_zone(self, contacts: Sequence[Contact]) -> str | None:
        """The zone that most of a team is in."""
        zones: Counter[str] = Counter()
        for contact in contacts[:_ZONES_ASKED]:
            person = self.directory.by_id(contact.slack_id) if contact.slack_id else None
            if person is not None and person.is_active and person.zone:
                zones[person.zone] += 1
        return zones.most_common(1)[0][0] if zones else None


def _anchor(connection: Connection, notice: Notice) -> list[Post]:
    """The posts of the nearest notice above that has any."""
    parent = notice.parent
    while parent is not None:
        posts = [p for p in queries.posts_of(connection, parent) if p.state != "failed"]
        if posts:
            return posts
        above = queries.get(connection, parent)
        parent = above.parent if above else None
    return []


def _digest(together: Sequence[Notice]) -> Notice:
    first, last = together[0], together[-1]
    affected = {a.ref: a for n in together for a in n.affected}
    lines = [n.title for n in together[:_LISTED]]
    if first.topic == "deprecated":
        subjects = len({n.subject for n in together})
        title = f"{subjects} things that you depend on were deprecated. Each has its own message in this thread."
        if len(together) > _IN_THREAD:
            title = f"{subjects} things that you depend on were deprecated. The first {_IN_THREAD} are in this thread."
    else:
        title = f"{len(together)} pieces of news about what is yours."
    return Notice(
        kind=f"{first.topic}.digest",
        key=f"digest:{first.recipient}:{first.id}:{last.id}",
        recipient=first.recipient,
        subject=first.subject if len({n.subject for n in together}) == 1 else "",
        subject_title="",
        title=title,
        text="\n".join(f"• {line}" for line in lines),
        affected=tuple(Affected(a.ref, a.title) for a in affected.values()) if first.topic == "deprecated" else (),
        reason=first.reason if len(together) == 1 else "These concern what you own.",
    )
