"""The clock: every replica has one, and a compare-and-set on the schedule's row lets one of them act on each slot."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from cronsim import CronSim
from sqlalchemy import Connection, select, update

from callboard.db import Database
from callboard.durations import Schedule
from callboard.logs import get_logger
from jobs.queue import Queue
from jobs.tables import schedules

_log = get_logger("clock")
_LONGEST_LOOK = 1.0


class Clock:
    """Looks at every schedule once a second (more often for shorter ones) and enqueues what is due, once in all."""

    def __init__(self, database: Database, queue: Queue, *, poke: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._queue = queue
        self._poke = poke
        self._jobs: dict[str, tuple[Schedule, str, str]] = {}
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def add(self, name: str, schedule: Schedule, *, queue: str, kind: str) -> None:
        """Enqueue a task of `kind` that names schedule and slot at each slot; its dedup key prevents overlap."""
        self._jobs[name] = (schedule, queue, kind)
        self._ensure_row(name, schedule)
        if schedule.every is None and schedule.cron is None:
            return
        beat = min(_LONGEST_LOOK, schedule.every.total_seconds() / 4 if schedule.every else _LONGEST_LOOK)
        self._scheduler.add_job(
            self._look, IntervalTrigger(seconds=max(0.05, beat)), args=[name], id=name, replace_existing=True
        )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Returns when the looks that were under way are over, so that none is left with a connection."""
        if self._scheduler.running:
            self._scheduler.shutdown()

    def tick(self, name: str) -> bool:
        """Act on the schedule's slot if it is due and nobody else did; True when this call took it."""
        schedule, queue, kind = self._jobs[name]
        row = schedules.c
        with self._database.read() as connection:
            now = self._database.now(connection)
            next_run = connection.execute(select(row.next_run).where(row.id == name)).scalar_one_or_none()
        if next_run is None:
            return False
        if next_run > now:
            self._bring_closer(name, schedule, next_run, now)
            return False
        with self._database.write() as connection:
            taken = update(schedules).where(row.id == name, row.next_run == next_run)
            values = {"next_run": next_slot(schedule, next_run, now), "last_run": now}
            if not connection.execute(taken.values(values)).rowcount:
                return False
            enqueue_run(self._queue, connection, name, schedule, queue=queue, kind=kind, slot=next_run)
        self._poke()
        return True

    def _bring_closer(self, name: str, schedule: Schedule, next_run: float, now: float) -> None:
        """A slot that lies further ahead than any may was written by a clock that went ahead and was put right."""
        furthest = _furthest(schedule, now)
        if next_run - furthest > _LONGEST_LOOK:
            mistaken = update(schedules).where(schedules.c.id == name, schedules.c.next_run == next_run)
            with self._database.write() as connection:
                connection.execute(mistaken.values(next_run=furthest))

    def _look(self, name: str) -> None:
        try:
            self.tick(name)
        except Exception:  # noqa: BLE001 - a database that is away must not stop the clock
            if not self._database.outage.lasts:
                _log.exception("schedule not looked at", schedule=name)

    def _ensure_row(self, name: str, schedule: Schedule) -> None:
        with self._database.write() as connection:
            now = self._database.now(connection)
            first = now + schedule.initial_delay.total_seconds()
            if schedule.cron:
                first = next_slot(schedule, now, now)
            found = connection.execute(select(schedules.c.next_run).where(schedules.c.id == name)).scalar_one_or_none()
            if found is None:
                connection.execute(schedules.insert().values(id=name, next_run=first))
            elif found > first and schedule.every and found - now > schedule.every.total_seconds():
                connection.execute(update(schedules).where(schedules.c.id == name).values(next_run=first))


def enqueue_run(
    jobs: Queue,
    connection: Connection,
    name: str,
    schedule: Schedule,
    *,
    queue: str,
    kind: str,
    slot: float | None = None,
) -> bool:
    """A run of a schedule, for a slot or because somebody asked; False when one is waiting or running already."""
    spec = {"schedule": name, "timeout": schedule.timeout.total_seconds()}
    if slot is not None:
        spec["slot"] = round(slot, 3)
    return jobs.enqueue(connection, queue, kind, spec, dedup=f"schedule:{name}")


def _furthest(schedule: Schedule, now: float) -> float:
    """Until when the next slot is, at the latest."""
    delay = schedule.initial_delay.total_seconds()
    if schedule.every is not None:
        return now + max(delay, schedule.every.total_seconds())
    return max(now + delay, next_slot(schedule, now, now))


def next_slot(schedule: Schedule, slot: float, now: float) -> float:
    """The first slot after `now`; slots that were missed meanwhile are not made up for."""
    if schedule.cron:
        return next(CronSim(schedule.cron, datetime.fromtimestamp(now, UTC))).timestamp()
    every = (schedule.every or timedelta(days=36_500)).total_seconds()
    missed = max(0, int((now - slot) // every))
    return slot + (missed + 1) * every
