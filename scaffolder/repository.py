"""Writes runs. What a running process writes is refused once another one has taken its run over."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from callboard.db import Database
from callboard.errors import CallboardError
from scaffolder.audit import repository as audit
from scaffolder.model import Made, Step
from scaffolder.queries import made_by
from scaffolder.tables import artifacts, checkpoints, events, runs, steps, workspaces

MAX_EVENTS: Final = 5_000
GONE: Final = b""
"""Stands for a workspace that was given up."""
_CLAIMS: Final = 0x5CAFF01D
_UNFINISHED: Final = ("open", "processing", "failed", "cancelled")


class SupersededError(CallboardError):
    """Another process has taken this run over."""


class RunRepository:
    """Statements, all inside the caller's transaction."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def create(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        plan: Sequence[Step],
    ) -> None:
        now = self.database.now(connection)
        connection.execute(insert(runs).values({**row, "status": "open", "created_at": now}))
        rows = [
            {"run_id": row["id"], "position": n, "step_id": s.id, "name": s.name, "action": s.action, "status": "open"}
            for n, s in enumerate(plan)
        ]
        if rows:
            connection.execute(insert(steps), rows)

    def at_work(self, connection: Connection, run_id: str, template_ref: str | None = None) -> int:
        """How many other runs, of one template or of all, are at work, as long as this transaction lasts."""
        self.database.serialize(connection, _CLAIMS)
        query = select(func.count()).where(runs.c.status == "processing", runs.c.id != run_id)
        query = query.where(runs.c.template_ref == template_ref) if template_ref else query
        return connection.execute(query).scalar_one()

    def claim(self, connection: Connection, run_id: str, owner: str) -> Any:
        """The run's row, now `owner`'s to work on; None when it is over or doesn't exist."""
        now = self.database.now(connection)
        values = {
            "status": "processing",
            "owner": owner,
            "starts": runs.c.starts + 1,
            "started_at": func.coalesce(runs.c.started_at, now),
            "heartbeat_at": now,
        }
        query = update(runs).where(runs.c.id == run_id, runs.c.status.in_(("open", "processing")))
        return connection.execute(query.values(values).returning(runs)).mappings().one_or_none()

    def hold(self, connection: Connection, run_id: str, owner: str) -> bool:
        """Prove that the run is still `owner`'s, and say whether it should stop. Raises SupersededError."""
        query = update(runs).where(runs.c.id == run_id, runs.c.owner == owner, runs.c.status == "processing")
        query = query.values(heartbeat_at=self.database.now(connection))
        cancelled = connection.execute(query.returning(runs.c.cancel_requested)).scalar_one_or_none()
        if cancelled is None:
            raise SupersededError
        return bool(cancelled)

    def set_step(self, connection: Connection, run_id: str, position: int, values: Mapping[str, Any]) -> None:
        query = update(steps).where(steps.c.run_id == run_id, steps.c.position == position)
        connection.execute(query.values(dict(values)))

    def forget_turns(self, connection: Connection, run_id: str, position: int) -> None:
        """A finished step's checkpoints have done their duty."""
        query = delete(checkpoints).where(checkpoints.c.run_id == run_id, checkpoints.c.position == position)
        connection.execute(query)

    def remember(self, connection: Connection, run_id: str, position: int, key: str, value: Any) -> None:
        row = {"run_id": run_id, "position": position, "key": key, "value": value}
        connection.execute(insert(checkpoints).values(row))

    def keep_workspace(self, connection: Connection, run_id: str, archive: bytes) -> None:
        self._upsert(connection, workspaces, {"run_id": run_id, "archive": archive}, ["run_id"])

    def made(self, connection: Connection, run_id: str, made: Made) -> None:
        now = self.database.now(connection)
        row = {"run_id": run_id, "kind": made.kind, "title": made.title, "url": made.url, "at": now}
        self._upsert(connection, artifacts, row, ["run_id", "kind", "title"])

    def append(self, connection: Connection, run_id: str, lines: Sequence[Mapping[str, Any]]) -> None:
        """Events of `type`, `step_id` and `body`; `at` is now."""
        if lines:
            now = self.database.now(connection)
            connection.execute(insert(events), [{"run_id": run_id, "at": now, **line} for line in lines])

    def end(self, connection: Connection, run_id: str, status: str, values: Mapping[str, Any]) -> None:
        """Close the run; its secrets go, and what only a retry needs goes when it has succeeded."""
        now = self.database.now(connection)
        closing = {"status": status, "ended_at": now, "heartbeat_at": now, "owner": None, "secrets": None, **values}
        connection.execute(update(runs).where(runs.c.id == run_id).values(closing))
        audit.ended(connection, run_id, status, error=values.get("error"), made=made_by(connection, run_id), now=now)
        if status == "completed":
            connection.execute(delete(workspaces).where(workspaces.c.run_id == run_id))
            connection.execute(delete(checkpoints).where(checkpoints.c.run_id == run_id))

    def request_cancel(self, connection: Connection, run_id: str) -> None:
        connection.execute(update(runs).where(runs.c.id == run_id).values(cancel_requested=True))

    def reopen(self, connection: Connection, run_id: str, values: Mapping[str, Any]) -> bool:
        """Make a failed or cancelled run open again from its first step that isn't done; False when it is neither."""
        fresh = {
            "status": "open", "attempt": runs.c.attempt + 1, "starts": 0, "owner": None, "cancel_requested": False,
            "ended_at": None, "error": None, "output": None, **values,
        }  # fmt: skip
        query = update(runs).where(runs.c.id == run_id, runs.c.status.in_(("failed", "cancelled")))
        if not connection.execute(query.values(fresh)).rowcount:
            return False
        failed = and_(steps.c.run_id == run_id, steps.c.status.in_(_UNFINISHED))
        first = connection.execute(select(func.min(steps.c.position)).where(failed)).scalar_one_or_none()
        if first is not None:
            self._reset_steps(connection, run_id, first)
        over = or_(events.c.type == "completion", events.c.type == "cancelled")
        connection.execute(delete(events).where(events.c.run_id == run_id, over))
        return True

    def _reset_steps(self, connection: Connection, run_id: str, first: int) -> None:
        mine = update(steps).where(steps.c.run_id == run_id, steps.c.position >= first)
        connection.execute(mine.values(status="open", started_at=None, ended_at=None, output=None))
        later = delete(checkpoints).where(checkpoints.c.run_id == run_id, checkpoints.c.position > first)
        connection.execute(later)

    def prune(self, connection: Connection, before: float) -> None:
        """Give back the room of runs that ended before then; an empty archive tells that there was one."""
        old = select(runs.c.id).where(runs.c.ended_at < before)
        emptied = update(workspaces).where(workspaces.c.run_id.in_(old), func.length(workspaces.c.archive) > 0)
        connection.execute(emptied.values(archive=GONE))

    def _upsert(self, connection: Connection, table: Any, row: Mapping[str, Any], key: Sequence[str]) -> None:
        build: Any = sqlite.insert if self.database.is_sqlite else postgresql.insert
        statement = build(table).values(dict(row))
        rest = {name: value for name, value in row.items() if name not in key}
        connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=rest))
