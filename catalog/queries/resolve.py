"""The entity that a person means by a short or a full ref, in any case."""

from sqlalchemy import Connection, select

from callboard.errors import InputError, NotFoundError, nearest
from callboard.refs import EntityRef, parse_entity_ref
from catalog.tables import entities

_UNSAID = "\0"


def resolve_ref(connection: Connection, text: str) -> str:
    """The full ref of the one entity meant. Raises InputError where it may be several, NotFoundError where none.

    What is left out may be anything; the default namespace is preferred where only that was left out.
    """
    asked = parse_entity_ref(text.strip(), default_kind=_UNSAID, default_namespace=_UNSAID)
    query = select(entities.c.kind, entities.c.namespace, entities.c.name).where(entities.c.name == asked.name.lower())
    if asked.kind != _UNSAID:
        query = query.where(entities.c.kind == asked.kind.lower())
    if asked.namespace != _UNSAID:
        query = query.where(entities.c.namespace == asked.namespace.lower())
    found = sorted(str(EntityRef(*row)) for row in connection.execute(query.limit(20)))
    if len(found) > 1 and asked.kind != _UNSAID:
        preferred = f"{asked.kind}:default/{asked.name}".lower()
        found = [preferred] if preferred in found else found
    if len(found) > 1:
        raise InputError(
            f"`{text}` may be {' or '.join(f'`{ref}`' for ref in found)}.", hint="Name one of them in full."
        )
    if not found:
        raise NotFoundError(f"There is no `{text}` in the catalog.", hint=_near(connection, asked))
    return found[0]


def _near(connection: Connection, asked: EntityRef) -> str | None:
    """Names that look like it, those of the kind that was asked for first."""
    query = select(entities.c.name, entities.c.kind, entities.c.namespace)
    refs: dict[str, list[str]] = {}
    for name, kind, namespace in connection.execute(query):
        if asked.kind in {_UNSAID, kind} or asked.kind.lower() == kind:
            refs.setdefault(name, []).append(f"{kind}:{namespace}/{name}")
    close = [ref for name in nearest(asked.name.lower(), refs) for ref in refs[name]][:3]
    return f"Did you mean {' or '.join(f'`{ref}`' for ref in close)}?" if close else None
