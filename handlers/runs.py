"""Buttons on a run's message."""

from blocks import notes, state
from callboard.chat import Interaction, Reply
from handlers.services import Scope


def retry(interaction: Interaction, scope: Scope) -> Reply | None:
    """Go on from the step that failed; the run's message shows the rest."""
    run_id = str(state.decode(interaction.value)["run"])
    scope.services.scaffolder.retry(scope.uow, run_id, interaction.actor)
    return None


def cancel(interaction: Interaction, scope: Scope) -> Reply | None:
    """Ask a run to stop; a finished one says so."""
    run_id = str(state.decode(interaction.value)["run"])
    run = scope.services.scaffolder.run_view(scope.uow.connection, run_id)
    if run.is_final:
        return Reply(notes.note(f"That run is over already: {run.status}."))
    scope.services.scaffolder.cancel(scope.uow, run_id, interaction.actor)
    return None
