"""The ledger of notices, where each was said, and what people chose."""

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
)

from callboard.db import ID, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("recipient", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("state", String(12), nullable=False, default="planned"),
    Column("error", Text),
    Column("created_at", Float, nullable=False),
    Column("parent_id", ID),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("acknowledged_by", String),
    Column("acknowledged_until", String(10)),
    Column("snoozed_until", Float),
    Column("said", Integer),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("due_at", Float),
    Column("next_at", Float),
    Column("closed_at", Float),
    Index("ix_notices_recipient", "recipient", "id"),
    Index("ix_notices_subject", "subject", "id"),
    Index("ix_notices_parent_id", "parent_id"),
    Index("ix_notices_due_at", "due_at"),
    Index("ix_notices_next_at", "next_at"),
)
"""States: planned (held until `due_at`), sent, then done, withdrawn, muted or dropped (nobody to tell).
`step` counts the places that refused; `next_at` is when somebody may have to be reminded.
"""

notice_posts = Table(
    "notice_posts",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("notice_id", ID, ForeignKey("notices.id", ondelete="CASCADE"), nullable=False),
    Column("address", String(80), nullable=False),
    Column("state", String(12), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("thread", String(32)),
    Column("channel", String(80)),
    Column("ts", String(32)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Float),
    Column("tried_at", Float),
    Column("error", Text),
    Column("version", Integer, nullable=False, default=0),
    Column("sent_at", Float),
    UniqueConstraint("notice_id", "address"),
    Index("ix_notice_posts_due_at", "due_at"),
)
"""States: planned, sent, failed. `due_at` is also the lease of an attempt under way; `version` is what it shows."""

notice_settings = Table(
    "notice_settings",
    metadata,
    Column("who", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("at", Float, nullable=False),
)
"""`who` is a User or Group, or empty for what the feature itself remembers. Keys: `topic:<topic>`, `quiet`, `days`,
`zone`, `channel`, `mute:*`, `mute:topic:<topic>`, `mute:entity:<ref>`, `follow:<ref>`.
A value is stored in a list of one, because SQLite would take a bare number out of its JSON text.
"""
