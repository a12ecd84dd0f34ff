"""Docs in SQL: a site per entity, its pages, and their sections, which hold the only copy of the text."""

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

from callboard.db import ID, TEXT, metadata

doc_sites = Table(
    "doc_sites",
    metadata,
    Column("ref", TEXT, primary_key=True),
    Column("title", Text, nullable=False),
    Column("nav", JSON, nullable=False),
    Column("source", Text, nullable=False, default=""),
    Column("alias", TEXT, nullable=False, default=""),
    Column("alias_path", Text, nullable=False, default=""),
    Column("problems", JSON, nullable=False),
    Column("digest", String(40), nullable=False, default=""),
    Column("indexed_at", Float, nullable=False),
)
"""`digest` covers everything else in the row, so that an unchanged site is not written."""

doc_pages = Table(
    "doc_pages",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("ref", TEXT, nullable=False),
    Column("path", TEXT, nullable=False),
    Column("file", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("position", Integer, nullable=False, default=0),
    Column("version", String, nullable=False, default=""),
    Column("digest", String(40), nullable=False, default=""),
    Column("definitions", Text, nullable=False, default=""),
    Column("edit_url", Text, nullable=False, default=""),
    Column("changed_at", Float),
    UniqueConstraint("ref", "path"),
)
"""`path` is the page's place in the site, `file` the place it was read from; they differ for included sites."""

doc_sections = Table(
    "doc_sections",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("page_id", ID, ForeignKey("doc_pages.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("anchor", TEXT, nullable=False),
    Column("title", Text, nullable=False),
    Column("trail", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_doc_sections_page_id", "page_id", "position"),
)
