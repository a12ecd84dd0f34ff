"""Buttons on a run's message."""

from collections.abc import Mapping
from typing import Any

from blocks import notes, secrets, state, views
from callboard.chat import Interaction, Reply
from callboard.errors import CallboardError, InputError
from handlers import create, run_jobs
from handlers.asking import asking_for, asks_of, taken
from handlers.services import Scope
from scaffolder.drafts.model import SecretAsk
from scaffolder.forms import read_form
from scaffolder.model import RunView


def retry(interaction: Interaction, scope: Scope) -> Reply | None:
    """Go on from the step that failed; a run that had secrets asks for them first."""
    run = _run(interaction.value, scope)
    if run.secret_names and run.status in {"failed", "cancelled"}:
        asking = asking_for(_asks(run, interaction, scope), title=run.template_title, owner=run.id, scope=scope)
        return Reply(view=secrets.retry(run.template_title, run.id, asking)) if asking else None
    scope.services.scaffolder.retry(scope.uow, run.id, interaction.actor)
    run_jobs.show_run(scope, run.id)
    return None


def submit_secrets(interaction: Interaction, scope: Scope) -> Reply | None:
    """The secrets are there: go on."""
    run = _run(interaction.metadata, scope)
    asks = _asks(run, interaction, scope)
    try:
        kept = taken(run.id, scope) | secrets.entered(asks, interaction.values)
        scope.services.scaffolder.retry(scope.uow, run.id, interaction.actor, kept)
    except InputError as error:
        scope.uow.close(error)
        asking = asking_for(asks, title=run.template_title, owner=run.id, scope=scope)
        if asking is None:
            raise
        view = secrets.retry(run.template_title, run.id, asking, problem=error.user_text)
        return Reply(view=view, view_mode="update")
    run_jobs.show_run(scope, run.id)
    return Reply(view=views.note("It goes on; its message shows how far it is."), view_mode="update")


def _asks(run: RunView, interaction: Interaction, scope: Scope) -> list[SecretAsk]:
    """The secrets that the run had, with the titles that its template gives them, if it is still there."""
    try:
        template = scope.services.scaffolder.template(scope.uow.connection, run.template_ref, interaction.actor)
        known = {a.name: a for a in asks_of(template, read_form(template.parameters), run.values)}
    except CallboardError:
        known = {}
    return [SecretAsk(name, known[name].title if name in known else name, required=True) for name in run.secret_names]


def cancel(interaction: Interaction, scope: Scope) -> Reply | None:
    """Ask a run to stop; a finished one says so."""
    run = _run(interaction.value, scope)
    if run.is_final:
        run_jobs.show_run(scope, run.id)
        return Reply(notes.note(f"That run is over already: {run.status}."))
    scope.services.scaffolder.cancel(scope.uow, run.id, interaction.actor)
    run_jobs.show_run(scope, run.id)
    return None


def again(interaction: Interaction, scope: Scope) -> Reply | None:
    """A new draft with the same answers, at its review."""
    run = _run(interaction.value, scope)
    secret = set(run.secret_names)
    values: Mapping[str, Any] = {k: v for k, v in run.values.items() if k not in secret}
    place = (run.conversation or {}).get("channel")
    reply = create.begin(
        run.template_ref, interaction.actor, scope, channel=str(place) if place else None, values=values,
        at_review=True,
    )  # fmt: skip
    return None if reply is None else Reply(view=reply.view)


def log(interaction: Interaction, scope: Scope) -> Reply | None:
    """The whole log as a file under the run's message."""
    run = _run(interaction.value, scope)
    thread = interaction.thread or interaction.message
    run_jobs.post_log(scope, run.id, channel=interaction.channel, thread=thread, user=interaction.actor.id)
    return None


def _run(text: str, scope: Scope) -> RunView:
    return scope.services.scaffolder.run_view(scope.uow.connection, str(state.decode(text)["run"]))
