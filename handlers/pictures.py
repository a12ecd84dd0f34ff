"""Pictures of the dependency graph: asked for on a card, turned and widened on the picture itself."""

from typing import Literal

from blocks.pictures import message as drawing
from callboard.chat import Interaction, Reply
from callboard.errors import NotFoundError
from callboard.ports import visible_to
from callboard.refs import EntityRef
from catalog.picture import Graph, picture_of
from handlers.services import Scope

Place = Literal["person", "thread", "channel"]


def show(interaction: Interaction, scope: Scope) -> Reply:
    """A new picture for a card; on a private picture the next one takes its place."""
    private = interaction.private or interaction.channel is None
    replace = interaction.private and drawing.is_turned(interaction.action)
    return _picture(interaction, scope, to="person" if private else "thread", replace=replace)


def share(interaction: Interaction, scope: Scope) -> Reply:
    """Show a private picture to the channel, read again from the catalog."""
    return _picture(interaction, scope, to="channel", replace=False)


def _picture(interaction: Interaction, scope: Scope, *, to: Place, replace: bool) -> Reply:
    graph = _graph(interaction, scope)
    if drawing.is_empty(graph):
        return Reply(drawing.nothing_to_show(graph), to=to, replace=replace)
    file, shareable = scope.services.pictures, interaction.private and to != "channel"

    def drawn() -> Reply:
        return Reply(drawing.shown(graph, file(graph), shareable=shareable), to=to, replace=replace)

    return Reply(later=drawn, to=to)


def _graph(interaction: Interaction, scope: Scope) -> Graph:
    ref, direction, depth = drawing.asked_for(interaction.value)
    visible = visible_to(scope.services.authorizer, interaction.actor)
    graph = picture_of(scope.uow.connection, ref, direction=direction, depth=depth, visible=visible)
    if graph is None or (drawing.is_empty(graph) and not graph.exists):
        name = EntityRef.from_full(ref).short
        raise NotFoundError(f"{name} is not in the catalog any more.", hint="Ask for it by name to see what there is.")
    return graph
