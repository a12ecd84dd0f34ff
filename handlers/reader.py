"""Reading docs in a window: opened at a section, turned page by page, looked up again at each click."""

from blocks import reader as drawing
from blocks.reader import Place, Reading
from callboard.chat import Interaction, Reply
from callboard.errors import NotFoundError
from callboard.ports import READ_ENTITY
from callboard.refs import EntityRef
from catalog.queries.lookup import get_entity
from handlers.drafting import in_window
from handlers.search import IN_WINDOW
from handlers.services import Scope
from techdocs import queries
from techdocs.links import page_url
from techdocs.model import PageInfo, Site
from techdocs.portions import leaf_at, leaves
from techdocs.reader import open_page, pages_in_order


def open_reader(interaction: Interaction, scope: Scope) -> Reply:
    """From a button on an answer or a card; over a window that is open already."""
    place = drawing.place_of(interaction.value)
    view = drawing.view(_reading(place, interaction, scope))
    return Reply(view=view, view_mode="push" if interaction.metadata == IN_WINDOW else "open")


@in_window
def turn(interaction: Interaction, scope: Scope) -> Reply:
    """Previous or next."""
    place = drawing.place_of(interaction.value)
    return Reply(view=drawing.view(_reading(place, interaction, scope)), view_mode="update")


@in_window
def pick_page(interaction: Interaction, scope: Scope) -> Reply:
    """A page from the menu."""
    place = Place(drawing.place_of(interaction.metadata).ref, interaction.value)
    return Reply(view=drawing.view(_reading(place, interaction, scope)), view_mode="update")


def suggest_pages(interaction: Interaction, scope: Scope) -> Reply:
    """The pages whose title or path holds what was typed, in reading order."""
    site = _site(drawing.place_of(interaction.metadata).ref, interaction, scope)
    typed = interaction.text.strip().casefold()
    pages = pages_in_order(site, queries.pages_of(scope.uow.connection, site.ref))
    fitting = [p for p in pages if typed in p.title.casefold() or typed in p.path.casefold()]
    return Reply(options=drawing.page_options(fitting))


def _site(ref: str, interaction: Interaction, scope: Scope) -> Site:
    """Raises NotFoundError for docs that are gone and for docs that this person may not read, in the same words."""
    may, actor = scope.services.authorizer.may, interaction.actor
    site = queries.resolved_site(scope.uow.connection, ref) if may(actor, READ_ENTITY, ref) else None
    if site is None or not may(actor, READ_ENTITY, site.ref):
        name = EntityRef.from_full(ref).short
        raise NotFoundError(f"{name} has no docs here.", hint="Ask for it by name to see what there is.")
    return site


def _reading(place: Place, interaction: Interaction, scope: Scope) -> Reading:
    connection, site = scope.uow.connection, _site(place.ref, interaction, scope)
    opened = open_page(connection, site, _path(place.page, queries.pages_of(connection, site.ref)))
    if opened is None:
        raise NotFoundError(f"{site.title} has no pages yet.", hint="They are read soon after the catalog names them.")
    found = leaves(opened.page)
    last = len(found) - 1
    number = leaf_at(found, place.anchor) if place.anchor else min(place.leaf, last) if place.leaf >= 0 else last
    entity, access = get_entity(connection, site.ref), scope.services.docs_access
    path = opened.page.info.path
    return Reading(
        opened,
        found,
        number,
        owner=(scope.services.names.title_of(entity.owner) or entity.owner) if entity and entity.owner else "",
        url=access.link(site.ref, page_url(site.ref, path)) if access else "",
        link=access.link if access else lambda _ref, _address: "",
    )


def _path(key: str, pages: list[PageInfo]) -> str:
    """The page of a key; the front page for none, and for a page that is gone."""
    return next((p.path for p in pages if key and drawing.page_key(p.path) == key), "")
