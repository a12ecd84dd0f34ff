"""Predicates as SQL over `entities e`.

Two readings of one tree: `where` is its exact meaning as a condition on a row of `entities`; `seed` looks whether
some part of it holds for few entities only. With a seed the database starts from those few; without one it walks the
order that was asked for and stops when the page is full. Neither engine's planner finds both by itself.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from callboard.errors import InputError
from callboard.refs import parse_entity_ref
from catalog.ingest.fields import TOO_LONG
from catalog.kinds import INVERSE, PAIRS
from catalog.queries.lookup import ref_ids
from catalog.queries.predicates import AllOf, AnyOf, Exists, HasPrefix, Matches, Negation, Predicate, Related
from catalog.queries.statement import FALSE, TRUE, Sql, all_of, any_of, one_of, put, rows_among, rows_of

SEED_LIMIT: Final = 500
ORPHAN_KEY: Final = "metadata.annotations.backstage.io/orphan"
COLUMNS: Final[Mapping[str, str]] = {
    "kind": "e.kind",
    "metadata.name": "e.name",
    "metadata.namespace": "e.namespace",
    "metadata.uid": "e.uid",
}
_NARROW: Final = frozenset({"metadata.name", "metadata.uid"})
_MANY_VALUES: Final = 8
_FIELDS_OF: Final = "SELECT f.entity_id FROM entity_fields f WHERE {}"
_AFTER_PREFIX: Final = "\U0010ffff"
_MAX_PROBES: Final = 16


class Conditions:
    """Compiles one predicate against one catalog: keys and refs it has never seen match nothing."""

    def __init__(self, connection: Connection, predicate: Predicate) -> None:
        self._connection = connection
        self._predicate = predicate
        self._row_by_row = False
        self._hide_columns = False
        leaves = list(_leaves(predicate))
        self._keys = key_ids(connection, {p.key for p in leaves if not isinstance(p, Related)} - COLUMNS.keys())
        self._refs = ref_ids(connection, {t for p in leaves for t in _related_targets(p)})

    def where(self, *, row_by_row: bool = False, seeded: bool = False) -> Sql:
        """The condition that an entity's row must meet.

        With `row_by_row` PostgreSQL looks fields up while it walks the rows in order, which is right for the first
        few of many; left alone it gathers and sorts all of them, because it takes any value to be rare. `seeded` says
        that the query names the ids as well: neither may prefer the index over kinds to those.
        """
        is_sqlite = self._connection.dialect.name == "sqlite"
        self._row_by_row = row_by_row and not is_sqlite
        self._hide_columns = seeded
        return self._where(self._predicate)

    def seed(self) -> list[int] | None:
        """Ids among which all matches are, when those are few; None when they may be many."""
        found = self._seed(self._predicate)
        return None if found is None else sorted(found)

    def _where(self, predicate: Predicate) -> Sql:
        match predicate:
            case AllOf(parts):
                return all_of(self._where(p) for p in parts)
            case AnyOf(parts):
                return any_of(self._where(p) for p in parts)
            case Negation(part):
                return put("NOT ({})", self._where(part))
            case Related():
                return self._related(predicate)
            case _:
                return self._field(predicate)

    def _field(self, predicate: Matches | Exists | HasPrefix) -> Sql:
        key = predicate.key
        if key == ORPHAN_KEY:
            return Sql("e.orphaned_at IS NOT NULL") if _accepts(predicate, "true") else FALSE
        if (relation := relation_of(key)) is not None:
            return self._related(_as_related(relation, predicate))
        if key in COLUMNS:
            column = COLUMNS[key]
            return _compare(f"{column} || ''" if self._hide_columns else column, predicate)
        if key not in self._keys:
            return FALSE
        if isinstance(predicate, Matches) and len(predicate.values) <= _MANY_VALUES:
            end = " OFFSET 0" if self._row_by_row else ""
            found = put(f"{_FIELDS_OF} AND f.entity_id = e.id{end})", self._values(predicate))
            return put("EXISTS ({}", found)
        return put(f"e.id IN ({_FIELDS_OF})", self._values(predicate))

    def _values(self, predicate: Matches | Exists | HasPrefix) -> Sql:
        return all_of((Sql("f.key_id = ?", (self._keys[predicate.key],)), _compare("f.value", predicate)))

    def _related(self, related: Related) -> Sql:
        return any_of(put("e.id IN ({})", query) for query in self._relation_queries(related))

    def _relation_queries(self, related: Related) -> list[Sql]:
        """The ids of entities with the relation, from either half of the pair."""
        forward = put("SELECT r.source_id FROM relations r WHERE {}", self._ends("r.target_id", related))
        backward = put("SELECT r.target_id FROM relations r WHERE {}", self._ends("r.source_id", related))
        if related.type is None:
            return [forward, backward]
        kind = relation_of(f"relations.{related.type}")
        if not kind:
            return []
        of_type = Sql("r.type = ?", (kind if kind in PAIRS else INVERSE[kind],))
        return [put("{} AND {}", forward if kind in PAIRS else backward, of_type)]

    def _ends(self, column: str, related: Related) -> Sql:
        if related.prefix:
            named = put("SELECT n.id FROM refs n WHERE {}", _compare("n.ref", HasPrefix("", related.prefix)))
            return put(f"{column} IN ({{}})", named)
        if related.targets is None:
            return TRUE
        return one_of(column, [self._refs[t] for t in related.targets if t in self._refs])

    def _seed(self, predicate: Predicate) -> set[int] | None:
        match predicate:
            case AllOf(parts):
                ordered = sorted(parts, key=_width)
                return next((found for p in ordered if (found := self._seed(p)) is not None), None)
            case AnyOf(parts):
                return self._seed_of_any(parts)
            case Negation():
                return None
            case Related():
                return self._probe(self._relation_queries(predicate))
            case _:
                return self._seed_of_field(predicate)

    def _seed_of_any(self, parts: Sequence[Predicate]) -> set[int] | None:
        union: set[int] = set()
        if len(parts) > _MAX_PROBES:
            return None
        for part in parts:
            found = self._seed(part)
            if found is None:
                return None
            union |= found
        return union if len(union) <= SEED_LIMIT else None

    def _seed_of_field(self, predicate: Matches | Exists | HasPrefix) -> set[int] | None:
        key = predicate.key
        if key == ORPHAN_KEY:
            return None
        if (relation := relation_of(key)) is not None:
            return self._probe(self._relation_queries(_as_related(relation, predicate)))
        if key in COLUMNS:
            if key not in _NARROW or isinstance(predicate, Exists):
                return None
            return self._probe([put("SELECT e.id FROM entities e WHERE {}", _compare(COLUMNS[key], predicate))])
        if key not in self._keys:
            return set()
        return self._probe([put(_FIELDS_OF, self._values(predicate))])

    def _probe(self, queries: Sequence[Sql]) -> set[int] | None:
        found: set[int] = set()
        for query in queries:
            rows = rows_of(self._connection, put(f"{{}} LIMIT {SEED_LIMIT + 1}", query))
            found.update(row[0] for row in rows)
            if len(rows) > SEED_LIMIT:
                return None
        return found


def key_ids(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Ids of those of `keys` that some entity has or had."""
    wanted = sorted(k for k in keys if "\0" not in k)
    return dict(rows_among(connection, "SELECT key, id FROM field_keys WHERE key {among}", wanted)) if wanted else {}


