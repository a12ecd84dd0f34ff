"""What the Slack runtime keeps: deliveries it has seen, and where each run's message stands."""

from sqlalchemy import Column, Float, Index, String, Table

from callboard.db import metadata

deliveries = Table(
    "slack_deliveries",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("at", Float, nullable=False),
    Index("ix_slack_deliveries_at", "at"),
)

run_messages = Table(
    "slack_run_messages",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("shown", String(40), nullable=False, default=""),
    Column("at", Float, nullable=False),
)
"""`shown` is the digest of what the message says now."""
