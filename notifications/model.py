"""A notice: one recipient, one thing to know. What it says, what became of it, and where it was said."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

State = Literal["planned", "sent", "done", "withdrawn", "muted", "dropped"]
OPEN: Final = ("planned", "sent")
ADMINS: Final = "admins"
"""The recipient that stands for whoever may change this installation."""
BROADCAST: Final = "broadcast"
"""The recipient that stands for everybody: the channel that the installation names for it."""
MIGRATION_TEMPLATE: Final = "callboard.dev/migration-template"


@dataclass(frozen=True, slots=True)
class Affected:
    """Something of the recipient's that the notice concerns, and the way it depends on the subject."""

    ref: str
    title: str
    path: tuple[str, ...] = ()
    moved: bool = False
    """It depends on the subject no longer."""


@dataclass(frozen=True, slots=True)
class Team:
    """A line of the deprecating team's card: how far one team is."""

    ref: str
    title: str
    moved: int
    total: int
    word: str = ""
    """What the team said, e.g. "by 31 March"."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`recipient` is a Group (its channel), a User (in person) or ADMINS; `subject` is what it is about.

    `key` is the same whenever the same thing would be said again: the ledger takes it once. A notice with a
    `parent` is said in the thread of that one.
    """

    kind: str
    key: str
    recipient: str
    subject: str
    subject_title: str
    title: str
    affected: tuple[Affected, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    """Why the recipient gets this, as a sentence."""
    text: str = ""
    link: str | None = None
    end: str | None = None
    """The day it is over, as an ISO date."""
    owner: str | None = None
    """Whom to ask."""
    template: str | None = None
    teams: tuple[Team, ...] = ()
    origin: str = ""
    """Who sent it, where it came from outside."""
    actor: str | None = None
    urgent: bool = False
    id: int = 0
    parent: int | None = None
    state: State = "planned"
    version: int = 1
    acknowledged_by: str | None = None
    acknowledged_until: str | None = None
    snoozed_until: float | None = None
    said: int | None = None
    """The last reminder, by the days that were left."""
    step: int = 0
    due_at: float | None = None
    created_at: float = 0.0

    @property
    def topic(self) -> str:
        """What settings know it by; a reply belongs to its parent's topic."""
        return self.kind.partition(".")[0]

    @property
    def remaining(self) -> tuple[Affected, ...]:
        return tuple(a for a in self.affected if not a.moved)

    def body(self) -> dict[str, Any]:
        """What the ledger stores besides its own columns."""
        fields = asdict(self)
        return {k: fields[k] for k in _BODY}


_BODY: Final = (
    "subject_title", "title", "affected", "facts", "reason", "text", "link", "end", "owner", "template", "teams",
    "origin", "actor", "urgent",
)  # fmt: skip
_COLUMNS: Final = (
    "id", "kind", "key", "recipient", "subject", "state", "version", "acknowledged_by", "acknowledged_until",
    "snoozed_until", "said", "step", "due_at", "created_at",
)  # fmt: skip


def notice_from(row: Any) -> Notice:
    """A notice from its row in the ledger."""
    body: dict[str, Any] = {k: row.body[k] for k in _BODY if k in row.body}
    body["affected"] = tuple(_affected(a) for a in body.get("affected", ()))
    body["facts"] = tuple((f[0], f[1]) for f in body.get("facts", ()))
    body["teams"] = tuple(Team(**t) for t in body.get("teams", ()))
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return Notice(**columns, parent=row.parent_id, **body)


def _affected(fields: Mapping[str, Any]) -> Affected:
    return Affected(fields["ref"], fields["title"], tuple(fields["path"]), bool(fields.get("moved")))


@dataclass(frozen=True, slots=True)
class Post:
    """A notice at one address: a channel or a person; `thread` is the message it answers."""

    id: int
    notice_id: int
    address: str
    state: str
    note: str = ""
    thread: str | None = None
    channel: str | None = None
    ts: str | None = None
    attempts: int = 0
    tried_at: float | None = None
    error: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Deprecation:
    """What the rule about deprecations looks at: the facts, gathered before it runs."""

    event_id: int
    ref: str
    title: str
    lifecycle: str
    owner: str | None
    owner_title: str
    replaced_by: str | None
    end_of_life: str | None
    contact: str | None
    affected_by_owner: Sequence[tuple[str | None, Sequence[Affected]]] = field(default_factory=tuple)
    template: str | None = None
    actor: str | None = None
