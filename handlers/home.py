"""The App Home tab."""

from blocks import home as drawing
from callboard.chat import Interaction, Reply
from handlers.services import Scope


def publish(interaction: Interaction, scope: Scope) -> Reply:
    """What is the person's own, problems first."""
    services = scope.services
    services.names.refresh()
    mine, _topic = services.answerer.answer("mine", actor=interaction.actor, connection=scope.uow.connection)
    problems = services.attention(scope.uow.connection, interaction.actor.groups)
    examples = ("/callboard who owns checkout", "/callboard what depends on orders-db", "/callboard create")
    return Reply(view=drawing.render(interaction.actor, mine.items, problems, examples), view_mode="home")
