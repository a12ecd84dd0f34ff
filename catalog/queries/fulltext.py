"""A word anywhere in the text of some fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from catalog.queries.conditions import COLUMNS, SEED_LIMIT, key_ids
from catalog.queries.statement import FALSE, Sql, any_of, one_of, put, rows_of

DEFAULT_FIELDS: Final = ("metadata.name", "metadata.title", "metadata.description")


@dataclass(frozen=True, slots=True)
class Containing:
    """The condition, and the ids of all that meet it when they are few."""

    where: Sql
    seed: list[int] | None


def containing(connection: Connection, term: str, names: Sequence[str]) -> Containing:
    """Entities whose fields `names` (by default name, title and description) have `term` in them, whatever the case."""
    if "\0" in term:
        return Containing(FALSE, [])
    wanted = [f.lower() for f in names or DEFAULT_FIELDS]
    has = "instr({}, ?) > 0" if connection.dialect.name == "sqlite" else "strpos({}, ?) > 0"
    folded = (term.lower(),)
    columns = [Sql(has.format(COLUMNS[key]), folded) for key in wanted if key in COLUMNS]
    ids = key_ids(connection, [k for k in wanted if k not in COLUMNS])
    keys = one_of("f.key_id", sorted(ids.values()))
    fields = put("SELECT f.entity_id FROM entity_fields f WHERE {} AND {}", keys, Sql(has.format("f.value"), folded))
    searches = [put("SELECT e.id FROM entities e WHERE {}", column) for column in columns]
    if not ids:
        return Containing(any_of(columns), _few(connection, searches))
    where = any_of((*columns, put("e.id IN ({})", fields)))
    return Containing(where, _few(connection, [*searches, fields]))


def _few(connection: Connection, searches: Sequence[Sql]) -> list[int] | None:
    found: set[int] = set()
    for search in searches:
        found.update(row[0] for row in rows_of(connection, put(f"{{}} LIMIT {SEED_LIMIT + 1}", search)))
        if len(found) > SEED_LIMIT:
            return None
    return sorted(found)
