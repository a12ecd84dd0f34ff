"""What conversations are about."""

from sqlalchemy import JSON, Column, Float, Index, String, Table

from callboard.db import metadata

topics = Table(
    "conversation_topics",
    metadata,
    Column("conversation", String(120), primary_key=True),
    Column("topic", JSON, nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_conversation_topics_at", "at"),
)
