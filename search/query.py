"""Reads the index: a search with pages and filters, and candidates for those who rank themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Float, Integer, Select, column, false, func, select, text
from sqlalchemy.sql.selectable import FromClause

from search.names import LIKELY, Match
from search.question import Concept, Synonyms, concepts_of
from search.tables import search_documents as documents

Finder = Callable[[str], Sequence[Match]]
_FILTERS: Final = {
    "kind": documents.c.kind,
    "namespace": documents.c.namespace,
    "name": documents.c.name,
    "type": documents.c.component_type,
    "componenttype": documents.c.component_type,
    "lifecycle": documents.c.lifecycle,
    "owner": documents.c.owner,
}
_SQLITE: Final = (
    "SELECT rowid AS id, bm25(search_fts, 8.0, 6.0, 3.0, 1.0) AS score FROM search_fts WHERE search_fts MATCH :words"
)
_POSTGRES: Final = (
    "SELECT id, -ts_rank('{0.1, 0.3, 0.6, 1.0}', vector, to_tsquery('simple', :words), 1) AS score "
    "FROM search_documents WHERE vector @@ to_tsquery('simple', :words)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A document that fits."""

    id: int
    type: str
    ref: str
    key: str
    title: str
    headings: str
    text: str
    location: str
    kind: str
    namespace: str
    name: str
    component_type: str
    lifecycle: str
    owner: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results; `total` counts all pages. `guessed` when nothing fitted and these are near misses."""

    items: Sequence[Found]
    total: int
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document's words by field, for a ranking of one's own."""

    id: int
    ref: str
    key: str
    name: str
    title: str
    headings: str
    text: str
    label: str
    """The title as written."""
    score: float


_COLUMNS: Final = tuple(documents.c[name] for name in Found.__slots__ if name != "score")


def search(
    connection: Connection,
    term: str,
    *,
    types: Sequence[str] = (),
    filters: Mapping[str, Sequence[str]] | None = None,
    limit: int = 25,
    offset: int = 0,
    visible: Callable[[str], bool] | None = None,
    names: Finder | None = None,
    synonyms: Synonyms | None = None,
) -> Results:
    """The exact name first, then names and titles, headings, text. `visible` judges refs, before anything is counted.

    `names` looks spelling mistakes up; it is asked only when the words as typed find nothing.
    """
    concepts = concepts_of(term, synonyms, typing=True)
    chosen = _Chosen(types, filters or {}, visible)
    if not concepts:
        return _all(connection, chosen, limit, offset) if not term.strip() else Results((), 0)
    found = _ranked(connection, _expression(connection, concepts, every=True), term, chosen, limit, offset)
    if found.total or names is None:
        return found
    refs = [m.ref for m in names(term) if m.score >= LIKELY - 10]
    near = _by_refs(connection, refs, chosen, limit, offset)
    return near if near.total else _any(connection, concepts, term, chosen, limit, offset)


def candidates(
    connection: Connection,
    concepts: Sequence[Concept],
    *,
    type_: str,
    refs: Sequence[str] = (),
    limit: int = 80,
) -> list[Candidate]:
    """Documents of one type that hold any of the concepts, the likeliest first."""
    if not concepts:
        return []
    matched = _matched(connection)
    words = ("w_name", "w_title", "w_headings", "w_text")
    query: Select[Any] = select(
        documents.c.id,
        documents.c.ref,
        documents.c.key,
        *(documents.c[w] for w in words),
        documents.c.title,
        matched.c.score,
    )
    query = query.join(matched, matched.c.id == documents.c.id).where(documents.c.type == type_)
    if refs:
        query = query.where(documents.c.ref.in_(refs))
    query = query.order_by(matched.c.score, documents.c.id).limit(limit)
    expression = _expression(connection, concepts, every=False)
    return [Candidate(*row) for row in connection.execute(query, {"words": expression})]


