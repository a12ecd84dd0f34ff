"""What people see of the queue."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, literal, select

from jobs.tables import schedules, tasks


@dataclass(frozen=True, slots=True)
class TaskView:
    """One job."""

    id: int
    queue: str
    kind: str
    spec: Mapping[str, Any]
    state: str
    attempt: int
    owner: str | None
    error: str | None
    created_at: float
    finished_at: float | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """When something ran and runs next; seconds since the epoch. A run that waits to go on comes before any slot."""

    id: str
    next_run: float
    last_run: float | None


def list_tasks(connection: Connection, *, state: str | None = None, limit: int = 200) -> list[TaskView]:
    """Jobs in a state, or all that aren't done, the newest first."""
    columns = [tasks.c[name] for name in TaskView.__dataclass_fields__]
    query = select(*columns).where(tasks.c.state == state if state else tasks.c.state != "done")
    return [TaskView(*row) for row in connection.execute(query.order_by(tasks.c.id.desc()).limit(limit))]


def oldest_due(connection: Connection, now: float) -> float | None:
    """Since when the task that has waited longest could have been run, None when nothing waits."""
    query = select(func.min(tasks.c.due)).where(tasks.c.state.in_(("pending", "running")), tasks.c.due <= now)
    found = connection.execute(query).scalar_one()
    return None if found is None else float(found)


def list_schedules(connection: Connection) -> list[ScheduleView]:
    waiting = and_(tasks.c.dedup == literal("schedule:") + schedules.c.id, tasks.c.state == "pending")
    columns = (schedules.c.id, func.coalesce(tasks.c.due, schedules.c.next_run), schedules.c.last_run)
    query = select(*columns).select_from(schedules.outerjoin(tasks, waiting)).order_by(schedules.c.id)
    return [ScheduleView(*row) for row in connection.execute(query)]
