"""Asks the full-text index of either database. Ranking looks at so many matches and no more: the words that more
documents hold than that tell little about any of them.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    String,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.sql.selectable import FromClause

from search.question import Concept
from search.tables import search_documents as documents

RANKED: Final = 2_000
"""Of more matches than this, those in names and headings are looked for apart."""
_SCORED: Final = 1_000
Where = Literal["anywhere", "headings", "names"]
Conditions = Sequence[tuple[str, Sequence[str]]]
"""Columns of `search_documents`, each with the values that it may have."""
_COLUMNS: Final[dict[Where, str]] = {
    "anywhere": "", "headings": "{w_name w_title w_headings} : ", "names": "{w_name} : ",
}  # fmt: skip
_WEIGHTS: Final[dict[Where, str]] = {"anywhere": "", "headings": "ABC", "names": "A"}
_SQLITE: Final = (
    "SELECT rowid AS id, bm25(search_fts, 5.0, 6.0, 3.0, 1.0) AS score FROM search_fts WHERE search_fts MATCH :words"
)
_POSTGRES: Final = (
    "SELECT id, -ts_rank('{0.1, 0.3, 0.6, 1.0}', vector, to_tsquery('simple', :words), 1) AS score "
    "FROM search_documents WHERE vector @@ to_tsquery('simple', :words)"
)
_SQLITE_IDS: Final = "SELECT rowid AS id FROM search_fts WHERE search_fts MATCH :words"
_POSTGRES_IDS: Final = "SELECT id FROM search_documents WHERE vector @@ to_tsquery('simple', :words)"


def expression(connection: Connection, concepts: Sequence[Concept], *, every: bool, where: Where = "anywhere") -> str:
    """The index's own query language. Words are letters and digits only, so nothing in them can be an operator."""
    if connection.dialect.name == "sqlite":
        alternatives = (_alternatives(c, " AND ", '"{}"', '"{}"*', every=every) for c in concepts)
        return f"{_COLUMNS[where]}({(' AND ' if every else ' OR ').join(alternatives)})"
    mark = _WEIGHTS[where]
    plain, prefix = f"'{{}}':{mark}" if mark else "'{}'", f"'{{}}':*{mark}"
    return (" & " if every else " | ").join(_alternatives(c, " & ", plain, prefix, every=every) for c in concepts)


def _alternatives(concept: Concept, both: str, plain: str, prefix: str, *, every: bool) -> str:
    either = " OR " if both == " AND " else " | "
    words = [plain.format(w) for w in concept.words]
    if concept.prefix:
        words.append(prefix.format(concept.prefix))
    if concept.parts:
        parts = [plain.format(p) for p in concept.parts]
        words += [f"({both.join(parts)})"] if every else parts
    words += [f"({both.join(plain.format(p) for p in phrase)})" for phrase in concept.phrases]
    return f"({either.join(words)})"


def ranked_ids(connection: Connection, words: str, *, limit: int, conditions: Conditions = ()) -> list[int]:
    """Ids of the best matches; of very many, the best among the first."""
    statement = text(_SQLITE if connection.dialect.name == "sqlite" else _POSTGRES)
    some = _narrowed(
        connection, statement.columns(column("id", Integer), column("score", Float)).subquery("m"), conditions
    )
    inner = some.limit(max(_SCORED, limit)).subquery()
    query = select(inner.c.id).order_by(inner.c.score, inner.c.id).limit(limit)
    return list(connection.execute(query, {"words": words}).scalars())


def count(connection: Connection, words: str, *, conditions: Conditions = (), cap: int | None = None) -> int:
    """How many documents match, counted no further than `cap`."""
    inner = _narrowed(connection, _ids(connection), conditions).limit(cap).subquery()
    return int(connection.execute(select(func.count()).select_from(inner), {"words": words}).scalar_one())


def refs_of_matches(connection: Connection, words: str, *, conditions: Conditions = ()) -> list[tuple[int, str]]:
    """Every match with the entity it belongs to."""
    matched = _ids(connection)
    query = select(documents.c.id, documents.c.ref).join(matched, matched.c.id == documents.c.id)
    query = query.where(*_after_match(connection, conditions))
    return [(row.id, row.ref) for row in connection.execute(query, {"words": words})]


def _ids(connection: Connection) -> FromClause:
    statement = text(_SQLITE_IDS if connection.dialect.name == "sqlite" else _POSTGRES_IDS)
    return statement.columns(column("id", Integer)).subquery("m")


def _narrowed(connection: Connection, matched: FromClause, conditions: Conditions) -> Select[Any]:
    query: Select[Any] = select(matched)
    if conditions:
        query = query.join(documents, documents.c.id == matched.c.id).where(*_after_match(connection, conditions))
    return query


def fulfils(conditions: Conditions) -> list[ColumnElement[bool]]:
    """The conditions for a query of the table itself."""
    return [documents.c[name].in_(values) for name, values in conditions]


def _after_match(connection: Connection, conditions: Conditions) -> list[ColumnElement[bool]]:
    """The conditions for what the index found. The plus keeps SQLite from starting at another index and asking the
    full-text one about each row, which takes it a hundred times as long.
    """
    if connection.dialect.name != "sqlite":
        return fulfils(conditions)
    return [literal_column(f"+search_documents.{name}", String).in_(values) for name, values in conditions]
