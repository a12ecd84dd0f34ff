"""`debug:log` and `debug:wait`."""

import time
from collections.abc import Mapping
from typing import Any, Final, Literal

from callboard.errors import InputError
from scaffolder.actions.base import Action, ActionContext, Example, Fields
from scaffolder.rendering import as_text

_LONGEST: Final = 600.0
_SHOWN: Final = 4_000


class LogInput(Fields):
    message: str | None = None
    list_workspace: bool | Literal["with-filenames", "with-contents"] = False


class WaitInput(Fields):
    minutes: float = 0
    seconds: float = 0
    milliseconds: float = 0


def _log(context: ActionContext, given: LogInput) -> Mapping[str, Any] | None:
    if given.message:
        context.tell(given.message)
    if given.list_workspace:
        context.tell(f"Workspace:\n{_listing(context, contents=given.list_workspace == 'with-contents')}")
    return None


def _listing(context: ActionContext, *, contents: bool) -> str:
    lines = []
    for path in context.workspace.walk():
        if path.is_symlink() or path.is_dir():
            continue
        name = context.workspace.relative(path)
        text = (as_text(path.read_bytes()) if contents else None) or ""
        lines.append(f"  - {name}:\n\n{text[:_SHOWN]}" if contents else f"  - {name}")
    return "\n".join(lines)


def _wait(context: ActionContext, given: WaitInput) -> Mapping[str, Any] | None:
    seconds = given.minutes * 60 + given.seconds + given.milliseconds / 1000
    if seconds > _LONGEST:
        raise InputError("Waiting duration is longer than the maximum threshold of 0 hours, 10 minutes, 0 seconds")
    context.tell(f"Waiting for {seconds:g} seconds")
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        context.check()
        time.sleep(min(left, 0.2))
    return None


LOG = Action(
    id="debug:log",
    description="Writes a message into the log of the run, or lists the files of its workspace.",
    input=LogInput,
    run=_log,
    supports_dry_run=True,
    examples=(
        Example("Say something", [{"action": "debug:log", "input": {"message": "Hello ${{ user.ref }}"}}]),
        Example(
            "List the workspace",
            [
                {"action": "fetch:plain", "input": {"url": "./files"}},
                {"action": "debug:log", "input": {"listWorkspace": "with-contents"}},
            ],
            files={"files/a.txt": "a"},
            leaves=["a.txt"],
        ),
    ),
)
WAIT = Action(
    id="debug:wait",
    description="Waits, for at most ten minutes; ends early when the run is cancelled.",
    input=WaitInput,
    run=_wait,
    examples=(Example("Wait for a moment", [{"action": "debug:wait", "input": {"milliseconds": 20}}]),),
)
