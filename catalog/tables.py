"""The catalog in SQL.

Every ref that anything mentions has one row in `refs`, so that relations to things that don't exist are kept;
an entity shares its ref's id. Only forward relations are stored (`ownedBy`, never `ownerOf`): the other half is
the same rows read the other way. `entity_fields` holds what arbitrary filters look up; the fields that every page
asks for are columns of `entities`.
"""

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
)  # fmt: skip

from callboard.db import ID, TEXT, metadata

sources = Table(
    "sources",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("key", TEXT, nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("uid", String(36), nullable=False, unique=True),
    Column("type", String(20), nullable=False, default=""),
    Column("target", TEXT, nullable=False, default=""),
    Column("presence", String(8), nullable=False, default="required"),
    Column("error", Text),
    Column("failing_since", Float),
    Column("read_at", Float),
    Column("checked_at", Float),
)
"""A root: a `config` location, a `registered` location, or a `provider`. The key is `<kind>:<what it is>`."""

source_runs = Table(
    "source_runs",
    metadata,
    Column("source_id", ID, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("began_at", Float),
    Column("seconds", Float),
    Column("requests", JSON),
    Column("total", JSON, nullable=False),
    Column("quotas", JSON, nullable=False),
)
"""A provider's last run and what it cost, by kind of request; `total` counts on, out-of-turn reads included."""

targets = Table(
    "targets",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("source_id", ID, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("parent_id", ID, ForeignKey("targets.id", ondelete="SET NULL")),
    Column("location", TEXT, nullable=False, unique=True),
    Column("version", String, nullable=False, default=""),
    Column("digest", String(40), nullable=False, default=""),
    Column("includes", JSON),
    Column("children", JSON),
    Column("error", Text),
    Column("error_line", Integer),
    Column("failing_since", Float),
    Column("read_at", Float),
    Column("checked_at", Float),
    Index("ix_targets_source_id", "source_id"),
    Index("ix_targets_parent_id", "parent_id"),
)
"""One concrete file or URL. `includes`: the digest of each placeholder's file; `children`: what its Locations name."""

refs = Table(
    "refs",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("ref", TEXT, nullable=False, unique=True),
)

entities = Table(
    "entities",
    metadata,
    Column("id", ID, ForeignKey("refs.id"), primary_key=True, autoincrement=False),
    Column("uid", String(36), nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("namespace", TEXT, nullable=False),
    Column("name", TEXT, nullable=False),
    Column("title", TEXT),
    Column("type", TEXT),
    Column("lifecycle", TEXT),
    Column("owner_id", ID),
    Column("system_id", ID),
    Column("document", Text, nullable=False),
    Column("etag", String(40), nullable=False),
    Column("digest", String(40), nullable=False),
    Column("target_id", ID, ForeignKey("targets.id")),
    Column("line", Integer, nullable=False, default=1),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("orphaned_at", Float),
    Index("ix_entities_uid", "uid", unique=True),
    Index("ix_entities_kind_name", "kind", "name", "id"),
    Index("ix_entities_name", "name", "id"),
    Index("ix_entities_owner_kind", "owner_id", "kind", "name"),
    Index("ix_entities_target_id", "target_id"),
)
"""`kind`, `namespace`, `name`, `title`, `type` and `lifecycle` are case-folded for lookups; the document isn't."""

field_keys = Table(
    "field_keys",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", TEXT, nullable=False, unique=True),
)

entity_fields = Table(
    "entity_fields",
    metadata,
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    Column("value", TEXT, primary_key=True),
    Column("entity_id", ID, primary_key=True, autoincrement=False),
    Column("original", TEXT),
    sqlite_with_rowid=False,
)
"""Flattened documents: folded key and value; `original` only where folding changed the value."""

relations = Table(
    "relations",
    metadata,
    Column("source_id", ID, primary_key=True, autoincrement=False),
    Column("type", TEXT, primary_key=True),
    Column("target_id", ID, primary_key=True, autoincrement=False),
    Column("origin_id", ID, primary_key=True, autoincrement=False),
    Index("ix_relations_target_id", "target_id", "type", "source_id"),
    sqlite_with_rowid=False,
)
"""`origin` is the entity whose document says so: both ends may say the same thing. For an owner who is in the catalog
under another ref it is the ref that was written."""

problems = Table(
    "problems",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("target_id", ID, ForeignKey("targets.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("ref", TEXT),
    Column("line", Integer, nullable=False, default=1),
    Column("path", String, nullable=False, default=""),
    Column("name", String(40), nullable=False, default="Error"),
    Column("message", Text, nullable=False),
    Column("since", Float, nullable=False),
    Column("body", Text),
    Index("ix_problems_target_id", "target_id"),
    Index("ix_problems_ref", "ref"),
)
"""What is wrong with one document: an `error`, a `warning`, or a `conflict` whose `body` is the losing document."""

catalog_versions = Table(
    "catalog_versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", ID, nullable=False),
)
"""One row with the number that every change of the catalog moves on."""
