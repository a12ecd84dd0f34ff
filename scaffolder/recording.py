"""The journal of a run in the database."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from callboard.db import Connection, Database
from callboard.logs import get_logger
from scaffolder import queries
from scaffolder.journal import ABSENT
from scaffolder.model import Made, RunError, Step, StepStatus
from scaffolder.repository import MAX_EVENTS, RunRepository
from scaffolder.sealing import Masker, Vault
from scaffolder.texts import storable
from scaffolder.workspace import Workspace

_FLUSH_EVERY: Final = 0.3
_ASK_EVERY: Final = 0.3
_MAX_LINE: Final = 8_000
_log = get_logger("scaffolder")
OnChange = Callable[[str], None]


class DatabaseJournal:
    """Written by one process at a time: each write proves that the run is still this process's."""

    def __init__(
        self,
        database: Database,
        *,
        run_id: str,
        owner: str,
        vault: Vault,
        masker: Masker,
        on_change: OnChange,
        memory: dict[tuple[int, str], Any],
        events: int = 0,
    ) -> None:
        self._database = database
        self._rows = RunRepository(database)
        self._run_id = run_id
        self._owner = owner
        self._vault = vault
        self._masker = masker
        self._on_change = on_change
        self._memory = memory
        self._lines: list[dict[str, Any]] = []
        self._written = events
        self._archive: bytes | None = None
        self._cancelled = False
        self._asked = self._flushed = time.monotonic()

    def started(self, total: int) -> None:
        self._note(None, {"message": f"Starting up task with {total} steps"})
        self.flush()

    def log(self, step: Step | None, level: str, message: str) -> None:
        if self._written >= MAX_EVENTS:
            return
        self._written += 1
        if self._written == MAX_EVENTS:
            level, message = "warn", "The log is full: what follows is not kept."
        shortened = message if len(message) <= _MAX_LINE else f"{message[:_MAX_LINE]}…"
        self._note(step, {"message": shortened, "level": level})
        if len(self._lines) >= 100 or time.monotonic() - self._flushed > _FLUSH_EVERY:
            self.flush()

    def step_started(self, position: int, step: Step) -> None:
        self._note(step, {"message": f"Beginning step {step.name}", "status": "processing"})
        with self._writing() as connection:
            now = self._database.now(connection)
            self._rows.set_step(connection, self._run_id, position, {"status": "processing", "started_at": now})

    def step_ended(
        self, position: int, step: Step, status: StepStatus, message: str, output: Mapping[str, Any] | None
    ) -> None:
        event_type = "cancelled" if status == "cancelled" else "log"
        self._note(step, {"message": message, "status": status}, event_type)
        kept = None if output is None else self._vault.wrap(storable(dict(output)), self._masker)
        with self._writing() as connection:
            values = {"status": status, "ended_at": self._database.now(connection), "output": kept}
            self._rows.set_step(connection, self._run_id, position, values)
            if status == "completed":
                self._rows.forget_turns(connection, self._run_id, position)

    def save_workspace(self, workspace: Workspace) -> None:
        self._archive = workspace.pack()

    def recall(self, position: int, key: str) -> Any:
        known = self._memory.get((position, key), ABSENT)
        return known if known is ABSENT else self._vault.unwrap(known)

    def remember(self, position: int, key: str, value: Any) -> None:
        kept = self._vault.wrap(storable(value), self._masker)
        self._memory[position, key] = kept
        with self._writing() as connection:
            self._rows.remember(connection, self._run_id, position, key, kept)

    def made(self, made: Made) -> None:
        with self._writing() as connection:
            self._rows.made(connection, self._run_id, self._cleaned(made))

    def is_cancelled(self) -> bool:
        if not self._cancelled and time.monotonic() - self._asked > _ASK_EVERY:
            self._asked = time.monotonic()
            with self._database.read() as connection:
                self._cancelled = queries.is_cancelled(connection, self._run_id)
        return self._cancelled

    def ended(self, status: str, output: Mapping[str, Any], error: RunError | None) -> None:
        """The last word: the run's row, its completion event, and the lines that still waited."""
        failure = None if error is None else {"message": error.message, "name": error.name, "step": error.step}
        body: dict[str, Any] = {"message": f"Run completed with status: {status}", "output": storable(dict(output))}
        if failure:
            body["error"] = {"name": failure["name"], "message": failure["message"]}
        self._note(None, body, "completion")
        with self._writing() as connection:
            values = {"output": storable(dict(output)) or None, "error": failure}
            self._rows.end(connection, self._run_id, status, values)

    def flush(self) -> None:
        if self._lines:
            with self._writing():
                pass

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction with the waiting lines and workspace in it; who watches is told after it."""
        with self._database.write() as connection:
            self._cancelled = self._rows.hold(connection, self._run_id, self._owner) or self._cancelled
            if self._archive is not None:
                self._rows.keep_workspace(connection, self._run_id, self._archive)
            self._rows.append(connection, self._run_id, self._lines)
            yield connection
        self._lines, self._archive = [], None
        self._flushed = time.monotonic()
        try:
            self._on_change(self._run_id)
        except Exception:  # noqa: BLE001 - a message that can't be posted must not fail the run
            _log.exception("nobody could be told of a run's progress", run=self._run_id)

    def _note(self, step: Step | None, body: dict[str, Any], event_type: str = "log") -> None:
        body = {"message": self._masker.text(body["message"])} | {k: v for k, v in body.items() if k != "message"}
        if step is not None:
            body["stepId"] = step.id
        self._lines.append({"type": event_type, "step_id": step.id if step else None, "body": body})

    def _cleaned(self, made: Made) -> Made:
        return Made(made.kind, self._masker.text(made.title), self._masker.text(made.url) if made.url else None)
