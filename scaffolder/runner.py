"""Runs a run: as a job that may be started more than once, by any process, until the run is over."""

import tarfile
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from callboard.db import Connection, Database
from callboard.logs import get_logger
from callboard.refs import parse_location_ref
from scaffolder import queries
from scaffolder.actions.base import ActionRegistry, ActionServices
from scaffolder.execution import Execution, Outcome, Plan
from scaffolder.journal import Done
from scaffolder.model import RunError
from scaffolder.recording import DatabaseJournal
from scaffolder.repository import RunRepository, SupersededError
from scaffolder.sealing import Masker, Vault
from scaffolder.templates import runs_at_once, steps_of
from scaffolder.workspace import Workspace

MAX_STARTS: Final = 5
_log = get_logger("scaffolder")


def _nobody(_run_id: str) -> None:
    """Nobody watches."""


class Runner:
    """`run` is the handler of the job `scaffolder.run`; `on_change` is called after each change of a run's state."""

    def __init__(
        self,
        *,
        database: Database,
        registry: ActionRegistry,
        services: ActionServices,
        on_change: Callable[[str], None] = _nobody,
    ) -> None:
        config = services.config
        self._database = database
        self._registry = registry
        self._services = services
        self._on_change = on_change
        self._rows = RunRepository(database)
        key = config.callboard.secret_key
        self._vault = Vault(key.get_secret_value() if key else None)
        self._folder = Path(config.callboard.data_dir) / "workspaces"

    def run(self, run_id: str, *, has_waited: bool = False) -> bool:
        """Work on the run from where it stands to its end; returns at once when it is over.

        False when it has to wait because as many runs are at work as may be: `has_waited` says that its log tells so.
        Failures of steps are the run's own and don't raise; what does raise (the database is away) is worth
        another try by the queue.
        """
        owner = str(uuid.uuid4())
        with self._database.write() as connection:
            reason = self._why_wait(connection, run_id)
            if reason and not has_waited:
                line = {"type": "log", "step_id": None, "body": {"message": reason, "level": "info", "waits": True}}
                self._rows.append(connection, run_id, [line])
            row = None if reason else self._rows.claim(connection, run_id, owner)
        if row is None:
            return reason is None
        workspace = Workspace(self._folder / f"{run_id}.{owner[:8]}")
        try:
            self._work(row, owner, workspace)
        except SupersededError:
            _log.info("run taken over by another process", run=run_id)
        finally:
            workspace.remove()
        return True

    def _why_wait(self, connection: Connection, run_id: str) -> str | None:
        """The limit that a run which nobody works on yet runs into."""
        row = queries.run_row(connection, run_id)
        if row is None or row["status"] != "open":
            return None
        ref, most = row["template_ref"], runs_at_once(row["spec"].get("templateInfo", {}).get("entity") or {})
        if most and self._rows.at_work(connection, run_id, ref) >= most:
            return f"Waiting for other runs: {row['template_title']} is limited to {most} at once."
        total = self._services.config.scaffolder.total_tasks_limit
        if total and self._rows.at_work(connection, run_id) >= total:
            return f"Waiting for other runs: all together are limited to {total} at once."
        return None

    def prune(self, *, before: float) -> None:
        """Give back the room of failed runs that ended before then, and of processes that were killed before then.

        Such a run can't be retried.
        """
        with self._database.write() as connection:
            self._rows.prune(connection, before)
        for left in self._folder.glob("*.*") if self._folder.is_dir() else ():
            if left.stat().st_mtime < before:
                Workspace(left).remove()

    def _work(self, row: Mapping[str, Any], owner: str, workspace: Workspace) -> None:
        secrets: dict[str, Any] = {}
        problem: RunError | None = None
        try:
            secrets = self._vault.open(row["secrets"]) if row["secrets"] else {}
        except Exception as error:  # noqa: BLE001 - whatever is wrong with them, the run can't go on
            problem = RunError(getattr(error, "user_text", "Its secrets can't be read."))
        masker = Masker(secrets.values())
        with self._database.read() as connection:
            memory = queries.remembered(connection, row["id"])
            archive = queries.workspace_archive(connection, row["id"])
            done = self._done(queries.step_rows(connection, row["id"]))
            count = queries.event_count(connection, row["id"])
        journal = DatabaseJournal(
            self._database,
            run_id=row["id"],
            owner=owner,
            vault=self._vault,
            masker=masker,
            on_change=self._on_change,
            memory=memory,
            events=count,
        )
        if row["starts"] > MAX_STARTS:
            problem = RunError(f"The process ended {MAX_STARTS} times in the middle of this run.")
        if problem:
            journal.ended("failed", {}, problem)
            return
        outcome = self._execute(row, secrets, workspace, journal, archive, done)
        journal.ended(outcome.status, outcome.output, outcome.error)

    def _execute(
        self,
        row: Mapping[str, Any],
        secrets: Mapping[str, Any],
        workspace: Workspace,
        journal: DatabaseJournal,
        archive: bytes | None,
        done: Mapping[int, Done],
    ) -> Outcome:
        plan = plan_of(row, secrets)
        if row["cancel_requested"]:
            return Outcome("cancelled", error=RunError("The run has been cancelled.", "CancelledError"))
        if row["starts"] == 1 and row["attempt"] == 1:
            journal.started(len(plan.steps))
        elif row["starts"] > 1:
            journal.log(None, "warn", "The process that worked on this run has gone; another one goes on.")
        try:
            workspace.unpack(archive)
        except tarfile.TarError as error:
            return Outcome("failed", error=RunError(f"The workspace of this run can't be restored: {error}"))
        execution = Execution(
            plan, registry=self._registry, services=self._services, workspace=workspace, journal=journal
        )
        return execution.run(done)

    def _done(self, rows: list[Any]) -> dict[int, Done]:
        """The steps that need no repeating: all before the first one that isn't over."""
        found: dict[int, Done] = {}
        for row in rows:
            if row.status not in {"completed", "skipped", "failed"}:
                break
            found[row.position] = Done(row.status, self._vault.unwrap(row.output))
        return found


def plan_of(row: Mapping[str, Any], secrets: Mapping[str, Any]) -> Plan:
    """What was to be done when the run was started, whatever the template says by now."""
    spec = row["spec"]
    info = spec.get("templateInfo") or {}
    base = info.get("baseUrl")
    return Plan(
        run_id=row["id"],
        steps=steps_of(spec),
        output=spec.get("output") or {},
        parameters=spec.get("parameters") or {},
        user=spec.get("user") or {},
        template_ref=info.get("entityRef"),
        base=parse_location_ref(base) if base else None,
        secrets=secrets,
    )
