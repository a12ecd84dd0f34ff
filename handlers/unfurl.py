"""Links to what we know, unfolded: our own pages and the repositories that entities name."""

import re
from typing import Final

from blocks import entities as drawing
from callboard.chat import Blocks, Interaction, Reply
from callboard.ports import READ_ENTITY
from callboard.refs import EntityRef
from catalog.queries import lookup
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, page_of
from handlers.cards import contributed
from handlers.services import Scope
from handlers.shelf import docs_shelf

_OURS: Final = re.compile(r"/(?:docs|catalog)/(?P<namespace>[^/?#]+)/(?P<kind>[^/?#]+)/(?P<name>[^/?#]+)")
_REPOSITORY: Final = re.compile(r"https?://[^/]+/(?P<slug>[\w.-]+/[\w.-]+?)(?:\.git)?(?:[/?#].*)?")
_MOST: Final = 5


def links(interaction: Interaction, scope: Scope) -> Reply:
    """A short card for each link that leads to an entity; the others stay as they are."""
    found: dict[str, Blocks] = {}
    for url in interaction.text.split("\n")[:_MOST]:
        ref = _entity_behind(url, scope)
        may = scope.services.authorizer.may
        seen = ref is not None and may(interaction.actor, READ_ENTITY, ref)
        entity = lookup.get_entity(scope.uow.connection, ref) if ref and seen else None
        if entity is not None:
            owner = lookup.get_entity(scope.uow.connection, entity.owner) if entity.owner else None
            services, connection = scope.services, scope.uow.connection
            parts = contributed(entity, plugins=services.plugins, names=services.names, connection=connection)
            docs = docs_shelf(entity, interaction.actor, scope, only_open=True)
            found[url] = drawing.card(entity, owner, parts, docs=docs)
    return Reply(unfurls=found)


def _entity_behind(url: str, scope: Scope) -> str | None:
    base = scope.services.config.public_url
    ours = _OURS.match(url.removeprefix(base)) if url.startswith(f"{base}/") else None
    if ours:
        return str(EntityRef(ours["kind"], ours["namespace"], ours["name"]))
    repository = _REPOSITORY.fullmatch(url)
    if repository is None:
        return None
    wanted = f"metadata.annotations.github.com/project-slug={repository['slug']}"
    page = page_of(scope.uow.connection, EntityQuery(parse_filters([wanted]), limit=2))
    return page.items[0].ref if page.total == 1 else None
