"""Who reads the catalog's change events."""

from collections.abc import Sequence

from bot.docs import docs_consumers
from bot.notices import build_desk
from bot.runtime import Runtime
from callboard.outbox import Consumer, feed
from notifications.planner import Planner


def consumers(runtime: Runtime) -> Sequence[Consumer]:
    """In the order they are fed: whom to tell is soon said, and what is to be found may take a while."""
    return [Planner(build_desk(runtime)), *docs_consumers(runtime)]


def begin_history(runtime: Runtime) -> None:
    """Let notices start from the catalog as it is now, before anybody changes it."""
    planner = Planner(build_desk(runtime))
    while feed(runtime.database, planner):
        pass
