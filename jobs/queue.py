"""The work queue: a lease table, the same on SQLite and PostgreSQL.

A worker that dies loses its lease and somebody else runs the task again, so work is done at least once; a worker
that lost its lease can't write a result. Times come from the database's clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from callboard.db import Database
from callboard.errors import CallboardError
from jobs.tables import tasks

LEASE: Final = 30.0
MAX_ATTEMPTS: Final = 8
_RETENTION: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Task:
    """A claimed task: `attempt` counts from 1."""

    id: int
    queue: str
    kind: str
    spec: Mapping[str, Any]
    attempt: int
    owner: str = ""

    @property
    def timeout(self) -> float | None:
        """After how many seconds it is given up; None: it may take as long as it likes."""
        found = self.spec.get("timeout")
        return float(found) if isinstance(found, int | float) else None


class NotOursError(CallboardError):
    """The job was given up, or another worker has taken it over; what it still had to write is refused."""


class Queue:
    """Enqueue in the caller's transaction, claim and finish in transactions of their own."""

    def __init__(self, database: Database, *, lease: float = LEASE) -> None:
        self.database = database
        self.lease = lease

    def enqueue(
        self,
        connection: Connection,
        queue: str,
        kind: str,
        spec: Mapping[str, Any],
        *,
        delay: float = 0.0,
        dedup: str | None = None,
    ) -> bool:
        """Add a task; False when one with the same `dedup` key was there (it frees the key when it finishes)."""
        now = self.database.now(connection)
        row = {"queue": queue, "kind": kind, "spec": dict(spec), "due": now + delay, "dedup": dedup, "created_at": now}
        build: Any = sqlite.insert if self.database.is_sqlite else postgresql.insert
        statement = build(tasks).values(row).on_conflict_do_nothing() if dedup else insert(tasks).values(row)
        return connection.execute(statement.returning(tasks.c.id)).first() is not None

    def is_running(self, connection: Connection, dedup: str) -> bool:
        """Whether the task with this key has begun: too late for what has changed since."""
        query = select(tasks.c.id).where(tasks.c.dedup == dedup, tasks.c.state == "running")
        return connection.execute(query).first() is not None

    def has_due(self, queues: Sequence[str]) -> bool:
        """A look that takes no lock."""
        with self.database.read() as connection:
            now = self.database.now(connection)
            query = select(tasks.c.id).where(tasks.c.queue.in_(queues), tasks.c.due <= now).limit(1)
            return connection.execute(query).first() is not None

    def claim(self, queues: Sequence[str], worker: str) -> Task | None:
        """The task that has waited longest, leased to `worker`; None when nothing is due."""
        if not self.has_due(queues):
            return None
        with self.database.write() as connection:
            now = self.database.now(connection)
            first = select(tasks.c.id).where(tasks.c.queue.in_(queues), tasks.c.due <= now).order_by(tasks.c.due)
            first = first.limit(1).with_for_update(skip_locked=True)
            values = {"state": "running", "owner": worker, "due": now + self.lease, "attempt": tasks.c.attempt + 1}
            claimed = update(tasks).where(tasks.c.id == first.scalar_subquery()).values(values)
            row = connection.execute(claimed.returning(tasks)).one_or_none()
        return None if row is None else Task(row.id, row.queue, row.kind, row.spec, row.attempt, worker)

    def heartbeat(self, task: Task, worker: str) -> bool:
        """Push the lease on; False when it was lost."""
        with self.database.write() as connection:
            now = self.database.now(connection)
            return bool(connection.execute(self._mine(task, worker).values(due=now + self.lease)).rowcount)

    def check(self, connection: Connection, task: Task) -> None:
        """Raise NotOursError unless the task is still its worker's; until the transaction ends, it stays so."""
        mine = select(tasks.c.id).where(tasks.c.id == task.id, tasks.c.owner == task.owner, tasks.c.state == "running")
        if connection.execute(mine.with_for_update(read=True)).first() is None:
            raise NotOursError

    def finish(self, task: Task, worker: str) -> bool:
        with self.database.write() as connection:
            return self._end(connection, task, worker, "done", None)

    def fail(self, task: Task, worker: str, error: str, *, retry_in: float | None) -> bool:
        """Try again in `retry_in` seconds, or never."""
        with self.database.write() as connection:
            if retry_in is None:
                return self._end(connection, task, worker, "failed", error)
            due = self.database.now(connection) + retry_in
            values = {"state": "pending", "owner": None, "due": due, "error": error}
            return bool(connection.execute(self._mine(task, worker).values(values)).rowcount)

    def cancel(self, connection: Connection, task_id: int) -> bool:
        """Take a task that hasn't started off the queue."""
        query = update(tasks).where(tasks.c.id == task_id, tasks.c.state == "pending")
        now = self.database.now(connection)
        values = {"state": "cancelled", "due": None, "dedup": None, "finished_at": now}
        return bool(connection.execute(query.values(values)).rowcount)

    def retry(self, connection: Connection, task_id: int) -> bool:
        """Put a task that failed for good or was cancelled back on the queue, its attempts counted anew."""
        now = self.database.now(connection)
        again = update(tasks).where(tasks.c.id == task_id, tasks.c.state.in_(("failed", "cancelled")))
        values = {"state": "pending", "owner": None, "due": now, "attempt": 0, "error": None, "finished_at": None}
        return bool(connection.execute(again.values(values)).rowcount)

    def prune(self) -> int:
        """Forget tasks that ended more than a week ago."""
        with self.database.write() as connection:
            before = self.database.now(connection) - _RETENTION
            return connection.execute(delete(tasks).where(tasks.c.finished_at < before)).rowcount

    def counts(self, connection: Connection) -> dict[str, int]:
        """Tasks by state, for health and metrics."""
        query = select(tasks.c.state, func.count()).where(or_(tasks.c.due.is_not(None), tasks.c.state == "failed"))
        return {row[0]: row[1] for row in connection.execute(query.group_by(tasks.c.state))}

    def _end(self, connection: Connection, task: Task, worker: str, state: str, error: str | None) -> bool:
        now = self.database.now(connection)
        values = {"state": state, "due": None, "dedup": None, "error": error, "finished_at": now}
        return bool(connection.execute(self._mine(task, worker).values(values)).rowcount)

    @staticmethod
    def _mine(task: Task, worker: str) -> Any:
        return update(tasks).where(tasks.c.id == task.id, tasks.c.owner == worker, tasks.c.state == "running")
