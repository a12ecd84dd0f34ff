"""What a caller may see of entities, and in which shape."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request

from api.auth import principal_of
from callboard.db import Connection
from catalog.queries import output, predicates
from catalog.queries.predicates import NOTHING, Predicate, conjunction
from catalog.queries.projection import needs_relations, project

READ: Final = "catalog.entity.read"


def may_read(request: Request) -> bool:
    """Whether the caller reads the catalog here: all of it or nothing.

    These endpoints read by SQL and judge no single entity, so where an installation's rules do, they find nothing.
    """
    judged = getattr(request.app.state, "judges_entities", False)
    return not judged and principal_of(request).may(READ)


def visible(request: Request, predicate: Predicate, body: dict[str, Any] | None = None) -> Predicate:
    """What was asked for, as far as the caller may see it: a denied read finds nothing."""
    if not may_read(request):
        return NOTHING
    if body is None or "query" not in body:
        return predicate
    return conjunction([predicate, predicates.from_json(body["query"])])


def documents(connection: Connection, rows: Sequence[output.StoredEntity], fields: Sequence[str]) -> list[bytes]:
    """The JSON of rows, or of the fields asked for."""
    if not fields:
        return output.render(connection, rows)
    plain = output.render(connection, rows) if needs_relations(fields) else [output.bare(row) for row in rows]
    return [project(document, fields) for document in plain]
