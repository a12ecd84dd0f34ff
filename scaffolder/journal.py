"""Where an execution writes what it does, and learns what was done before it."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from scaffolder.model import Made, Step, StepStatus
from scaffolder.workspace import Workspace

ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Done:
    """A step of an earlier attempt that needs no repeating."""

    status: StepStatus
    output: Mapping[str, Any] | None = None


class Journal(Protocol):
    """The record of one run. Each call is a transaction of its own, except that log lines may wait a little."""

    def started(self, total: int) -> None: ...
    def log(self, step: Step | None, level: str, message: str) -> None: ...
    def step_started(self, position: int, step: Step) -> None: ...

    def step_ended(
        self, position: int, step: Step, status: StepStatus, message: str, output: Mapping[str, Any] | None
    ) -> None: ...

    def save_workspace(self, workspace: Workspace) -> None:
        """Keep the workspace together with what `remember` and `step_ended` write next."""
        ...

    def recall(self, position: int, key: str) -> Any:
        """What `remember` wrote under the key, or ABSENT."""
        ...

    def remember(self, position: int, key: str, value: Any) -> None: ...
    def made(self, made: Made) -> None: ...

    def is_cancelled(self) -> bool:
        """Cheap to call often."""
        ...


@dataclass(slots=True)
class MemoryJournal:
    """For dry runs: everything in lists."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    things: list[Made] = field(default_factory=list)
    memory: dict[tuple[int, str], Any] = field(default_factory=dict)
    cancelled: bool = False
    until: float = math.inf
    """When it has taken long enough, by the monotonic clock."""
    originals: dict[str, bytes] = field(default_factory=dict)
    """Each file of the workspace as it was when a step was done that brought it."""

    def started(self, total: int) -> None:
        self.lines.append({"message": f"Starting up task with {total} steps"})

    def log(self, step: Step | None, level: str, message: str) -> None:
        self.lines.append({"message": message, "level": level} | ({"stepId": step.id} if step else {}))

    def step_started(self, position: int, step: Step) -> None:  # noqa: ARG002 - the protocol's
        self.lines.append({"message": f"Beginning step {step.name}", "stepId": step.id, "status": "processing"})

    def step_ended(
        self, position: int, step: Step, status: StepStatus, message: str, output: Mapping[str, Any] | None
    ) -> None:
        self.lines.append({"message": message, "stepId": step.id, "status": status})
        self.steps.append(
            {
                "position": position,
                "id": step.id,
                "status": status,
                "output": {} if status == "failed" else dict(output or {}),
            }
        )

    def save_workspace(self, workspace: Workspace) -> None:
        workspace.check_size()
        new = ((n, p) for n, p in workspace.files() if n not in self.originals)
        self.originals |= {name: path.read_bytes() for name, path in new}

    def recall(self, position: int, key: str) -> Any:
        return self.memory.get((position, key), ABSENT)

    def remember(self, position: int, key: str, value: Any) -> None:
        self.memory[position, key] = value

    def made(self, made: Made) -> None:
        self.things.append(made)

    def is_cancelled(self) -> bool:
        return self.cancelled or time.monotonic() > self.until
