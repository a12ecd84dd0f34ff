"""What an action is, and what it is given when it runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from callboard.config.model import AppConfig
from callboard.db import Database
from callboard.errors import CallboardError, NotFoundError, nearest
from callboard.ports import Notifier
from callboard.refs import LocationRef
from scaffolder.changes import Change
from scaffolder.expressions import Extras
from scaffolder.workspace import Workspace

if TYPE_CHECKING:
    from catalog.ingest.reading import UrlReader
    from catalog.service import Catalog

DEFAULT_TIMEOUT = 15 * 60.0
T = TypeVar("T")


class Fields(BaseModel):
    """Inputs and outputs: camelCase in templates; a text is not a number because it looks like one."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, strict=True, extra="ignore")


class Nothing(Fields):
    """No input, or no output."""


I = TypeVar("I", bound=BaseModel)  # noqa: E741 - input, as in I and O


@dataclass(frozen=True, slots=True)
class Example:
    """A template's steps that work as they stand, executed by the tests. `files` are in the template's folder."""

    description: str
    steps: Sequence[Mapping[str, Any]]
    files: Mapping[str, str] = field(default_factory=dict)
    leaves: Sequence[str] = ()
    """Files that are in the workspace afterwards."""
    needs: str | None = None
    """The service that must be there; the tests of that service run it."""


@dataclass(frozen=True)
class Action(Generic[I]):
    """One thing that a step can do. `run` returns its outputs by their names in templates.

    An action runs at least once: what it creates outside of the workspace it looks for first, or does under
    `context.checkpoint`.
    """

    id: str
    description: str
    input: type[I]
    run: Callable[["ActionContext", I], Mapping[str, Any] | None]
    output: type[BaseModel] = Nothing
    examples: tuple[Example, ...] = ()
    supports_dry_run: bool = False
    timeout: float = DEFAULT_TIMEOUT


class ActionRegistry:
    """The installed actions by id."""

    def __init__(self, actions: Iterable[Action[Any]], extras: Extras | None = None) -> None:
        self.extras = extras or Extras()
        self._actions: dict[str, Action[Any]] = {}
        for action in actions:
            if action.id in self._actions:
                raise CallboardError(f"Two template actions are called `{action.id}`.")
            self._actions[action.id] = action

    def __contains__(self, action_id: str) -> bool:
        return action_id in self._actions

    def all(self) -> list[Action[Any]]:
        return sorted(self._actions.values(), key=lambda a: a.id)

    def get(self, action_id: str) -> Action[Any]:
        """Raises NotFoundError with the ids that look like it."""
        if action_id not in self._actions:
            near = nearest(action_id, self._actions)
            hint = f"Did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else None
            hint = hint or "See `callboard template actions` for those that are."
            raise NotFoundError(f"Template action with ID '{action_id}' is not registered.", hint=hint)
        return self._actions[action_id]


class Progress(Protocol):
    """How an action and the run it belongs to talk."""

    def info(self, message: str) -> None: ...
    def warning(self, message: str) -> None: ...
    def checkpoint(self, key: str, work: Callable[[], Any]) -> Any: ...
    def made(self, kind: str, title: str, url: str | None) -> None: ...
    def check(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ActionServices:
    """What actions may use besides their workspace."""

    config: AppConfig
    database: Database
    catalog: "Catalog"
    urls: "UrlReader"
    notifier: Notifier | None = None


@dataclass(frozen=True, slots=True)
class ActionContext:
    """One call of an action."""

    run_id: str
    step_id: str
    workspace: Workspace
    progress: Progress
    services: ActionServices
    user: Mapping[str, Any]
    template_ref: str | None = None
    base: LocationRef | None = None
    reach: Path | None = None
    """The folder that relative addresses may lead to, where that is more than the template's own."""
    secrets: Mapping[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    registers: bool = False
    """Some step of the run brings what it makes into the catalog."""
    extras: Extras = field(default_factory=Extras)
    proposed: list[Change] = field(default_factory=list)
    """Where an action that changes something outside puts what it would change, in a dry run."""

    def tell(self, message: str) -> None:
        """A line in the log of the step, which people read; secrets are blanked on the way."""
        self.progress.info(message)

    def warn(self, message: str) -> None:
        self.progress.warning(message)

    def checkpoint(self, key: str, work: Callable[[], T]) -> T:
        """The result of `work`, done once in the life of the run unless the process dies in the middle of it.

        The result must be JSON.
        """
        result: T = self.progress.checkpoint(key, work)
        return result

    def made(self, kind: str, title: str, url: str | None = None) -> None:
        """Tell that something now exists outside of the workspace."""
        self.progress.made(kind, title, url)

    def check(self) -> None:
        """Call between pieces of work: raises when the run was cancelled or the step takes too long."""
        self.progress.check()


class CancelledError(CallboardError):
    """The run was cancelled."""

    name = "CancelledError"
    status = 409


class StepTimeoutError(CallboardError):
    """The step took too long."""

    name = "TimeoutError"
    status = 504
