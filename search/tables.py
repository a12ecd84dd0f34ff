"""One row for everything that can be found, and the full-text index over it.

The `w_` columns hold stemmed words (see `search.words`) and are all that the index reads. SQLite: an FTS5 table
that takes its content from here. PostgreSQL: `vector`, written with the row.
"""

from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from callboard.db import ID, TEXT, metadata

search_documents = Table(
    "search_documents",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("type", String(20), nullable=False),
    Column("ref", TEXT, nullable=False),
    Column("key", TEXT, nullable=False, default=""),
    Column("title", Text, nullable=False),
    Column("headings", Text, nullable=False, default=""),
    Column("text", Text, nullable=False, default=""),
    Column("location", Text, nullable=False, default=""),
    Column("kind", TEXT, nullable=False),
    Column("namespace", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("component_type", TEXT, nullable=False, default=""),
    Column("lifecycle", TEXT, nullable=False, default=""),
    Column("owner", TEXT, nullable=False, default=""),
    Column("fields", JSON),
    Column("w_name", Text, nullable=False, default=""),
    Column("w_title", Text, nullable=False, default=""),
    Column("w_headings", Text, nullable=False, default=""),
    Column("w_text", Text, nullable=False, default=""),
    Column("vector", Text().with_variant(TSVECTOR(), "postgresql")),
    UniqueConstraint("ref", "type", "key"),
    Index("ix_search_documents_name", "name"),
    Index("ix_search_documents_owner", "owner"),
)
"""`kind`, `namespace`, `name`, `component_type` and `lifecycle` are folded for filters; `owner` is a full ref."""


_FTS_ADD: Final = (
    "INSERT INTO search_fts(rowid, w_name, w_title, w_headings, w_text) "
    "VALUES (new.id, new.w_name, new.w_title, new.w_headings, new.w_text); "
)
_FTS_REMOVE: Final = (
    "INSERT INTO search_fts(search_fts, rowid, w_name, w_title, w_headings, w_text) "
    "VALUES ('delete', old.id, old.w_name, old.w_title, old.w_headings, old.w_text); "
)
_FTS_TABLE: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(w_name, w_title, w_headings, w_text, "
    "content='search_documents', content_rowid='id', tokenize='unicode61', prefix='3', detail='column')"
)
_TRIGGER: Final = "CREATE TRIGGER IF NOT EXISTS search_documents_"
_CHANGED: Final = "AFTER UPDATE OF w_name, w_title, w_headings, w_text ON search_documents"
SQLITE_DDL: Final = (
    _FTS_TABLE,
    f"{_TRIGGER}ai AFTER INSERT ON search_documents BEGIN {_FTS_ADD}END",
    f"{_TRIGGER}ad AFTER DELETE ON search_documents BEGIN {_FTS_REMOVE}END",
    f"{_TRIGGER}au {_CHANGED} BEGIN {_FTS_REMOVE}{_FTS_ADD}END",
)
POSTGRES_DDL: Final = ("CREATE INDEX IF NOT EXISTS ix_search_documents_vector ON search_documents USING gin (vector)",)


def create_search_index(connection: Connection) -> None:
    """The part of the schema that the metadata can't hold; may be run again."""
    statements = SQLITE_DDL if connection.dialect.name == "sqlite" else POSTGRES_DDL
    for statement in statements:
        connection.exec_driver_sql(statement)


@event.listens_for(search_documents, "after_create")
def _with_the_table(_table: Table, connection: Connection, **_options: Any) -> None:
    """Whoever creates the table from the metadata gets the index too."""
    create_search_index(connection)
