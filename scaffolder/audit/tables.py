"""The record of runs. It refers to no run, so that nothing that forgets runs forgets it."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text

from callboard.db import metadata

audit = Table(
    "scaffolder_audit",
    metadata,
    Column("run_id", String(36), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("actor", String),
    Column("template_ref", String, nullable=False),
    Column("version", String),
    Column("answers", JSON, nullable=False),
    Column("secret_names", JSON, nullable=False),
    Column("cancelled_by", String),
    Column("ended_at", Float),
    Column("outcome", String(12)),
    Column("error", Text),
    Column("made", JSON, nullable=False),
    Index("ix_scaffolder_audit_at", "at"),
)
