"""Who reads the catalog's change events."""

from collections.abc import Sequence

from bot.docs import docs_consumers
from bot.runtime import Runtime
from callboard.outbox import Consumer
from notifications.planner import Planner


def consumers(runtime: Runtime) -> Sequence[Consumer]:
    """In the order they are fed."""
    found: list[Consumer] = [
        *docs_consumers(runtime),
        Planner(runtime.queue.enqueue, runtime.config.notifications.deprecated_lifecycles),
    ]
    return found
