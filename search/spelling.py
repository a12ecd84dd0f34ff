"""Words that nothing in the index has, as the nearest ones that names and titles have.

SQLite's index lists its own words. PostgreSQL compares trigrams where the extension `pg_trgm` is there; without it
only names are found in spite of a mistake.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, text

from search.match import count, expression
from search.question import Concept
from search.words import STOP_WORDS

_NEAR: Final = 84.0
_SHORTEST: Final = 5
_MOST: Final = 5_000
TRIGRAMS: Final = "ix_search_documents_trigrams"
_HAS_TRIGRAMS: Final = text("SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = :name")
_SIMILAR: Final = text("SELECT w_title FROM search_documents WHERE :word <% w_title LIMIT 200")
_LISTED: Final = text(
    "SELECT DISTINCT term FROM temp.search_vocabulary WHERE term >= :first AND term < :after "
    "AND col IN ('w_name', 'w_title') LIMIT :most"
)
_VOCABULARY: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_vocabulary USING fts5vocab('main', 'search_fts', 'col')"
)


def has_trigrams(connection: Connection) -> bool:
    """Whether this PostgreSQL compares trigrams."""
    return connection.execute(_HAS_TRIGRAMS, {"name": TRIGRAMS}).first() is not None


def add_trigrams(connection: Connection) -> bool:
    """Have PostgreSQL compare trigrams where it may; False where the extension can't be had. May be run again."""
    if connection.dialect.name == "sqlite" or has_trigrams(connection):
        return True
    had = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm' AND (installed_version IS NOT NULL OR {may})"
    may = "has_database_privilege(current_database(), 'CREATE')"
    if connection.execute(text(had.format(may=may))).first() is None:
        return False
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    connection.execute(
        text(f"CREATE INDEX IF NOT EXISTS {TRIGRAMS} ON search_documents USING gin (w_title gin_trgm_ops)")
    )
    return True


def respelled(connection: Connection, concepts: Sequence[Concept]) -> list[Concept]:
    """The concepts, with those that nothing has as the nearest words that something has."""
    return [c if _is_known(connection, c) else _mended(connection, c) for c in concepts]


def _is_known(connection: Connection, concept: Concept) -> bool:
    if len(concept.text) < _SHORTEST or not concept.text.isalpha():
        return True
    return count(connection, expression(connection, [concept], every=True), cap=1) > 0


def _mended(connection: Connection, concept: Concept) -> Concept:
    word = concept.text
    near = process.extractOne(word, set(_words_like(connection, word)), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return replace(concept, words=(near[0],), prefix="", phrases=()) if near else concept


def _words_like(connection: Connection, word: str) -> Iterable[str]:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_VOCABULARY)
        span = {"first": word[0], "after": chr(ord(word[0]) + 1), "most": _MOST}
        return connection.execute(_LISTED, span).scalars().all()
    if not has_trigrams(connection):
        return ()
    titles = connection.execute(_SIMILAR, {"word": word}).scalars()
    return (w for title in titles for w in title.split() if w not in STOP_WORDS)
