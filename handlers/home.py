"""The App Home tab."""

from blocks import home as drawing
from callboard.chat import Interaction, Reply
from callboard.ports import visible_to
from catalog.queries import lookup
from catalog.queries.changes import changes_of
from handlers.services import Scope
from insights import repository as insights
from notifications.queries import followed_by

_EXAMPLES = ("/callboard who owns checkout", "/callboard what depends on orders-db", "/callboard create")
_LATELY = 7 * 86_400.0


def publish(interaction: Interaction, scope: Scope) -> Reply:
    """What is the person's own, problems first; then what they follow, looked at, and what changed."""
    services, connection, actor = scope.services, scope.uow.connection, interaction.actor
    services.names.refresh()
    mine, _topic = services.answerer.answer("mine", actor=actor, connection=connection)
    owners = [ref for ref in (actor.ref, *actor.groups) if ref]
    followed = followed_by(connection, actor.ref) if actor.ref else []
    viewed = insights.recently_viewed(connection, actor.id)
    visible = visible_to(services.authorizer, actor) or (lambda _ref: True)
    known = lookup.summaries(connection, [ref for ref in (*followed, *viewed) if visible(ref)])
    page = drawing.HomePage(
        actor=actor,
        mine=mine.items,
        problems=[p for p in services.attention(connection, actor.groups) if p.ref is None or visible(p.ref)],
        followed=[known[ref] for ref in followed if ref in known],
        viewed=[known[ref] for ref in viewed if ref in known],
        changes=[e for e in changes_of(connection, owners, since=services.clock() - _LATELY) if visible(e.ref)],
        examples=_EXAMPLES,
    )
    return Reply(view=drawing.render(page), view_mode="home")
