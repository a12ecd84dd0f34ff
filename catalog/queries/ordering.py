"""What a list may be sorted by, as SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from callboard.errors import InputError, did_you_mean
from catalog.ingest.fields import TOO_LONG
from catalog.kinds import INVERSE, PAIRS
from catalog.queries.conditions import key_ids, relation_of
from catalog.tables import entities, entity_fields, field_keys, refs, relations

_COLUMNS: Final[Mapping[str, ColumnElement[Any]]] = {
    "kind": entities.c.kind,
    "metadata.name": entities.c.name,
    "metadata.namespace": entities.c.namespace,
    "metadata.uid": entities.c.uid,
    "metadata.title": entities.c.title,
    "spec.type": entities.c.type,
    "spec.lifecycle": entities.c.lifecycle,
}
_NULLABLE: Final = frozenset({"metadata.title", "spec.type", "spec.lifecycle"})
_KNOWN: Final = frozenset(_COLUMNS) | {
    "apiversion", "metadata.description", "metadata.tags", "spec.owner", "spec.system", "spec.domain", "spec.target",
    "spec.parent", "spec.profile.displayname", "spec.profile.email",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SortKey:
    """The expression to sort by, and the table to join for it where it isn't a column; NULL sorts nowhere."""

    expression: ColumnElement[Any]
    source: FromClause | None = None
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
    row = entity_fields.c
    least = func.min(row.value).label("value")
    query = select(row.entity_id, least).where(row.key_id == key_id, row.value != TOO_LONG).group_by(row.entity_id)
    source = query.subquery("sorted_by")
    return SortKey(source.c.value, source)


def _by_relation(kind: str) -> SortKey:
    forward = kind in PAIRS
    row = relations.c
    here, there = (row.source_id, row.target_id) if forward else (row.target_id, row.source_id)
    query = (
        select(here.label("entity_id"), func.min(refs.c.ref).label("value"))
        .join(refs, refs.c.id == there)
        .where(row.type == (kind if forward else INVERSE[kind]))
        .group_by(here)
    )
    source = query.subquery("sorted_by")
    return SortKey(source.c.value, source)


def _unknown(connection: Connection, field: str) -> InputError:
    names = {*_KNOWN, *connection.execute(select(field_keys.c.key).limit(5_000)).scalars()}
    hint = did_you_mean(field, names) or "Name a field that some entity has, like `metadata.name`."
    return InputError(f'Invalid order field "{field}", no entity has it.', hint=hint)
