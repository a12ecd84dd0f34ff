"""Runs in SQL.

A step's output, each turn of a loop and each `checkpoint` of an action are rows, and the workspace as it was after
the last good step is kept beside them: any process can take a run over where another one stopped.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)  # fmt: skip

from callboard.db import ID, metadata


def _run_id() -> Column[str]:
    return Column("run_id", String(36), ForeignKey("scaffolder_runs.id", ondelete="CASCADE"), primary_key=True)


runs = Table(
    "scaffolder_runs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("template_ref", String, nullable=False),
    Column("template_title", String, nullable=False),
    Column("status", String(12), nullable=False),
    Column("created_by", String),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("ended_at", Float),
    Column("heartbeat_at", Float),
    Column("attempt", Integer, nullable=False, default=1),
    Column("starts", Integer, nullable=False, default=0),
    Column("owner", String(36)),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("spec", JSON, nullable=False),
    Column("secrets", Text),
    Column("secret_names", JSON),
    Column("conversation", JSON),
    Column("output", JSON),
    Column("error", JSON),
    Index("ix_scaffolder_runs_created_at", "created_at"),
    Index("ix_scaffolder_runs_created_by", "created_by", "created_at"),
    Index("ix_scaffolder_runs_status", "status"),
)
"""`owner` is the process at work, changed by whoever takes over: what the former one still writes is refused.
`starts` counts how often somebody began or took over this attempt.
"""

steps = Table(
    "scaffolder_steps",
    metadata,
    _run_id(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("step_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("action", String, nullable=False),
    Column("status", String(12), nullable=False),
    Column("started_at", Float),
    Column("ended_at", Float),
    Column("output", JSON),
)

checkpoints = Table(
    "scaffolder_checkpoints",
    metadata,
    _run_id(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", String, primary_key=True),
    Column("value", JSON),
)
"""What has been done inside a step that isn't finished yet."""

workspaces = Table(
    "scaffolder_workspaces",
    metadata,
    _run_id(),
    Column("archive", LargeBinary, nullable=False),
)

artifacts = Table(
    "scaffolder_artifacts",
    metadata,
    _run_id(),
    Column("kind", String(40), primary_key=True),
    Column("title", String, primary_key=True),
    Column("url", String),
    Column("at", Float, nullable=False),
)
"""What runs made: told when a later step fails."""

events = Table(
    "scaffolder_events",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("run_id", String(36), ForeignKey("scaffolder_runs.id", ondelete="CASCADE"), nullable=False),
    Column("type", String(12), nullable=False),
    Column("step_id", String),
    Column("body", JSON, nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_scaffolder_events_run_id", "run_id", "id"),
)
