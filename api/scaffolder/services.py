"""What the endpoints need, and who their callers are to the scaffolder."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from api.auth import principal_of
from callboard.chat import Actor
from callboard.db import Database
from scaffolder.actions.base import ActionServices
from scaffolder.service import Scaffolder


@dataclass(frozen=True, slots=True)
class ScaffolderApi:
    """Given by the composition root. `poke` wakes the workers after something was enqueued."""

    database: Database
    scaffolder: Scaffolder
    actions: ActionServices
    poke: Callable[[], None] = lambda: None


def actor_of(request: Request) -> Actor:
    """A token without restrictions may manage everybody's runs."""
    principal = principal_of(request)
    return Actor(principal.subject, name=principal.subject, is_admin=principal.restrictions is None)
