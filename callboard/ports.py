"""What packages need of one another without knowing one another: small protocols, given by the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

from sqlalchemy import Connection

from callboard.chat import Actor, Message
from callboard.db import UnitOfWork


class Authorizer(Protocol):
    """Who may see, run and change what."""

    def may(self, actor: Actor, permission: str, ref: str | None = None) -> bool:
        """Permissions carry Backstage's names, e.g. `catalog.entity.read`, `scaffolder.task.create`."""
        ...

    def judges_refs(self, permission: str) -> bool:
        """Whether `may` looks at the ref; where it doesn't, nobody asks it about a hundred thousand of them."""
        ...


READ_ENTITY: Final = "catalog.entity.read"
Visible = Callable[[str], bool]
"""Whether somebody may know of the entity with this ref, its docs included."""


def visible_to(authorizer: Authorizer, actor: Actor) -> Visible | None:
    """What `actor` may know of; None for everything."""
    if not authorizer.judges_refs(READ_ENTITY) and authorizer.may(actor, READ_ENTITY):
        return None
    return cache(lambda ref: authorizer.may(actor, READ_ENTITY, ref))


class Notifier(Protocol):
    """Tells people something, once, where they want to read it."""

    def notify(
        self, uow: UnitOfWork, *, recipients: Sequence[str], title: str, text: str, link: str | None, topic: str
    ) -> None:
        """`recipients` are entity refs: a Group reads it in its channel, a User in person."""
        ...


class Enqueue(Protocol):
    """Adds a job in the caller's transaction; False when one with the same `dedup` key is there already."""

    def __call__(
        self,
        connection: Connection,
        queue: str,
        kind: str,
        spec: Mapping[str, Any],
        *,
        delay: float = 0.0,
        dedup: str | None = None,
    ) -> bool: ...


class Chat(Protocol):
    """The workspace as the domain sees it; raises ServiceUnavailableError when it can't be reached right now."""

    def post(self, channel: str, message: Message, *, thread: str | None = None) -> tuple[str, str]:
        """Post to a channel id, `#name` or user id; the channel's id and the message's timestamp."""
        ...

    def update(self, channel: str, timestamp: str, message: Message) -> None: ...

    def find(
        self, channel: str, metadata: Mapping[str, Any], *, since: float, thread: str | None = None
    ) -> tuple[str, str] | None:
        """The message of ours whose metadata has these values, posted since then; None when there is none.

        Raises NotAllowedError where the history can't be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace."""

    id: str
    name: str = ""
    email: str | None = None
    zone: str | None = None
    is_active: bool = True


class Directory(Protocol):
    """The people of the workspace; raises ServiceUnavailableError when it can't be reached right now."""

    def by_id(self, user: str) -> Person | None: ...

    def by_email(self, email: str) -> Person | None: ...
