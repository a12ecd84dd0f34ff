"""A notice: one recipient, one thing to know."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Affected:
    """Something of the recipient's that the notice concerns, and the way it depends on the subject."""

    ref: str
    title: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """`recipient` is a Group (its channel) or a User (in person); `subject` is what changed.

    `key` is the same whenever the same thing would be said again: the ledger takes it once.
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
    id: int = 0

    def body(self) -> dict[str, Any]:
        """What the ledger stores besides its own columns."""
        fields = asdict(self)
        return {k: fields[k] for k in ("subject_title", "title", "affected", "facts", "reason")}


def notice_from(row: Any) -> Notice:
    """A notice from its row in the ledger."""
    body = row.body
    affected = tuple(Affected(a["ref"], a["title"], tuple(a["path"])) for a in body["affected"])
    facts = tuple((f[0], f[1]) for f in body["facts"])
    return Notice(
        row.kind, row.key, row.recipient, row.subject, body["subject_title"], body["title"], affected, facts,
        body["reason"], row.id,
    )  # fmt: skip


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
