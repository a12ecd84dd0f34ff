"""Lists of entities: filtered, searched, sorted, page by page in both directions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, tuple_

from callboard.errors import InputError
from catalog.ingest.rows import batches
from catalog.model import Page, Summary
from catalog.queries import lookup
from catalog.queries.conditions import Conditions
from catalog.queries.cursors import Cursor, FullText, OrderBy
from catalog.queries.fulltext import containing
from catalog.queries.ordering import SortKey, sort_key
from catalog.queries.output import COLUMNS, StoredEntity, stored
from catalog.queries.predicates import EVERYTHING, Predicate
from catalog.tables import entities, refs

DEFAULT_LIMIT: Final = 200
MAX_LIMIT: Final = 10_000
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
    rows = matching.rows(min(query.limit, MAX_LIMIT), query.offset, cursor)
    return matching.page(rows, total, cursor)


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
    return list(connection.execute(matching.select_ids().offset(query.offset)).scalars())


def by_offset(
    connection: Connection, predicate: Predicate, orders: Sequence[OrderBy], *, limit: int, offset: int
) -> list[StoredEntity]:
    """Rows `offset` to `offset + limit`, sorted by each order in turn, those that lack a field last; else by ref."""
    conditions = Conditions(connection, predicate)
    seed = conditions.seed()
    query = select(*COLUMNS).select_from(entities).where(conditions.where(seeded=seed is not None))
    if seed is not None:
        query = query.where(entities.c.id.in_(seed))
    for order in orders:
        key = sort_key(connection, order.field)
        if key.source is not None:
            source = key.source.alias()
            query = query.outerjoin(source, source.c.entity_id == entities.c.id)
            key = SortKey(source.c.value, source, nullable=True)
        direction = key.expression.desc() if order.descending else key.expression.asc()
        query = query.order_by(direction.nulls_last())
    if not orders:
        query = query.join(refs, refs.c.id == entities.c.id).order_by(refs.c.ref)
    query = query.order_by(entities.c.id).limit(limit).offset(offset)
    return [stored(row) for row in connection.execute(query)]


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
        self._where = and_(conditions.where(seeded=seeded), *extra)
        self._paging = self._where if seeded else and_(conditions.where(row_by_row=True), *extra)

    @property
    def is_empty(self) -> bool:
        return self._seed is not None and not self._seed

    def count(self) -> int:
        if self.is_empty:
            return 0
        query = self._narrowed(select(func.count()), self._where)
        return int(self._connection.execute(query).scalar_one())

    def select_ids(self) -> Select[Any]:
        return self._sorted(self._narrowed(select(entities.c.id), self._where), backwards=False)

    def rows(self, limit: int, offset: int, cursor: Cursor | None) -> Sequence[Any]:
        """One row more than `limit` where there is more; the last column is the value sorted by."""
        backwards = cursor is not None and cursor.backwards
        query = self._narrowed(select(*COLUMNS, self._key.expression), self._paging)
        if cursor is not None:
            query = query.where(self._beyond(cursor))
        query = self._sorted(query, backwards=backwards).limit(limit + 1)
        return self._connection.execute(query.offset(offset) if offset else query).all()

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
            [stored(row) for row in rows],
            total,
            self._cursor(rows[-1], known, backwards=False) if rows and after else None,
            self._cursor(rows[0], known, backwards=True) if rows and before else None,
        )

    def _cursor(self, row: Any, total: int | None, *, backwards: bool) -> str:
        order = self._query.order or _BY_UID
        query = self._query
        return Cursor(query.predicate, order, query.full_text, row[-1], row.id, backwards, total).encode()

    def _narrowed(self, query: Select[Any], where: ColumnElement[bool]) -> Select[Any]:
        source = self._key.source
        query = query.select_from(
            entities if source is None else entities.join(source, source.c.entity_id == entities.c.id)
        )
        if self._key.nullable:
            query = query.where(self._key.expression.is_not(None))
        if self._seed is not None:
            query = query.where(entities.c.id.in_(self._seed))
        return query.where(where)

    def _sorted(self, query: Select[Any], *, backwards: bool) -> Select[Any]:
        columns: list[ColumnElement[Any]] = [self._key.expression, entities.c.id]
        if self._order.descending != backwards:
            columns = [c.desc() for c in columns]
        return query.order_by(*columns)

    def _beyond(self, cursor: Cursor) -> ColumnElement[bool]:
        here = tuple_(self._key.expression, entities.c.id)
        edge = tuple_(cursor.value, cursor.entity_id)
        return here < edge if self._order.descending != cursor.backwards else here > edge


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
        found.update(connection.execute(select(entities.c.id).where(entities.c.id.in_(some), where)).scalars())
    return found
