"""Who reads the catalog's change events."""

from collections.abc import Sequence

from bot.docs import docs_consumers
from bot.notices import build_desk
from bot.runtime import Runtime
from callboard.outbox import Consumer
from notifications.planner import Planner


def consumers(runtime: Runtime) -> Sequence[Consumer]:
    """In the order they are fed."""
    found: list[Consumer] = [
        *docs_consumers(runtime),
        Planner(build_desk(runtime)),
    ]
    return found
