"""What a run would do, tried out for the person who is about to start it, and sent as a file."""

from typing import TYPE_CHECKING

from blocks import notes as drawing
from bot.chat import SlackChat, call
from callboard.chat import Actor
from callboard.errors import CallboardError, NotFoundError
from handlers.asking import asks_of
from jobs.queue import Task
from scaffolder.drafts import repository as drafts
from scaffolder.forms import read_form, submitted
from scaffolder.preview import preview
from scaffolder.sealing import MASK

if TYPE_CHECKING:
    from bot.runtime import Runtime

_SECONDS = 120.0


class Previews:
    """A job: it may run twice, on any replica."""

    def __init__(self, runtime: "Runtime", chat: SlackChat) -> None:
        self._runtime = runtime
        self._chat = chat

    def post(self, task: Task) -> None:
        """Nothing when the form was submitted meanwhile: its run tells the rest."""
        spec = task.spec["actor"]
        actor = Actor(spec["id"], spec["ref"], groups=tuple(spec["groups"]), is_admin=bool(spec["is_admin"]))
        try:
            title, text = self._tried(str(task.spec["draft"]), actor)
        except NotFoundError:
            return
        except CallboardError as error:
            self._chat.post(actor.id, drawing.note(f"There is no preview: {error.user_text}", emoji=":warning:"))
            return
        channel, thread = self._chat.post(actor.id, drawing.note(f"What {title} would do, as a file:", emoji=":mag:"))
        call(
            lambda: self._chat.client.files_upload_v2(
                channel=channel, thread_ts=thread, content=text, filename="preview.diff", title=f"Preview of {title}"
            )
        )

    def _tried(self, draft_id: str, actor: Actor) -> tuple[str, str]:
        from bot.creation import action_registry, action_services
        from scaffolder.dry_run import dry_run

        with self._runtime.database.read() as connection:
            draft = drafts.get(connection, draft_id, actor.id)
            template = self._runtime.scaffolder.template(connection, draft.template_ref, actor)
            user = self._runtime.scaffolder.user_of(connection, actor)
        form = read_form(template.parameters)
        values = submitted(form, draft.values)
        result = dry_run(
            template,
            values=values,
            registry=action_registry(self._runtime),
            services=action_services(self._runtime),
            user=user,
            secrets={ask.name: MASK for ask in asks_of(template, form, values) if ask.required},
            seconds=_SECONDS,
        )
        return template.title, preview(template.title, result)
