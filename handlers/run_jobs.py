"""What runs want from the chat side, as jobs in the transaction of what was done: shown, or their log as a file."""

from typing import Final

from handlers.services import Scope

QUEUE: Final = "notifications"
SHOW: Final = "runs.show"
POST_LOG: Final = "runs.log"
FOLLOW_UP: Final = "runs.follow-up"


def show_run(scope: Scope, run_id: str) -> None:
    """Bring the run's message up to date, whoever works on the run and whether or not anybody does."""
    scope.services.scaffolder.enqueue(scope.uow.writing(), QUEUE, SHOW, {"run": run_id})


def post_log(scope: Scope, run_id: str, *, channel: str | None, thread: str | None, user: str) -> None:
    """The whole log, under the run's message or, where files aren't welcome, to the person."""
    spec = {"run": run_id, "channel": channel, "thread": thread, "user": user}
    dedup = f"{POST_LOG}:{run_id}:{user}"
    scope.services.scaffolder.enqueue(scope.uow.writing(), QUEUE, POST_LOG, spec, dedup=dedup)
