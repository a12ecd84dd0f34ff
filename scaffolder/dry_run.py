"""What a run would do, without doing anything outside of a folder that goes away."""

import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from scaffolder.actions.base import ActionRegistry, ActionServices
from scaffolder.changes import Change, changes
from scaffolder.execution import Execution, Plan
from scaffolder.forms import read_form, with_defaults
from scaffolder.journal import MemoryJournal
from scaffolder.model import RunError, RunOutput, Template
from scaffolder.outputs import read_output
from scaffolder.problems import check_runnable
from scaffolder.sealing import Masker
from scaffolder.workspace import Workspace

LONGEST: Final = 300.0
_WORKSPACE: Final = "workspace"


@dataclass(frozen=True, slots=True)
class DryFile:
    """A file that the run would leave in its workspace."""

    path: str
    data: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True)
class DryRun:
    """`changes` are those of files that were there before: in repositories, and of what earlier steps had brought.

    `cause` is the exception that a failing step ended with.
    """

    log: Sequence[Mapping[str, Any]]
    steps: Sequence[Mapping[str, Any]]
    files: tuple[DryFile, ...]
    output: RunOutput
    changes: tuple[Change, ...] = ()
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
    seconds: float = LONGEST,
) -> DryRun:
    """Run every step whose action can do without effects outside. Raises InputError when no run could start.

    The answers are taken as they are, with the form's defaults. After so many seconds it ends as a cancelled run does.
    """
    check_runnable(template, registry)
    journal = MemoryJournal(until=time.monotonic() + seconds)
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
            reach=template.reach,
            secrets=secrets or {},
            dry_run=True,
        )
        journal.started(len(plan.steps))
        execution = Execution(plan, registry=registry, services=services, workspace=workspace, journal=journal)
        outcome = execution.run()
        files = tuple(_files(workspace))
        found = (*execution.proposed, *_edits(journal, workspace))
    hide = Masker(plan.secrets.values()).text
    return DryRun(
        log=journal.lines,
        steps=journal.steps,
        files=files,
        output=read_output(outcome.output),
        changes=tuple(replace(c, diff=hide(c.diff)) for c in found),
        error=outcome.error,
        cause=outcome.cause,
    )


def _edits(journal: MemoryJournal, workspace: Workspace) -> Iterator[Change]:
    """What became of files after the step that had brought them; new ones are in the tree anyway."""
    return (c for c in changes(_WORKSPACE, journal.originals, workspace.contents()) if c.kind != "added")


def _files(workspace: Workspace) -> list[DryFile]:
    return [
        DryFile(name, path.read_bytes(), bool(path.stat().st_mode & 0o100)) for name, path in workspace.files()
    ]  # fmt: skip
