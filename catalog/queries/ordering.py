"""What a list may be sorted by, as SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from callboard.errors import InputError, did_you_mean
from catalog.ingest.fields import TOO_LONG
from catalog.kinds import INVERSE, PAIRS
from catalog.queries.conditions import key_ids, relation_of
from catalog.queries.statement import Sql, rows_of

_COLUMNS: Final[Mapping[str, str]] = {
    "kind": "e.kind",
    "metadata.name": "e.name",
    "metadata.namespace": "e.namespace",
    "metadata.uid": "e.uid",
    "metadata.title": "e.title",
    "spec.type": "e.type",
    "spec.lifecycle": "e.lifecycle",
}
_NULLABLE: Final = frozenset({"metadata.title", "spec.type", "spec.lifecycle"})
_KNOWN: Final = frozenset(_COLUMNS) | {
    "apiversion", "metadata.description", "metadata.tags", "spec.owner", "spec.system", "spec.domain", "spec.target",
    "spec.parent", "spec.profile.displayname", "spec.profile.email",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SortKey:
    """The expression to sort by; `source` selects `entity_id` and `value` where it isn't a column of entities.

    NULL sorts nowhere.
    """

    expression: str
    source: Sql | None = None
    nullable: bool = False


def sort_key(connection: Connection, field: str) -> SortKey:
    """How to sort by a field. Raises InputError for one that no entity has."""
    key = field.strip().lower()
    if key in _COLUMNS:
        return SortKey(_COLUMNS[key], nullable=key in _NULLABLE)
    if relation_of(key):
        return _by_relation(str(relation_of(key)))
    known = key_ids(connection, [key])
    if key not in known and key not in _KNOWN:
        raise _unknown(connection, field)
    return _by_field(known.get(key, -1))


def _by_field(key_id: int) -> SortKey:
    """An array sorts by its least value."""
    query = (
        "SELECT f.entity_id, min(f.value) AS value FROM entity_fields f "
        "WHERE f.key_id = ? AND f.value <> ? GROUP BY f.entity_id"
    )
    return SortKey("s.value", Sql(query, (key_id, TOO_LONG)))


def _by_relation(kind: str) -> SortKey:
    here, there = ("r.source_id", "r.target_id") if kind in PAIRS else ("r.target_id", "r.source_id")
    query = (
        f"SELECT {here} AS entity_id, min(n.ref) AS value FROM relations r JOIN refs n ON n.id = {there} "
        f"WHERE r.type = ? GROUP BY {here}"
    )
    return SortKey("s.value", Sql(query, (kind if kind in PAIRS else INVERSE[kind],)))


def _unknown(connection: Connection, field: str) -> InputError:
    rows = rows_of(connection, Sql("SELECT key FROM field_keys LIMIT 5000"))
    names = {*_KNOWN, *(row[0] for row in rows)}
    hint = did_you_mean(field, names) or "Name a field that some entity has, like `metadata.name`."
    return InputError(f'Invalid order field "{field}", no entity has it.', hint=hint)
