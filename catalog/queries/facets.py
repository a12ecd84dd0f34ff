"""How many entities have which value of a field, in the case the authors wrote it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Text, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from catalog.ingest.fields import TOO_LONG
from catalog.kinds import INVERSE, PAIRS
from catalog.queries.conditions import COLUMNS, Conditions, key_ids, relation_of
from catalog.queries.predicates import EVERYTHING, Predicate
from catalog.tables import entities, entity_fields, refs, relations

Counts = list[tuple[str, int]]
_PATHS: Final = {"kind": ("kind",), "metadata.name": ("metadata", "name")}


def facets_of(connection: Connection, keys: Sequence[str], predicate: Predicate = EVERYTHING) -> dict[str, Counts]:
    """For each key its values and their counts, sorted by value; a key that nothing has is empty."""
    among = _Among(connection, predicate)
    found: dict[str, Counts] = {key: [] for key in keys}
    if among.is_empty:
        return found
    found.update(_of_fields(connection, keys, among))
    for key in keys:
        folded = key.lower()
        if folded in COLUMNS:
            found[key] = _of_column(connection, folded, among)
        elif relation := relation_of(folded):
            found[key] = _of_relation(connection, relation, among)
    return {key: sorted(counts) for key, counts in found.items()}


class _Among:
    """The entities to count over."""

    def __init__(self, connection: Connection, predicate: Predicate) -> None:
        self._everything = predicate == EVERYTHING
        conditions = Conditions(connection, predicate)
        self.where = conditions.where()
        self._seed = None if self._everything else conditions.seed()

    @property
    def is_empty(self) -> bool:
        return self._seed is not None and not self._seed

    def limit(self, query: Any, column: Any) -> Any:
        """Only rows whose `column` is the id of one of them."""
        if self._everything:
            return query
        if self._seed is not None:
            query = query.where(column.in_(self._seed))
        return query.where(column.in_(select(entities.c.id).where(self.where)))


def _of_fields(connection: Connection, keys: Sequence[str], among: _Among) -> dict[str, Counts]:
    names: dict[int, list[str]] = {}
    ids = key_ids(connection, {k.lower() for k in keys} - COLUMNS.keys())
    for key in keys:
        if key.lower() in ids:
            names.setdefault(ids[key.lower()], []).append(key)
    if not names:
        return {}
    row = entity_fields.c
    shown = func.coalesce(row.original, row.value)
    query = select(row.key_id, shown, func.count()).where(row.key_id.in_(sorted(names)), row.value != TOO_LONG)
    found: dict[str, Counts] = {key: [] for same in names.values() for key in same}
    for key_id, value, count in connection.execute(among.limit(query, row.entity_id).group_by(row.key_id, shown)):
        for key in names[key_id]:
            found[key].append((value, count))
    return found


def _of_column(connection: Connection, key: str, among: _Among) -> Counts:
    shown: Any = COLUMNS[key]
    if key == "kind":
        return _of_kind(connection, among)
    if key in _PATHS:
        shown = _in_document(connection, _PATHS[key])
    query = select(shown, func.count()).select_from(entities).group_by(shown)
    return [(value, count) for value, count in connection.execute(among.limit(query, entities.c.id))]


def _of_kind(connection: Connection, among: _Among) -> Counts:
    """Every entity of a kind spells it alike, so one document tells how."""
    query = select(func.count(), func.min(entities.c.id)).group_by(entities.c.kind)
    rows = list(connection.execute(among.limit(query, entities.c.id)))
    shown = _in_document(connection, ("kind",))
    spelt: Any = select(entities.c.id, shown).where(entities.c.id.in_([r[1] for r in rows]))
    names: dict[int, str] = {row[0]: row[1] for row in connection.execute(spelt)}
    return [(names[first], count) for count, first in rows]


def _in_document(connection: Connection, path: tuple[str, ...]) -> Any:
    if connection.dialect.name == "sqlite":
        return func.json_extract(entities.c.document, "$." + ".".join(path))
    return type_coerce(entities.c.document.cast(JSONB)[path].astext, Text)


def _of_relation(connection: Connection, kind: str, among: _Among) -> Counts:
    row = relations.c
    forward = kind in PAIRS
    here, there = (row.source_id, row.target_id) if forward else (row.target_id, row.source_id)
    query = (
        select(refs.c.ref, func.count(here.distinct()))
        .join(entities, entities.c.id == here)
        .join(refs, refs.c.id == there)
        .where(row.type == (kind if forward else INVERSE[kind]))
        .group_by(refs.c.ref)
    )
    return [(ref, count) for ref, count in connection.execute(among.limit(query, here))]
