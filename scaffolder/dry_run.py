"""What a run would do, without doing anything outside of a folder that goes away."""

import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.actions.base import ActionRegistry, ActionServices
from scaffolder.execution import Execution, Plan
from scaffolder.forms import read_form, with_defaults
from scaffolder.journal import MemoryJournal
from scaffolder.model import RunError, RunOutput, Template
from scaffolder.outputs import read_output
from scaffolder.templates import check_runnable
from scaffolder.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DryFile:
    """A file that the run would leave in its workspace."""

    path: str
    data: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True)
class DryRun:
    """`cause` is the exception that a failing step ended with."""

    log: Sequence[Mapping[str, Any]]
    steps: Sequence[Mapping[str, Any]]
    files: tuple[DryFile, ...]
    output: RunOutput
    error: RunError | None = None
    cause: Exception | None = None


def dry_run(
    template: Template,
    *,
    values: Mapping[str, Any],
    registry: ActionRegistry,
    services: ActionServices,
    user: Mapping[str, Any] | None = None,
    secrets: Mapping[str, Any] | None = None,
) -> DryRun:
    """Run every step whose action can do without effects outside. Raises InputError when no run could start.

    The answers are taken as they are, with the form's defaults.
    """
    check_runnable(template, registry)
    journal = MemoryJournal()
    with tempfile.TemporaryDirectory(prefix="callboard-dry-run-") as name:
        workspace = Workspace(Path(name))
        plan = Plan(
            run_id=str(uuid.uuid4()),
            steps=template.steps,
            output=template.output,
            parameters=with_defaults(read_form(template.parameters), values),
            user=user or {"ref": None},
            template_ref=template.ref,
            base=template.base,
            secrets=secrets or {},
            dry_run=True,
        )
        journal.started(len(plan.steps))
        execution = Execution(plan, registry=registry, services=services, workspace=workspace, journal=journal)
        outcome = execution.run()
        files = tuple(_files(workspace))
    return DryRun(journal.lines, journal.steps, files, read_output(outcome.output), outcome.error, outcome.cause)


def _files(workspace: Workspace) -> list[DryFile]:
    return [
        DryFile(workspace.relative(path), path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in workspace.walk()
        if path.is_file() and not path.is_symlink()
    ]
