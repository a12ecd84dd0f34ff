"""The docs of an entity for its card."""

from blocks.entities import DocsShelf
from callboard.chat import Actor
from callboard.ports import READ_ENTITY
from catalog.model import Entity
from handlers.services import Scope
from techdocs import queries


def docs_shelf(entity: Entity, actor: Actor, scope: Scope, *, only_open: bool = False) -> DocsShelf | None:
    """What `actor` may know of it; with `only_open`, nothing that not everybody may read."""
    access, may = scope.services.docs_access, scope.services.authorizer.may
    shelf = queries.shelf_of(scope.uow.connection, entity.ref)
    if shelf is not None and not may(actor, READ_ENTITY, shelf.ref):
        return DocsShelf(None)
    if shelf is not None and only_open and (access is None or not access.is_open(shelf.ref)):
        return None
    return DocsShelf(shelf, access.link) if access else DocsShelf(shelf)
