"""Entities by the repository that their files lie in."""

from sqlalchemy import Connection, select

from catalog.tables import entities, targets

_MAX_ENTITIES = 200


def entities_under(connection: Connection, prefix: str) -> list[tuple[str, str]]:
    """The file's URL and the stored document of entities whose file's URL starts with `prefix`."""
    if "\0" in prefix:
        return []
    query = select(targets.c.location, entities.c.document).join(entities, entities.c.target_id == targets.c.id)
    query = query.where(targets.c.location.startswith(f"url:{prefix}", autoescape=True))
    rows = connection.execute(query.order_by(targets.c.location, entities.c.id).limit(_MAX_ENTITIES))
    return [(row.location.removeprefix("url:"), row.document) for row in rows]
