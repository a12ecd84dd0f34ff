"""Predicates as SQL over `entities`.

Two readings of one tree: `where` is its exact meaning as a condition on a row of `entities`; `seed` looks whether
some part of it holds for few entities only. With a seed the database starts from those few; without one it walks the
order that was asked for and stops when the page is full. Neither engine's planner finds both by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, false, not_, or_, select, true

from callboard.errors import InputError
from callboard.refs import parse_entity_ref
from catalog.ingest.fields import TOO_LONG
from catalog.kinds import INVERSE, PAIRS
from catalog.queries.lookup import ref_ids
from catalog.queries.predicates import AllOf, AnyOf, Exists, HasPrefix, Matches, Negation, Predicate, Related
from catalog.tables import entities, entity_fields, field_keys, refs, relations

SEED_LIMIT: Final = 500
ORPHAN_KEY: Final = "metadata.annotations.backstage.io/orphan"
COLUMNS: Final[Mapping[str, ColumnElement[Any]]] = {
    "kind": entities.c.kind,
    "metadata.name": entities.c.name,
    "metadata.namespace": entities.c.namespace,
    "metadata.uid": entities.c.uid,
}
_NARROW: Final = frozenset({"metadata.name", "metadata.uid"})
_MANY_VALUES: Final = 8
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

    def where(self, *, row_by_row: bool = False, seeded: bool = False) -> ColumnElement[bool]:
        """The condition that an entity's row must meet.

        With `row_by_row` PostgreSQL looks fields up while it walks the rows in order, which is right for the first
        few of many; left alone it gathers and sorts all of them, because it takes any value to be rare. `seeded` says
        that the query names the ids as well: SQLite must not prefer the index over kinds to those.
        """
        is_sqlite = self._connection.dialect.name == "sqlite"
        self._row_by_row = row_by_row and not is_sqlite
        self._hide_columns = seeded and is_sqlite
        return self._where(self._predicate)

    def seed(self) -> list[int] | None:
        """Ids among which all matches are, when those are few; None when they may be many."""
        found = self._seed(self._predicate)
        return None if found is None else sorted(found)

    def _where(self, predicate: Predicate) -> ColumnElement[bool]:
        match predicate:
            case AllOf(parts):
                return and_(true(), *(self._where(p) for p in parts))
            case AnyOf(parts):
                return or_(false(), *(self._where(p) for p in parts))
            case Negation(part):
                return not_(self._where(part))
            case Related():
                return self._related(predicate)
            case _:
                return self._field(predicate)

    def _field(self, predicate: Matches | Exists | HasPrefix) -> ColumnElement[bool]:
        key = predicate.key
        if key == ORPHAN_KEY:
            return entities.c.orphaned_at.is_not(None) if _accepts(predicate, "true") else false()
        if (relation := relation_of(key)) is not None:
            return self._related(_as_related(relation, predicate))
        if key in COLUMNS:
            column = COLUMNS[key]
            return _compare(column.concat("") if self._hide_columns else column, predicate)
        if key not in self._keys:
            return false()
        row = entity_fields.alias()
        if isinstance(predicate, Matches) and len(predicate.values) <= _MANY_VALUES:
            here = (row.c.entity_id == entities.c.id, row.c.key_id == self._keys[key])
            found = select(1).where(*here, _compare(row.c.value, predicate))
            return (found.offset(0) if self._row_by_row else found).exists()
        found = select(row.c.entity_id).where(row.c.key_id == self._keys[key], _compare(row.c.value, predicate))
        return entities.c.id.in_(found)

    def _related(self, related: Related) -> ColumnElement[bool]:
        return or_(false(), *(entities.c.id.in_(query) for query in self._relation_queries(related)))

    def _relation_queries(self, related: Related) -> list[Select[Any]]:
        """The ids of entities with the relation, from either half of the pair."""
        row = relations.alias()
        forward = self._ends(row.c.target_id, related)
        backward = self._ends(row.c.source_id, related)
        if related.type is None:
            return [select(row.c.source_id).where(forward), select(row.c.target_id).where(backward)]
        kind = relation_of(f"relations.{related.type}")
        if not kind:
            return []
        if kind in PAIRS:
            return [select(row.c.source_id).where(row.c.type == kind, forward)]
        return [select(row.c.target_id).where(row.c.type == INVERSE[kind], backward)]

    def _ends(self, column: ColumnElement[Any], related: Related) -> ColumnElement[bool]:
        if related.prefix:
            named = select(refs.c.id).where(_compare(refs.c.ref, HasPrefix("", related.prefix)))
            return column.in_(named)
        if related.targets is None:
            return true()
        return _one_of(column, [self._refs[t] for t in related.targets if t in self._refs])

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
            return self._probe([select(entities.c.id).where(_compare(COLUMNS[key], predicate))])
        if key not in self._keys:
            return set()
        row = entity_fields.c
        return self._probe([select(row.entity_id).where(row.key_id == self._keys[key], _compare(row.value, predicate))])

    def _probe(self, queries: Sequence[Select[Any]]) -> set[int] | None:
        found: set[int] = set()
        for query in queries:
            rows = self._connection.execute(query.limit(SEED_LIMIT + 1)).scalars().all()
            found.update(rows)
            if len(rows) > SEED_LIMIT:
                return None
        return found


def key_ids(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Ids of those of `keys` that some entity has or had."""
    wanted = sorted(k for k in keys if "\0" not in k)
    if not wanted:
        return {}
    query = select(field_keys.c.key, field_keys.c.id).where(field_keys.c.key.in_(wanted))
    return {row.key: row.id for row in connection.execute(query)}


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


def _compare(column: ColumnElement[Any], predicate: Matches | Exists | HasPrefix) -> ColumnElement[bool]:
    match predicate:
        case Matches(_, values):
            return _one_of(column, [v for v in values if "\0" not in v and v != TOO_LONG])
        case HasPrefix(_, prefix):
            if "\0" in prefix:
                return false()
            return and_(column >= prefix, column < prefix + _AFTER_PREFIX) if prefix else column.is_not(None)
        case Exists():
            return column.is_not(None)


def _one_of(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    if not values:
        return false()
    return column == values[0] if len(values) == 1 else column.in_(values)


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


def canonical_ref(text: str) -> str | None:
    """The full ref that a client's text means, or None when it names no entity whatever."""
    try:
        return str(parse_entity_ref(text))
    except InputError:
        return None
