"""Before anything is made outside: the entities that a new repository would bring in must not be somebody else's."""

from collections.abc import Iterator
from typing import Final

from callboard import entities
from callboard.errors import CallboardError, ConflictError
from callboard.yaml12 import YamlDocument, parse_documents
from catalog.queries.lookup import get_entity
from scaffolder.actions.base import ActionContext

_FILE: Final = "catalog-info.yaml"
_LARGEST: Final = 1_000_000


def refuse_taken_names(context: ActionContext, folder: str | None = None) -> None:
    """Raises ConflictError for an entity of the workspace's catalog file that the catalog has already.

    Only where the run registers what it makes: else the repository may be meant for an entity that is there. Asked
    once in the life of a run, because a later attempt may find what an earlier one registered. A file that can't be
    read is left to whoever registers it.
    """
    if context.registers:
        context.checkpoint("names are free", lambda: _refuse(context, folder))


def _refuse(context: ActionContext, folder: str | None) -> bool:
    refs = list(_refs(context, folder))
    with context.services.database.read() as connection:
        for ref in refs:
            known = get_entity(connection, ref)
            if known is not None and known.orphaned_at is None:
                message = f"{ref} is in the catalog already, so no repository was made."
                raise ConflictError(message, hint="Choose another name.")
    return True


def _refs(context: ActionContext, folder: str | None) -> Iterator[str]:
    try:
        file = context.workspace.file(f"{folder or '.'}/{_FILE}")
        if file.stat().st_size > _LARGEST:
            return
        text = file.read_text(encoding="utf-8-sig")
    except (CallboardError, OSError, ValueError):
        return
    for document in parse_documents(text):
        if isinstance(document, YamlDocument):
            try:
                yield str(entities.ref_of(document.value))
            except (KeyError, TypeError, AttributeError, CallboardError):
                continue
