"""The ledger of notices."""

from sqlalchemy import JSON, BigInteger, Column, Float, Index, Integer, String, Table, Text

from callboard.db import metadata

_ID = BigInteger().with_variant(Integer, "sqlite")

notices = Table(
    "notices",
    metadata,
    Column("id", _ID, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("recipient", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("state", String(12), nullable=False, default="planned"),
    Column("channel", String(80)),
    Column("ts", String(32)),
    Column("error", Text),
    Column("created_at", Float, nullable=False),
    Column("sent_at", Float),
    Index("ix_notices_recipient", "recipient", "id"),
    Index("ix_notices_subject", "subject", "id"),
)
"""States: planned, sent, failed (for good), dropped (nobody to tell)."""
