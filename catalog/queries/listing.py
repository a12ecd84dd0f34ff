"""Lists of entities: filtered, searched, sorted, page by page in both directions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection

from callboard.errors import InputError
from catalog.ingest.rows import batches
from catalog.model import Page, Summary
from catalog.queries import lookup
from catalog.queries.conditions import Conditions
from catalog.queries.cursors import Cursor, FullText, OrderBy
from catalog.queries.fulltext import containing
from catalog.queries.ordering import sort_key
from catalog.queries.output import StoredEntity, by_ids
from catalog.queries.predicates import EVERYTHING, Predicate
from catalog.queries.statement import Sql, all_of, one_of, put, rows_of

DEFAULT_LIMIT: Final = 200
MAX_LIMIT: Final = 10_000
_ENDLESS: Final = 2**62
_BY_UID: Final = OrderBy("metadata.uid")


@dataclass(frozen=True, slots=True)
class EntityQuery:
    """A list as somebody asks for it; `order` None is by uid."""

    predicate: Predicate = EVERYTHING
    order: OrderBy | None = None
    full_text: FullText | None = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    count: bool = True
    """Whether to count all that match, not only this page."""


def page_of(connection: Connection, query: EntityQuery, cursor: Cursor | None = None) -> Page:
    """One page of StoredEntity. A cursor brings its own query along; `limit` and `count` are taken from `query`."""
    if cursor is not None:
        query = replace(query, predicate=cursor.predicate, order=cursor.order, full_text=cursor.full_text, offset=0)
    elif query.full_text and not query.full_text.fields and query.order:
        query = replace(query, full_text=FullText(query.full_text.term, (query.order.field,)))
    matching = _Matching(connection, query)
    total = _total(matching, query, cursor)
    if query.limit == 0 or matching.is_empty:
        return Page([], total)
    places = matching.places(min(query.limit, MAX_LIMIT), query.offset, cursor)
    return matching.page(places, total, cursor)


def summaries_of(connection: Connection, query: EntityQuery, cursor: Cursor | None = None) -> Page:
    """The same page as Summary rows."""
    page = page_of(connection, query, cursor)
    found = lookup.summaries(connection, [row.ref for row in page.items])
    items: list[Summary] = [found[row.ref] for row in page.items]
    return replace(page, items=items)


def matching_ids(connection: Connection, query: EntityQuery) -> list[int]:
    """Ids of everything that matches, in order; what a stream of all of them walks along."""
    matching = _Matching(connection, query)
    if matching.is_empty:
        return []
    return [row[0] for row in rows_of(connection, matching.all_ids(query.offset))]


def by_offset(
    connection: Connection, predicate: Predicate, orders: Sequence[OrderBy], *, limit: int, offset: int
) -> list[StoredEntity]:
    """Rows `offset` to `offset + limit`, sorted by each order in turn, those that lack a field last; else by ref."""
    conditions = Conditions(connection, predicate)
    seed = conditions.seed()
    where = conditions.where(seeded=seed is not None)
    joins, columns, values = list[str](), list[str](), list[Any]()
    for number, order in enumerate(orders):
        key = sort_key(connection, order.field)
        column = key.expression
        if key.source is not None:
            column = f"s{number}.value"
            joins.append(f"LEFT JOIN ({key.source.text}) s{number} ON s{number}.entity_id = e.id")
            values += key.source.values
        columns.append(f"{column} {'DESC' if order.descending else 'ASC'} NULLS LAST")
    if not orders:
        joins.append("JOIN refs n ON n.id = e.id")
        columns.append("n.ref")
    among = where if seed is None else all_of((one_of("e.id", seed), where))
    text = f"SELECT e.id FROM entities e {' '.join(joins)} WHERE {among.text} ORDER BY {', '.join(columns)}, e.id"
    query = Sql(f"{text} LIMIT ? OFFSET ?", (*values, *among.values, limit, offset))
    return _in_order(connection, [row[0] for row in rows_of(connection, query)])


def first_of(connection: Connection, predicate: Predicate, *, limit: int) -> tuple[list[int], int]:
    """The ids of the first that match, by kind and name, and how many match in all."""
    conditions = Conditions(connection, predicate)
    seed = conditions.seed()
    where = conditions.where(seeded=seed is not None)
    among = where if seed is None else all_of((one_of("e.id", seed), where))
    query = put(f"SELECT e.id FROM entities e WHERE {{}} ORDER BY e.kind, e.name, e.id LIMIT {limit:d}", among)
    ids = [row[0] for row in rows_of(connection, query)]
    if len(ids) < limit:
        return ids, len(ids)
    return ids, int(rows_of(connection, put("SELECT count(*) FROM entities e WHERE {}", among))[0][0])


class _Matching:
    """Everything that one query is about, before it is cut into pages."""

    def __init__(self, connection: Connection, query: EntityQuery) -> None:
        self._connection = connection
        self._query = query
        self._order = query.order or _BY_UID
        self._key = sort_key(connection, self._order.field)
        conditions = Conditions(connection, query.predicate)
        self._seed = conditions.seed()
        extra = []
        if query.full_text and query.full_text.term:
            found = containing(connection, query.full_text.term, query.full_text.fields)
            if found.seed is None:
                extra.append(found.where)
            else:  # these are all that have the term: no need to look for it again
                self._seed = found.seed if self._seed is None else sorted({*self._seed} & {*found.seed})
        seeded = self._seed is not None
        self._where = all_of((conditions.where(seeded=seeded), *extra))
        self._paging = self._where if seeded else all_of((conditions.where(row_by_row=True), *extra))

    @property
    def is_empty(self) -> bool:
        return self._seed is not None and not self._seed

    def count(self) -> int:
        if self.is_empty:
            return 0
        return int(rows_of(self._connection, self._narrowed("count(*)", self._where))[0][0])

    def all_ids(self, offset: int) -> Sql:
        query = put("{}" + self._sorting(backwards=False), self._narrowed("e.id", self._where))
        if not offset:
            return query
        return Sql(f"{query.text} LIMIT {_ENDLESS} OFFSET ?", (*query.values, offset))

    def places(self, limit: int, offset: int, cursor: Cursor | None) -> Sequence[Any]:
        """Ids and the values sorted by; one more than `limit` where there is more."""
        backwards = cursor is not None and cursor.backwards
        where = self._paging if cursor is None else all_of((self._paging, self._beyond(cursor)))
        query = self._narrowed(f"e.id, {self._key.expression}", where)
        text = f"{query.text}{self._sorting(backwards=backwards)} LIMIT ? OFFSET ?"
        return rows_of(self._connection, Sql(text, (*query.values, limit + 1, offset)))

    def page(self, rows: Sequence[Any], total: int, cursor: Cursor | None) -> Page:
        limit = min(self._query.limit, MAX_LIMIT)
        more = len(rows) > limit
        rows = rows[:limit]
        backwards = cursor is not None and cursor.backwards
        if backwards:
            rows = rows[::-1]
        before, after = (more, cursor is not None) if backwards else (cursor is not None, more)
        known = total if self._query.count else None
        return Page(
            _in_order(self._connection, [row[0] for row in rows]),
            total,
            self._cursor(rows[-1], known, backwards=False) if rows and after else None,
            self._cursor(rows[0], known, backwards=True) if rows and before else None,
        )

    def _cursor(self, row: Any, total: int | None, *, backwards: bool) -> str:
        order = self._query.order or _BY_UID
        query = self._query
        return Cursor(query.predicate, order, query.full_text, row[-1], row[0], backwards, total).encode()

    def _narrowed(self, columns: str, where: Sql) -> Sql:
        source = self._key.source
        parts = [where]
        if self._key.nullable:
            parts.append(Sql(f"{self._key.expression} IS NOT NULL"))
        if self._seed is not None:
            parts.append(one_of("e.id", self._seed))
        if source is None:
            return put(f"SELECT {columns} FROM entities e WHERE {{}}", all_of(parts))
        joined = f"SELECT {columns} FROM entities e JOIN ({{}}) s ON s.entity_id = e.id WHERE {{}}"
        return put(joined, source, all_of(parts))

    def _sorting(self, *, backwards: bool) -> str:
        direction = "DESC" if self._order.descending != backwards else "ASC"
        return f" ORDER BY {self._key.expression} {direction}, e.id {direction}"

    def _beyond(self, cursor: Cursor) -> Sql:
        sign = "<" if self._order.descending != cursor.backwards else ">"
        return Sql(f"({self._key.expression}, e.id) {sign} (?, ?)", (cursor.value, cursor.entity_id))


def _in_order(connection: Connection, ids: Sequence[int]) -> list[StoredEntity]:
    found = by_ids(connection, ids)
    return [found[i] for i in ids if i in found]


def _total(matching: _Matching, query: EntityQuery, cursor: Cursor | None) -> int:
    if not query.count:
        return 0
    if cursor is not None and cursor.total is not None:
        return cursor.total
    return matching.count()


def check_same_query(cursor: Cursor, asked: EntityQuery) -> None:
    """A client may repeat its query beside a cursor, but not ask another one. Raises InputError."""
    term = cursor.full_text.term if cursor.full_text else ""
    pairs = (
        ("filter", cursor.predicate, asked.predicate if asked.predicate != EVERYTHING else None),
        ("order", cursor.order, asked.order),
        ("full text term", term, asked.full_text.term if asked.full_text else None),
    )
    differs = [name for name, mine, other in pairs if other is not None and mine != other]
    if differs:
        raise InputError(
            f"request/query/cursor belongs to a query with another {differs[0]}.",
            hint="Leave out everything but `cursor`, `limit` and `fields`, or begin again without a cursor.",
        )


def those_matching(connection: Connection, ids: Sequence[int], predicate: Predicate) -> set[int]:
    """Which of these entities match."""
    if predicate == EVERYTHING:
        return set(ids)
    where = Conditions(connection, predicate).where()
    found: set[int] = set()
    for some in batches(list(ids)):
        query = put("SELECT e.id FROM entities e WHERE {} AND {}", one_of("e.id", some), where)
        found.update(row[0] for row in rows_of(connection, query))
    return found
