"""What plugins add to an entity's card, ready to be shown."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from callboard.chat import Interaction
from callboard.db import Connection
from callboard.errors import NotFoundError
from callboard.parts import CardParts, Fact
from callboard.plugin import card_parts
from callboard.ports import visible_to
from callboard.refs import EntityRef
from catalog.model import Entity
from catalog.queries import lookup, people
from handlers.services import Scope

if TYPE_CHECKING:
    import pluggy

    from search.names import NameIndex

_USER_ID: Final = re.compile(r"[UW][A-Z0-9]{8,20}")


def contributed(
    entity: Entity, *, plugins: "pluggy.PluginManager", names: "NameIndex", connection: Connection
) -> list[CardParts]:
    """All plugins' parts. A Slack user id becomes the person's name: a mention would call them at each look."""

    def named(fact: Fact) -> Fact:
        if not _USER_ID.fullmatch(fact.value):
            return fact
        ref = people.find_user(connection, slack_id=fact.value)
        return replace(fact, value=(names.title_of(ref) or fact.value) if ref else fact.value)

    return [replace(p, facts=[named(f) for f in p.facts]) for p in card_parts(plugins, entity.document)]


def entity_in_sight(ref: str, interaction: Interaction, scope: Scope) -> Entity:
    """What an old button points at, if it is still there and this person may know of it; else NotFoundError."""
    visible = visible_to(scope.services.authorizer, interaction.actor)
    seen = visible is None or visible(ref)
    entity = lookup.get_entity(scope.uow.connection, ref) if seen else None
    if entity is None:
        name = EntityRef.from_full(ref).short
        raise NotFoundError(f"{name} is not in the catalog any more.", hint="Ask for it by name to see what there is.")
    return entity
