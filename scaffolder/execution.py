"""Executes the steps of one run: conditions, loops, outputs, what is skipped after a failure.

Knows no database: it tells its journal, and asks it what an earlier attempt has done. A failed step's output is its
error, so that a run that is taken over goes on as a failed one.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NoReturn

from callboard.db.failures import DATABASE_AWAY
from callboard.errors import CallboardError, InputError
from callboard.logs import get_logger
from callboard.refs import LocationRef
from scaffolder.actions.base import (
    Action,
    ActionContext,
    ActionRegistry,
    ActionServices,
    CancelledError,
)
from scaffolder.actions.inputs import parse_input, stand_ins, unknown_inputs
from scaffolder.call import Call, in_short
from scaffolder.changes import Change
from scaffolder.expressions import Extras, Rendered, is_truthy_for_step, render_value
from scaffolder.journal import ABSENT, Done, Journal
from scaffolder.model import RunError, Step
from scaffolder.outputs import rendered_output
from scaffolder.sealing import Masker
from scaffolder.workspace import Workspace

_log = get_logger("scaffolder")
_REGISTER: Final = "catalog:register"
_DEFECT: Final = "Something went wrong on our side while the step ran."


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, as it was when the run was started."""

    run_id: str
    steps: tuple[Step, ...]
    output: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    user: Mapping[str, Any] = field(default_factory=dict)
    template_ref: str | None = None
    base: LocationRef | None = None
    reach: Path | None = None
    secrets: Mapping[str, Any] = field(default_factory=dict)
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. `cause` is the exception behind `error`."""

    status: Literal["completed", "failed", "cancelled"]
    output: Mapping[str, Any] = field(default_factory=dict)
    error: RunError | None = None
    cause: Exception | None = None


class Execution:
    """One pass over a plan's steps."""

    def __init__(
        self,
        plan: Plan,
        *,
        registry: ActionRegistry,
        services: ActionServices,
        workspace: Workspace,
        journal: Journal,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plan = plan
        self._registry = registry
        self._services = services
        self._workspace = workspace
        self._journal = journal
        self._clock = clock
        self._masker = Masker(plan.secrets.values())
        self._outputs: dict[str, dict[str, Any]] = {}
        self._failure: tuple[RunError, Exception] | None = None
        self._stamp = workspace.stamp()
        self.proposed: list[Change] = []

    def run(self, done: Mapping[int, Done] | None = None) -> Outcome:
        """All steps that aren't `done`, then the output."""
        done = done or {}
        for position, step in enumerate(self._plan.steps):
            if position in done:
                self._take_over(step, done[position])
                continue
            try:
                self._step(position, step)
            except CancelledError as error:
                message = f"Step {step.name} has been cancelled."
                self._journal.step_ended(position, step, "cancelled", message, None)
                return Outcome("cancelled", error=RunError(message, error.name, step.id), cause=error)
        if self._failure:
            return Outcome("failed", error=self._failure[0], cause=self._failure[1])
        return Outcome("completed", self._output())

    def _take_over(self, step: Step, done: Done) -> None:
        output = dict(done.output or {})
        if done.status == "completed":
            self._outputs[step.id] = {"output": output}
        elif done.status == "failed" and self._failure is None:
            error = CallboardError(output.get("message"))
            self._failure = RunError(error.message, str(output.get("name", "Error")), step.id), error

    def _step(self, position: int, step: Step) -> None:
        if self._journal.is_cancelled():
            raise CancelledError
        call = Call(position, step, self._journal, self._masker, self._clock)
        try:
            reason = self._reason_to_skip(call)
            if reason:
                self._journal.step_ended(position, step, "skipped", reason, None)
                return
            self._journal.step_started(position, step)
            output = self._loop(call) if step.is_loop else self._once(call, None)
            self._outputs[step.id] = {"output": output}
            self._save()
            self._journal.step_ended(position, step, "completed", f"Finished step {step.name}", output)
        except CancelledError:
            raise
        except Skipped as skipped:
            self._journal.step_ended(position, step, "skipped", skipped.message, None)
        except CallboardError as error:
            self._failed(call, error, error.user_text, error.name)
        except OSError as error:
            self._failed(call, error, self._plain(error), error.__class__.__name__)
        except DATABASE_AWAY:
            raise  # nobody's fault here: whoever takes the run up again begins with this step
        except Exception as error:  # noqa: BLE001 - an action's defect ends its run, not the worker
            _log.exception("step failed", run=self._plan.run_id, step=step.id, action=step.action)
            self._failed(call, error, f"{_DEFECT} ({type(error).__name__})", "Error")

    def _failed(self, call: Call, error: Exception, message: str, name: str) -> None:
        message = self._masker.text(message)
        told = {"message": message, "name": name}
        self._journal.step_ended(call.position, call.step, "failed", f"{name}: {message}", told)
        if self._failure is None:
            self._failure = RunError(message, name, call.step.id), error

    def _plain(self, error: OSError) -> str:
        where = str(error.filename or "").replace(str(self._workspace.root.resolve()), "").lstrip("/")
        return f"{error.strerror or error}: {where}" if where else str(error.strerror or error)

    def _reason_to_skip(self, call: Call) -> str | None:
        step = call.step
        text = step.condition if isinstance(step.condition, str) else ""
        if self._failure and "always()" not in text and "failure()" not in text:
            return f"Skipping step {step.id} because a previous step failed"
        if step.is_loop or step.condition is True:
            return None
        if not self._holds(call, None):
            return f"Skipping step {step.id} because its if condition was false"
        return None

    def _holds(self, call: Call, each: Mapping[str, Any] | None) -> bool:
        rendered = self._render(call, call.step.condition, each, "if")
        return not rendered.undefined and is_truthy_for_step(rendered.value)

    def _loop(self, call: Call) -> dict[str, Any]:
        """One run of the action per item; the outputs become lists. Items of an earlier attempt aren't repeated."""
        collected: dict[str, list[Any]] = {}
        for index, (key, value) in enumerate(self._items(call)):
            each = {"key": key, "value": value}
            output = self._journal.recall(call.position, f"each:{index}")
            if output is ABSENT:
                call.check()
                if not self._holds(call, each):
                    call.info(f"Skipping step each: {in_short(each)}")
                    continue
                call.index = index
                output = self._once(call, each)
                self._save()
                self._journal.remember(call.position, f"each:{index}", output)
            for name, item in output.items():
                collected.setdefault(name, []).append(item)
        return dict(collected)

    def _items(self, call: Call) -> Iterator[tuple[str, Any]]:
        value = self._render(call, call.step.each, None, "each").value
        if isinstance(value, list):
            return iter([(str(i), item) for i, item in enumerate(value)])
        if isinstance(value, Mapping):
            return iter(list(value.items()))
        action = call.step.action
        raise InputError(f"Invalid value on action {action}.each parameter, must resolve to an array or object")

    def _once(self, call: Call, each: Mapping[str, Any] | None) -> dict[str, Any]:
        action = self._registry.get(call.step.action)
        rendered = self._render(call, call.step.input, each, "input")
        if self._plan.dry_run:
            self._tell_input(call, action, rendered.value)
        typed = parse_input(action, rendered.value)
        for warning in unknown_inputs(action, rendered.value):
            call.warning(warning)
        call.begin(action.timeout)
        try:
            output = action.run(self._context(call), typed)
        except CallboardError as error:
            if not (self._plan.dry_run and error.transient):
                raise
            call.warning(f"Nothing came from outside: {error.user_text}")
            self._leave_out(call, action, f"Skipping step {call.step.id} because what it reads doesn't answer")
        return {k: v for k, v in (output or {}).items() if v is not None}

    def _tell_input(self, call: Call, action: Action[Any], value: Any) -> None:
        call.info(f"Running {action.id} in dry-run mode with inputs (secrets redacted): {in_short(value)}")
        if not action.supports_dry_run:
            self._leave_out(call, action, f"Skipping because {action.id} does not support dry-run")

    def _leave_out(self, call: Call, action: Action[Any], reason: str) -> NoReturn:
        """The dry run goes on as if the step had given something."""
        self._outputs[call.step.id] = {"output": stand_ins(action)}
        raise Skipped(reason)

    def _save(self) -> None:
        """Keep the workspace if it changed; after a failure it stays as the failing step found it, for a retry."""
        stamp = self._workspace.stamp()
        if stamp != self._stamp and self._failure is None:
            self._journal.save_workspace(self._workspace)
        elif stamp != self._stamp:
            self._workspace.check_size()
        self._stamp = stamp

    def _context(self, call: Call) -> ActionContext:
        plan = self._plan
        return ActionContext(
            run_id=plan.run_id,
            step_id=call.step.id,
            workspace=self._workspace,
            progress=call,
            services=self._services,
            user=plan.user,
            template_ref=plan.template_ref,
            base=plan.base,
            reach=plan.reach,
            secrets=plan.secrets,
            dry_run=plan.dry_run,
            registers=any(step.action == _REGISTER for step in plan.steps),
            extras=self._registry.extras,
            proposed=self.proposed,
        )

    def _variables(self, *, secrets: bool = True, each: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What expressions see; the template's output sees no secrets."""
        found: dict[str, Any] = {
            "parameters": self._plan.parameters,
            "steps": self._outputs,
            "user": self._plan.user,
            "context": {"task": {"id": self._plan.run_id}},
            "environment": {"parameters": {}, "secrets": {}},
        }
        if secrets:
            found["secrets"] = self._plan.secrets
        if each is not None:
            found["each"] = each
        return found

    def _render(self, call: Call, value: Any, each: Mapping[str, Any] | None, path: str) -> Rendered:
        extras = self._registry.extras
        has_failed = self._failure is not None
        globals_ = dict(extras.globals) | {"always": lambda: True, "failure": lambda: has_failed}
        variables = self._variables(each=each)
        return call.warn_of(render_value(value, variables, extras=Extras(extras.filters, globals_), path=path))

    def _output(self) -> dict[str, Any]:
        output, warnings = rendered_output(self._plan.output, self._variables(secrets=False), self._registry.extras)
        for warning in warnings:
            self._journal.log(None, "warn", self._masker.text(warning))
        cleaned: dict[str, Any] = self._masker.value(output)
        return cleaned


class Skipped(Exception):  # noqa: N818 - a way out, not an error
    """The dry run leaves this step out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
