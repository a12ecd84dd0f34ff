"""What a person did in chat and what they get back, without a word of Slack's own.

Handlers are `(Interaction, services) -> Reply`; the runtime that translates to and from Slack is elsewhere.
Blocks travel as plain mappings: the kernel doesn't look inside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Blocks = Sequence[Mapping[str, Any]]
View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting. `ref` is their catalog User, None while nobody has linked them; `groups` are full refs,
    nested ones included.
    """

    id: str = ""
    ref: str | None = None
    name: str = ""
    email: str | None = None
    groups: tuple[str, ...] = ()
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing a person did.

    `kind` tells how; `action` is the id of what was used (an action id, a callback id); `value` its value.
    `values` are a form's, by block id and action id, in Slack's own shape.
    """

    kind: Literal[
        "command", "mention", "message", "action", "submission", "closed", "shortcut", "options", "home", "links"
    ]
    actor: Actor
    text: str = ""
    channel: str | None = None
    thread: str | None = None
    message: str | None = None
    action: str = ""
    block: str = ""
    value: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    metadata: str = ""
    view_id: str | None = None
    view_hash: str | None = None
    trigger: str | None = None
    private: bool = False
    """The person did it where only they see the answer (a command, a click on a private message, a DM)."""

    @property
    def conversation(self) -> str:
        """What the talk is remembered by: the thread, else this person in this channel."""
        return f"{self.channel}:{self.thread}" if self.thread else f"{self.channel}:{self.actor.id}"


@dataclass(frozen=True, slots=True)
class Message:
    """A text for notifications and screen readers, and the blocks that people see."""

    text: str
    blocks: Blocks = ()
    metadata: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that goes with a message: under it, or to the person alone where only they see the message."""

    name: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back. At most one of `errors`, `view` and `options` answers a form or a picker directly."""

    message: Message | None = None
    to: Literal["person", "thread", "channel"] = "person"
    replace: bool = False
    """Put `message` in place of the one that was clicked."""
    view: View | None = None
    view_mode: Literal["open", "push", "update", "home"] = "open"
    errors: Mapping[str, str] | None = None
    options: Sequence[Mapping[str, Any]] | None = None
    unfurls: Mapping[str, Blocks] | None = None
    """Blocks by the link that they unfold."""
    file: Attachment | None = None
    clear: bool = False
    """Close the whole stack of modals."""
    later: "Callable[[], Reply] | None" = None
    """What takes too long for an interaction: made when the transaction is over, by a thread that answers nobody else,
    and sent in place of this reply."""