def relation_of(key: str) -> str | None:
    """The type that `relations.<type>` names, in its own case; "" for a type there isn't, None for other keys."""
    prefix, _, kind = key.partition(".")
    return _TYPES.get(kind, "") if prefix == "relations" and kind else None


_TYPES: Final = {kind.lower(): kind for kind in INVERSE}


def _as_related(kind: str, predicate: Matches | Exists | HasPrefix) -> Related:
    match predicate:
        case Matches(_, values):
            return Related(kind.lower() or "?", values)
        case HasPrefix(_, prefix):
            return Related(kind.lower() or "?", None, prefix)
        case Exists():
            return Related(kind.lower() or "?", None)


def _related_targets(predicate: Predicate) -> Iterable[str]:
    if isinstance(predicate, Related):
        return [t for t in predicate.targets or () if "\0" not in t]
    if isinstance(predicate, Matches) and relation_of(predicate.key) is not None:
        return [v for v in predicate.values if "\0" not in v]
    return ()


def _leaves(predicate: Predicate) -> Iterable[Matches | Exists | HasPrefix | Related]:
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case Negation(part):
            yield from _leaves(part)
        case _:
            yield predicate


def _compare(column: str, predicate: Matches | Exists | HasPrefix) -> Sql:
    match predicate:
        case Matches(_, values):
            return one_of(column, [v for v in values if "\0" not in v and v != TOO_LONG])
        case HasPrefix(_, prefix):
            if "\0" in prefix:
                return FALSE
            if prefix:
                return Sql(f"({column} >= ? AND {column} < ?)", (prefix, prefix + _AFTER_PREFIX))
            return Sql(f"{column} IS NOT NULL")
        case Exists():
            return Sql(f"{column} IS NOT NULL")


def _accepts(predicate: Matches | Exists | HasPrefix, value: str) -> bool:
    match predicate:
        case Matches(_, values):
            return value in values
        case HasPrefix(_, prefix):
            return value.startswith(prefix)
        case Exists():
            return True


def _width(predicate: Predicate) -> int:
    """Which part of a conjunction to ask first: those that tend to hold for few."""
    match predicate:
        case Related():
            return 0
        case Matches(key) | HasPrefix(key):
            return 0 if key in _NARROW or relation_of(key) is not None else 1
        case Exists():
            return 2
        case _:
            return 3


_CANONICAL: Final = re.compile(r"[a-z]+:[a-z0-9_.-]+/[a-z0-9_.-]+")


def canonical_ref(text: str) -> str | None:
    """The full ref that a client's text means, or None when it names no entity whatever."""
    if _CANONICAL.fullmatch(text):  # most are, and asking costs less than taking them apart
        return text
    try:
        return str(parse_entity_ref(text))
    except InputError:
        return None
