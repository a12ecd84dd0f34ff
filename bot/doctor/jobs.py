"""The work queue and the schedules: does anybody work, and does anything fail?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bot.doctor.check import Check

if TYPE_CHECKING:
    from bot.runtime import Runtime

_PATIENCE: Final = 600.0


def tasks(runtime: "Runtime") -> Iterator[Check]:
    from jobs.queries import list_tasks, oldest_due

    with runtime.database.read() as connection:
        now = runtime.database.now(connection)
        failed = list_tasks(connection, state="failed")
        waiting = oldest_due(connection, now)
    if failed:
        newest = failed[0]
        message = f"{len(failed)} failed, the newest {newest.kind} ({newest.id}): {newest.error}"
        hint = f"`callboard jobs list --state failed` lists them, `callboard jobs retry {newest.id}` tries it again."
        yield Check("jobs", "warning", message, hint)
    if waiting is not None and now - waiting > _PATIENCE:
        message = f"one has been due for {(now - waiting) / 60:.0f} minutes"
        yield Check("jobs waiting", "failed", message, "Start `callboard worker`, or `callboard run`, or another one.")
    if not failed and (waiting is None or now - waiting <= _PATIENCE):
        yield Check("jobs", "ok", "none has failed, none waits long")


def schedules(runtime: "Runtime") -> Iterator[Check]:
    """Those that are kept now; a provider that isn't configured any more leaves its row behind."""
    from bot.process import HOUSEKEEPING, LOCATIONS_SCHEDULE
    from jobs.queries import list_schedules

    regular = [p.key for p in runtime.providers if p.schedule.every is not None or p.schedule.cron is not None]
    kept = {HOUSEKEEPING, LOCATIONS_SCHEDULE, "notifications", *(f"provider:{key}" for key in regular)}
    with runtime.database.read() as connection:
        now = runtime.database.now(connection)
        late = [s for s in list_schedules(connection) if s.id in kept and now - s.next_run > _PATIENCE]
    for schedule in late:
        message = f"{schedule.id} should have run {(now - schedule.next_run) / 60:.0f} minutes ago"
        yield Check("schedules", "failed", message, "No process keeps the clock: start `callboard run` or a worker.")