def frequency(connection: Connection, concept: Concept, *, cap: int = 2_000) -> int:
    """How many documents hold a concept, counted up to `cap`."""
    matched = _matched(connection)
    some = select(matched.c.id).limit(cap).subquery()
    counted = connection.execute(
        select(func.count()).select_from(some), {"words": _expression(connection, [concept], every=True)}
    )
    return int(counted.scalar_one())


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What a caller narrows a search to."""

    types: Sequence[str]
    filters: Mapping[str, Sequence[str]]
    visible: Callable[[str], bool] | None

    def narrow(self, query: Select[Any]) -> Select[Any]:
        if self.types:
            query = query.where(documents.c.type.in_(self.types))
        for key, values in self.filters.items():
            at = _FILTERS.get(key.lower())
            folded = [v.casefold() for v in values]
            query = query.where(at.in_(folded) if at is not None else false())
        return query


def _matched(connection: Connection) -> FromClause:
    statement = text(_SQLITE if connection.dialect.name == "sqlite" else _POSTGRES)
    return statement.columns(column("id", Integer), column("score", Float)).subquery("matched")


def _expression(connection: Connection, concepts: Sequence[Concept], *, every: bool) -> str:
    sqlite = connection.dialect.name == "sqlite"
    both, either, rest = (" AND ", " OR ", "*") if sqlite else (" & ", " | ", ":*")
    alternatives = []
    for concept in concepts:
        words = [_quoted(w, sqlite=sqlite) for w in concept.words]
        if concept.prefix:
            words.append(_quoted(concept.prefix, sqlite=sqlite) + rest)
        if concept.parts:
            parts = [_quoted(p, sqlite=sqlite) for p in concept.parts]
            words += [f"({both.join(parts)})"] if every else parts
        alternatives.append(f"({either.join(words)})")
    return (both if every else either).join(alternatives)


def _quoted(word: str, *, sqlite: bool) -> str:
    return f'"{word}"' if sqlite else f"'{word}'"


def _ranked(connection: Connection, expression: str, term: str, chosen: _Chosen, limit: int, offset: int) -> Results:
    matched = _matched(connection)
    folded = term.strip().casefold()
    exact = (documents.c.name == folded) | (func.lower(documents.c.title) == folded)
    scored: Select[Any] = select(*_COLUMNS, matched.c.score)
    query = chosen.narrow(scored.join(matched, matched.c.id == documents.c.id)).order_by(
        exact.desc(), matched.c.score, documents.c.id
    )
    return _page(connection, query, chosen, limit, offset, {"words": expression})


def _any(
    connection: Connection, concepts: Sequence[Concept], term: str, chosen: _Chosen, limit: int, offset: int
) -> Results:
    if len(concepts) == 1:
        return Results((), 0)
    found = _ranked(connection, _expression(connection, concepts, every=False), term, chosen, limit, offset)
    return Results(found.items, found.total, guessed=bool(found.total))


def _by_refs(connection: Connection, refs: Sequence[str], chosen: _Chosen, limit: int, offset: int) -> Results:
    """Entities by ref, in the given order."""
    everything: Select[Any] = select(*_COLUMNS)
    query = chosen.narrow(everything.where(documents.c.ref.in_(refs), documents.c.type == "software-catalog"))
    rows = {row.ref: _found(row) for row in connection.execute(query)}
    items = [rows[r] for r in refs if r in rows and (chosen.visible is None or chosen.visible(r))]
    return Results(items[offset : offset + limit], len(items), guessed=bool(items))


def _all(connection: Connection, chosen: _Chosen, limit: int, offset: int) -> Results:
    """No term: everything that the filters leave, by name."""
    everything: Select[Any] = select(*_COLUMNS)
    query: Select[Any] = chosen.narrow(everything).order_by(documents.c.name, documents.c.id)
    return _page(connection, query, chosen, limit, offset, {})


def _page(
    connection: Connection, query: Select[Any], chosen: _Chosen, limit: int, offset: int, binds: Mapping[str, Any]
) -> Results:
    if chosen.visible is not None:
        return _visible_page(connection, query, chosen.visible, limit, offset, binds)
    rows = connection.execute(query.limit(limit).offset(offset), binds).all()
    bare = query.with_only_columns(documents.c.id).order_by(None).subquery()
    total = offset + len(rows)
    if len(rows) == limit or (offset and not rows):
        total = connection.execute(select(func.count()).select_from(bare), binds).scalar_one()
    return Results([_found(row) for row in rows], total)


def _visible_page(
    connection: Connection,
    query: Select[Any],
    visible: Callable[[str], bool],
    limit: int,
    offset: int,
    binds: Mapping[str, Any],
) -> Results:
    """What may not be seen is taken out before anything is counted."""
    judged: dict[str, bool] = {}
    ids = []
    for row in connection.execute(query.with_only_columns(documents.c.id, documents.c.ref), binds):
        if row.ref not in judged:
            judged[row.ref] = visible(row.ref)
        if judged[row.ref]:
            ids.append(row.id)
    page = ids[offset : offset + limit]
    rows = {r.id: _found(r) for r in connection.execute(select(*_COLUMNS).where(documents.c.id.in_(page)))}
    return Results([rows[i] for i in page], len(ids))


def _found(row: Any) -> Found:
    values = {name: getattr(row, name) for name in Found.__slots__ if name not in {"score", "fields"}}
    return Found(**values, fields=row.fields or {}, score=getattr(row, "score", 0.0))
