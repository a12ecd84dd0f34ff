"""The App Home tab."""

from blocks import home as drawing
from blocks import kit, state
from callboard.chat import Interaction, Reply
from callboard.ports import visible_to
from catalog.queries import lookup
from catalog.queries.changes import changes_of
from handlers import ask
from handlers.pickers import known_names
from handlers.services import Scope
from insights import repository as insights
from notifications.queries import followed_by

_LATELY = 7 * 86_400.0


def publish(interaction: Interaction, scope: Scope) -> Reply:
    """What is the person's own, problems first; then what they follow, looked at, and what changed."""
    services, connection, actor = scope.services, scope.uow.connection, interaction.actor
    services.names.refresh()
    mine, _topic = services.answerer.answer("mine", actor=actor, connection=connection)
    help_, _topic = services.answerer.answer("help", actor=actor, connection=connection)
    owners = [ref for ref in (actor.ref, *actor.groups) if ref]
    followed = followed_by(connection, actor.ref) if actor.ref else []
    viewed = insights.recently_viewed(connection, actor.id)
    visible = visible_to(services.authorizer, actor) or (lambda _ref: True)
    known = lookup.summaries(connection, [ref for ref in (*followed, *viewed) if visible(ref)])
    changes = [e for e in changes_of(connection, owners, since=services.clock() - _LATELY) if visible(e.ref)]
    page = drawing.HomePage(
        actor=actor,
        mine=mine.items,
        problems=[p for p in services.attention(connection, actor.groups) if p.ref is None or visible(p.ref)],
        followed=[known[ref] for ref in followed if ref in known],
        viewed=[known[ref] for ref in viewed if ref in known],
        changes=changes,
        examples=[f"{services.config.slack.command} {s.title}" for s in help_.suggestions],
        titles={e.ref: services.names.title_of(e.ref) or "" for e in changes},
    )
    return Reply(view=drawing.render(page), view_mode="home")


def suggest(interaction: Interaction, scope: Scope) -> Reply:
    """Entities whose name is like what was typed, the nearest first."""
    names = known_names(interaction.actor, scope)
    found = [m.ref for m in names.find(interaction.text, limit=kit.MAX_OPTIONS) if len(m.ref) <= kit.MAX_OPTION_VALUE]
    return Reply(options=[kit.option(names.title_of(r) or r, r, description=r) for r in found])


def open_found(interaction: Interaction, scope: Scope) -> Reply:
    """The card of what was picked."""
    return ask.answer_window(f"tell me about {interaction.value}", interaction, scope)


def open_line(interaction: Interaction, scope: Scope) -> Reply:
    """The card, or the whole list, behind a line of the tab."""
    return ask.answer_window(str(state.decode(interaction.value)["q"]), interaction, scope)
