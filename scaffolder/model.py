"""What the scaffolder hands out: templates, their steps, and how a run stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from callboard.refs import LocationRef

RunStatus = Literal["open", "processing", "completed", "failed", "cancelled"]
StepStatus = Literal["open", "processing", "completed", "failed", "cancelled", "skipped"]
FINAL: Final = frozenset({"completed", "failed", "cancelled"})
NO_EACH: Final = object()


@dataclass(frozen=True, slots=True)
class Step:
    """A step as its template writes it. `condition` is what stands under `if`, True where nothing does."""

    id: str
    name: str
    action: str
    input: Any = None
    condition: Any = True
    each: Any = NO_EACH

    @property
    def is_loop(self) -> bool:
        return self.each is not NO_EACH


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """A row of the picker."""

    ref: str
    title: str
    description: str = ""
    owner: str | None = None
    tags: tuple[str, ...] = ()
    type: str | None = None


@dataclass(frozen=True)
class Template:
    """A Template entity, taken apart. `base` is where its relative addresses count from.

    They lead to the folder of a local template only; `reach` is a wider one, where somebody has named it.
    """

    ref: str
    title: str
    document: Mapping[str, Any]
    steps: tuple[Step, ...]
    parameters: Any = None
    output: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    owner: str | None = None
    type: str | None = None
    tags: tuple[str, ...] = ()
    base: LocationRef | None = None
    reach: Path | None = None
    secrets_schema: Mapping[str, Any] | None = None
    presentation: Mapping[str, Any] = field(default_factory=dict)
    run_by: tuple[str, ...] = ()

    @property
    def version(self) -> str | None:
        """Another one whenever the template has changed."""
        etag = self.document.get("metadata", {}).get("etag")
        return str(etag) if etag else None

    @property
    def summary(self) -> TemplateSummary:
        return TemplateSummary(self.ref, self.title, self.description, self.owner, self.tags, self.type)


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong with a template: `where` names the page and field, the step or the output, `path` its place."""

    where: str
    message: str
    severity: Literal["error", "warning"] = "error"
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """Something that a run created outside of its workspace, told even when a later step fails."""

    kind: str
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class StepView:
    """How one step stands; `last_lines` are the newest lines of its log."""

    id: str
    name: str
    action: str
    status: StepStatus
    started_at: float | None = None
    ended_at: float | None = None
    last_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """`url` as the template gives it, or an entity; untrusted either way."""

    title: str
    url: str | None = None
    entity_ref: str | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A piece of Markdown that a run ends with."""

    content: str
    title: str | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class RunOutput:
    """`values` is the whole rendered output; links and notes are its well-known parts."""

    links: tuple[Link, ...] = ()
    text: tuple[Note, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed, in words for people; `step` is the id of the failing step."""

    message: str
    name: str = "Error"
    step: str | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """How a run stands. Secrets are never part of it."""

    id: str
    template_ref: str
    template_title: str
    status: RunStatus
    created_by: str | None
    created_at: float
    steps: tuple[StepView, ...] = ()
    started_at: float | None = None
    ended_at: float | None = None
    heartbeat_at: float | None = None
    output: RunOutput = RunOutput()
    error: RunError | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    created: tuple[Made, ...] = ()
    attempt: int = 1
    conversation: Mapping[str, Any] | None = None
    cancel_requested: bool = False
    secret_names: tuple[str, ...] = ()
    waits_for: str | None = None
    """Why nobody works on it yet, where that has a reason."""
    spec: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL


@dataclass(frozen=True, slots=True)
class RunEvent:
    """A line of a run's log or a mark in it, as Backstage's event stream has them."""

    id: int
    run_id: str
    type: Literal["log", "completion", "cancelled", "recovered"]
    body: Mapping[str, Any]
    at: float
    step: str | None = None


@dataclass(frozen=True, slots=True)
class RunList:
    """A page of runs and how many there are in all."""

    items: tuple[RunView, ...]
    total: int
