"""Tasks and schedule slots."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text

from callboard.db import ID, metadata

tasks = Table(
    "tasks",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("queue", String(40), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("spec", JSON, nullable=False),
    Column("state", String(12), nullable=False, default="pending"),
    Column("owner", String(80)),
    Column("due", Float),
    Column("attempt", Integer, nullable=False, default=0),
    Column("dedup", String(255), unique=True),
    Column("error", Text),
    Column("created_at", Float, nullable=False),
    Column("finished_at", Float),
    Index("ix_tasks_queue_due", "queue", "due"),
)
"""`due` does everything: pending, when to run; running, when the lease ends; finished, null."""

schedules = Table(
    "schedules",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("next_run", Float, nullable=False),
    Column("last_run", Float),
    Column("last_success", Float),
    Column("last_error", Text),
)
"""One row a schedule; moving `next_run` on by compare-and-set is what makes a slot run once."""
