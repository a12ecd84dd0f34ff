"""A word anywhere in the text of some fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, false, or_, select

from catalog.queries.conditions import COLUMNS, SEED_LIMIT, key_ids
from catalog.tables import entities, entity_fields

DEFAULT_FIELDS: Final = ("metadata.name", "metadata.title", "metadata.description")


@dataclass(frozen=True, slots=True)
class Containing:
    """The condition, and the ids of all that meet it when they are few."""

    where: ColumnElement[bool]
    seed: list[int] | None


def containing(connection: Connection, term: str, fields: Sequence[str]) -> Containing:
    """Entities whose `fields` (by default name, title and description) have `term` in them, whatever the case."""
    if "\0" in term:
        return Containing(false(), [])
    wanted = [f.lower() for f in fields or DEFAULT_FIELDS]
    searches = [_in_column(key, term.lower()) for key in wanted if key in COLUMNS]
    ids = key_ids(connection, [k for k in wanted if k not in COLUMNS])
    if ids:
        row = entity_fields.c
        found = row.value.contains(term.lower(), autoescape=True)
        searches.append(select(row.entity_id).where(row.key_id.in_(sorted(ids.values())), found))
    where = or_(false(), *(entities.c.id.in_(s) for s in searches))
    return Containing(where, _few(connection, searches))


def _in_column(key: str, term: str) -> Select[Any]:
    return select(entities.c.id).where(COLUMNS[key].contains(term, autoescape=True))


def _few(connection: Connection, searches: Sequence[Select[Any]]) -> list[int] | None:
    found: set[int] = set()
    for search in searches:
        rows = connection.execute(search.limit(SEED_LIMIT + 1)).scalars().all()
        found.update(rows)
        if len(found) > SEED_LIMIT:
            return None
    return sorted(found)
