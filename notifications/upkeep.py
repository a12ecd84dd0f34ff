"""What time brings: reminders, notices whose window or night is over, attempts to be made again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from callboard.config.notifications import parse_zone
from callboard.db import Connection, Database
from callboard.outbox import latest_id
from notifications import queries, reminders, repository
from notifications.deprecations import Deprecations
from notifications.desk import DELIVER, POST, QUEUE, REFRESH, Desk
from notifications.model import Notice

_CHECKED: Final = "checked"
_PRUNED: Final = "pruned"
_KEEP: Final = 400 * 86_400.0


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Every beat of the clock, on one replica; everything here may be done twice without harm."""

    database: Database
    desk: Desk
    deprecations: Deprecations
    clock: Callable[[], float]

    def tick(self) -> None:
        now = self.clock()
        self.recheck()
        self._forget_old(now)
        with self.database.read() as connection:
            late = queries.to_remind(connection, now)
            waiting = queries.due(connection, now)
            posts = queries.due_posts(connection, now)
            stale = queries.stale(connection)
        if late:
            with self.database.write() as connection:
                for notice in late:
                    self._remind(connection, notice, now)
        if waiting or posts or stale:
            with self.database.write() as connection:
                self._enqueue(connection, waiting, posts, stale)

    def _enqueue(
        self, connection: Connection, waiting: list[int], posts: list[tuple[int, int]], stale: list[int]
    ) -> None:
        for notice_id in waiting:
            self.desk.enqueue(connection, QUEUE, DELIVER, {"notice": notice_id}, dedup=f"notice:{notice_id}")
        for post_id, attempts in posts:
            self.desk.enqueue(connection, QUEUE, POST, {"post": post_id}, dedup=f"post:{post_id}:{attempts}")
        for notice_id in stale:
            self.desk.enqueue(connection, QUEUE, REFRESH, {"notice": notice_id}, dedup=f"refresh:{notice_id}")

    def _remind(self, connection: Connection, notice: Notice, now: float) -> None:
        """Say the reminder that is due, and note when to look again."""
        zone = parse_zone(self.desk.config.time_zone)
        today = self.desk.today(now)
        promised = date.fromisoformat(notice.acknowledged_until) if notice.acknowledged_until else None
        if promised is not None and today <= promised:
            look = reminders.start_of(promised + timedelta(days=1), zone)
            repository.set_columns(connection, notice.id, next_at=look)
            return
        end = date.fromisoformat(notice.end) if notice.end else None
        columns: dict[str, object] = {"next_at": self.desk.next_look(notice.end, now), "snoozed_until": None}
        if notice.kind != "deprecated" or not notice.remaining:
            repository.set_columns(connection, notice.id, **columns)
            return
        title, about = "", "reminder"
        found = reminders.due_reminder(end, today, self.desk.config.reminder_days, notice.said) if end else None
        if found is not None and end is not None:
            title, about = reminders.reminder_words((end - today).days, notice.subject_title), f"reminder{found}"
            columns["said"] = found
        elif promised is not None:
            title, about = f"You said this would be done by {reminders.in_words(promised)}.", f"promised{promised}"
        elif notice.snoozed_until is not None:
            title, about = "You asked me to come back to this.", f"snoozed{int(notice.snoozed_until)}"
        if title:
            left = len(notice.remaining)
            things = notice.remaining[0].title if left == 1 else f"{left} things of yours"
            self.desk.reply(
                connection, notice, about, f"{title} {things} still depend{'s' if left == 1 else ''} on it."
            )  # fmt: skip
        if promised is not None:
            columns["acknowledged_until"] = None
        repository.set_columns(connection, notice.id, **columns)

    def recheck(self, *, force: bool = False) -> None:
        """Compare what was said with the catalog, when that changed since the last look."""
        with self.database.read() as connection:
            position = latest_id(connection)
            if not force and queries.settings_of(connection, "").get(_CHECKED) == position:
                return
            subjects = {
                *queries.open_subjects(connection, "deprecated"),
                *queries.open_subjects(connection, "progress"),
            }
            moved = [s for s in sorted(subjects) if self.deprecations.has_moved(connection, s)]
        for subject in moved:
            with self.database.write() as connection:
                self.deprecations.recheck(connection, subject)
        with self.database.write() as connection:
            repository.choose(connection, "", _CHECKED, position, now=self.clock())

    def _forget_old(self, now: float) -> None:
        """Once a day: notices that were over more than a year ago."""
        today = int(now // 86_400)
        with self.database.read() as connection:
            if queries.settings_of(connection, "").get(_PRUNED) == today:
                return
        with self.database.write() as connection:
            repository.forget_closed(connection, now - _KEEP)
            repository.choose(connection, "", _PRUNED, today, now=now)
