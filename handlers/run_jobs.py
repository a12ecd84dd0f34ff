"""What runs want from the chat side, as jobs in the transaction of what was done: shown, or their log as a file."""

from typing import Final

from callboard.chat import Actor
from handlers.services import Scope

QUEUE: Final = "notifications"
SHOW: Final = "runs.show"
POST_LOG: Final = "runs.log"
FOLLOW_UP: Final = "runs.follow-up"
PREVIEW: Final = "runs.preview"


def show_run(scope: Scope, run_id: str) -> None:
    """Bring the run's message up to date, whoever works on the run and whether or not anybody does."""
    scope.services.scaffolder.enqueue(scope.uow.writing(), QUEUE, SHOW, {"run": run_id})


def post_log(scope: Scope, run_id: str, *, channel: str | None, thread: str | None, user: str) -> None:
    """The whole log, under the run's message or, where files aren't welcome, to the person."""
    spec = {"run": run_id, "channel": channel, "thread": thread, "user": user}
    dedup = f"{POST_LOG}:{run_id}:{user}"
    scope.services.scaffolder.enqueue(scope.uow.writing(), QUEUE, POST_LOG, spec, dedup=dedup)


def post_preview(scope: Scope, draft_id: str, actor: Actor) -> None:
    """What a run of the draft would do, as a file to the person; asked for again, it comes once more."""
    who = {"id": actor.id, "ref": actor.ref, "groups": list(actor.groups), "is_admin": actor.is_admin}
    spec = {"draft": draft_id, "actor": who}
    scope.services.scaffolder.enqueue(
        scope.uow.writing(), QUEUE, PREVIEW, spec, dedup=f"{PREVIEW}:{draft_id}"
    )  # fmt: skip
