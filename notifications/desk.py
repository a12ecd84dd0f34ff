"""The verbs of the ledger: plan, revise, reply, close, take up again. Each leaves the job that makes it seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from callboard.config.notifications import Notifications, parse_zone
from callboard.db import Connection
from callboard.ports import Enqueue
from notifications import queries, reminders, repository
from notifications.model import Notice

QUEUE: Final = "notifications"
DELIVER: Final = "notifications.deliver"
POST: Final = "notifications.post"
REFRESH: Final = "notifications.refresh"
TICK: Final = "notifications.tick"
RECHECK: Final = "notifications.recheck"
CALM: Final = 6 * 3_600.0
"""What is taken up again within this time goes on where it was instead of being said anew."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Writes in the caller's transaction."""

    config: Notifications
    enqueue: Enqueue
    clock: Callable[[], float]

    def plan(self, connection: Connection, notice: Notice, *, delay: float | None = None) -> int | None:
        """Hold a notice back for the grouping window, or `delay`; None when it was planned before."""
        now = self.clock()
        wait = self.window if delay is None else delay
        notice = replace(notice, said=self._already(notice, now))
        notice_id = repository.plan(
            connection, notice, now=now, due_at=now + wait, next_at=self.next_look(notice.end, now)
        )
        if notice_id is not None:
            self.deliver_later(connection, notice_id, wait)
        return notice_id

    @property
    def window(self) -> float:
        return self.config.grouping_window.total_seconds()

    def next_look(self, end: str | None, now: float) -> float | None:
        day = date.fromisoformat(end) if end else None
        return reminders.next_look(day, now, self.config.reminder_days, parse_zone(self.config.time_zone))

    def _already(self, notice: Notice, now: float) -> int | None:
        """A first message close to the end stands for the reminder of that time."""
        if notice.end is None:
            return notice.said
        left = (date.fromisoformat(notice.end) - self.today(now)).days
        return reminders.threshold(left, self.config.reminder_days)

    def today(self, now: float) -> date:
        from datetime import UTC, datetime

        return datetime.fromtimestamp(now, UTC).astimezone(parse_zone(self.config.time_zone)).date()

    def deliver_later(self, connection: Connection, notice_id: int, wait: float) -> None:
        spec = {"notice": notice_id}
        self.enqueue(connection, QUEUE, DELIVER, spec, delay=wait, dedup=f"notice:{notice_id}")

    def revise(self, connection: Connection, notice: Notice, **columns: Any) -> None:
        """Store what a notice says now, and show it in place where it was said."""
        repository.change(connection, notice, **columns)
        self.show(connection, notice.id)

    def show(self, connection: Connection, notice_id: int) -> None:
        self.enqueue(connection, QUEUE, REFRESH, {"notice": notice_id}, dedup=f"refresh:{notice_id}")

    def close(self, connection: Connection, notice: Notice, state: str, *, reply: str = "") -> None:
        """End a notice: silently when nobody has seen it, else in place and, with `reply`, under it."""
        repository.close(connection, notice.id, state, now=self.clock())
        if notice.state == "sent":
            self.show(connection, notice.id)
            if reply:
                self.reply(connection, notice, state, reply)

    def reply(self, connection: Connection, parent: Notice, about: str, title: str, *, text: str = "") -> int | None:
        """Say something under a notice; the same again only after a calm time, whatever flaps meanwhile."""
        if queries.replied_since(connection, parent.id, f"{parent.topic}.{about}", self.clock() - CALM):
            return None
        notice = Notice(
            kind=f"{parent.topic}.{about}",
            key=f"{parent.id}:{parent.version}:{about}",
            recipient=parent.recipient,
            subject=parent.subject,
            subject_title=parent.subject_title,
            title=title,
            text=text,
            reason=parent.reason,
            actor=parent.actor,
            parent=parent.id,
        )
        return self.plan(connection, notice, delay=0.0)

    def say(self, connection: Connection, notice: Notice, *, delay: float | None = None) -> int | None:
        """Plan a notice, or bring the open or lately closed one of the same kind and recipient up to date."""
        known = queries.open_about(connection, notice.subject, notice.kind, recipient=notice.recipient)
        if known:
            self._bring_up(connection, known[-1], notice)
            return known[-1].id
        closed = queries.closed_since(
            connection, notice.subject, notice.kind, notice.recipient, self.clock() - CALM
        )  # fmt: skip
        if closed is not None:
            self._take_up(connection, closed, notice, delay)
            return closed.id
        return self.plan(connection, notice, delay=delay)

    def _bring_up(self, connection: Connection, known: Notice, fresh: Notice) -> None:
        updated = _said_as(known, fresh)
        if updated.body() == known.body():
            return
        moved = {"next_at": self.next_look(fresh.end, self.clock()), "said": None} if fresh.end != known.end else {}
        self.revise(connection, updated, **moved)

    def _take_up(self, connection: Connection, closed: Notice, fresh: Notice, delay: float | None) -> None:
        """What was never seen waits its window again; what was goes on in place, without another message."""
        now = self.clock()
        columns: dict[str, Any] = {"closed_at": None, "error": None, "next_at": self.next_look(fresh.end, now)}
        if queries.posts_of(connection, closed.id):
            self.revise(connection, _said_as(closed, fresh), state="sent", **columns)
            return
        wait = self.window if delay is None else delay
        repository.change(connection, _said_as(closed, fresh), state="planned", due_at=now + wait, **columns)
        self.deliver_later(connection, closed.id, wait)


def _said_as(known: Notice, fresh: Notice) -> Notice:
    """The known notice with the words and facts of the fresh one."""
    there = {a.ref for a in fresh.affected}
    moved = tuple(replace(a, moved=True) for a in known.affected if a.ref not in there)
    return replace(
        known, title=fresh.title, text=fresh.text, facts=fresh.facts, affected=(*fresh.affected, *moved), end=fresh.end,
        owner=fresh.owner, template=fresh.template, subject_title=fresh.subject_title, link=fresh.link,
        teams=fresh.teams,
    )  # fmt: skip
