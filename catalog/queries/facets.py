"""How many entities have which value of a field, in the case the authors wrote it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection

from catalog.ingest.fields import TOO_LONG
from catalog.kinds import INVERSE, PAIRS
from catalog.queries.conditions import COLUMNS, Conditions, key_ids, relation_of
from catalog.queries.predicates import EVERYTHING, Predicate
from catalog.queries.statement import Sql, all_of, one_of, put, rows_among, rows_of

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

    def limit(self, column: str) -> list[Sql]:
        """The conditions under which `column` is the id of one of them."""
        if self._everything:
            return []
        found = [put(f"{column} IN (SELECT e.id FROM entities e WHERE {{}})", self.where)]
        return found if self._seed is None else [one_of(column, self._seed), *found]


def _of_fields(connection: Connection, keys: Sequence[str], among: _Among) -> dict[str, Counts]:
    names: dict[int, list[str]] = {}
    ids = key_ids(connection, {k.lower() for k in keys} - COLUMNS.keys())
    for key in keys:
        if key.lower() in ids:
            names.setdefault(ids[key.lower()], []).append(key)
    if not names:
        return {}
    found: dict[str, Counts] = {key: [] for same in names.values() for key in same}
    where = all_of((one_of("f.key_id", sorted(names)), Sql("f.value <> ?", (TOO_LONG,)), *among.limit("f.entity_id")))
    shown = "coalesce(f.original, f.value)"
    query = f"SELECT f.key_id, {shown}, count(*) FROM entity_fields f WHERE {{}} GROUP BY f.key_id, {shown}"
    for key_id, value, count in rows_of(connection, put(query, where)):
        for key in names[key_id]:
            found[key].append((value, count))
    return found


def _of_column(connection: Connection, key: str, among: _Among) -> Counts:
    if key == "kind":
        return _of_kind(connection, among)
    column = COLUMNS[key]
    shown = _in_document(connection, *_PATHS[key]) if key in _PATHS else column
    query = put(f"SELECT {shown}, count(*) FROM entities e WHERE {{}} GROUP BY {shown}", all_of(among.limit("e.id")))
    return [(value, count) for value, count in rows_of(connection, query)]


def _of_kind(connection: Connection, among: _Among) -> Counts:
    """Every entity of a kind spells it alike, so one document tells how."""
    query = "SELECT count(*), min(e.id) FROM entities e WHERE {} GROUP BY e.kind"
    rows = rows_of(connection, put(query, all_of(among.limit("e.id"))))
    shown = f"SELECT e.id, {_in_document(connection, 'kind')} FROM entities e WHERE e.id {{among}}"
    names: dict[int, str] = dict(rows_among(connection, shown, [row[1] for row in rows]))
    return [(names[first], count) for count, first in rows]


def _in_document(connection: Connection, *path: str) -> str:
    if connection.dialect.name == "sqlite":
        return f"json_extract(e.document, '$.{'.'.join(path)}')"
    *above, last = path
    return f"CAST(e.document AS JSONB){''.join(f' -> {key!r}' for key in above)} ->> {last!r}"


def _of_relation(connection: Connection, kind: str, among: _Among) -> Counts:
    here, there = ("r.source_id", "r.target_id") if kind in PAIRS else ("r.target_id", "r.source_id")
    stored = Sql("r.type = ?", (kind if kind in PAIRS else INVERSE[kind],))
    query = (
        f"SELECT n.ref, count(DISTINCT {here}) FROM relations r JOIN entities held ON held.id = {here} "
        f"JOIN refs n ON n.id = {there} WHERE {{}} GROUP BY n.ref"
    )
    found: Any = rows_of(connection, put(query, all_of((stored, *among.limit(here)))))
    return [(ref, count) for ref, count in found]
