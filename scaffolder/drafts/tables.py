"""Drafts in SQL."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table

from callboard.db import metadata

drafts = Table(
    "scaffolder_drafts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("actor", String(40), nullable=False),
    Column("template_ref", String, nullable=False),
    Column("page", Integer, nullable=False),
    Column("values", JSON, nullable=False),
    Column("channel", String(40)),
    Column("at", Float, nullable=False),
    Index("ix_scaffolder_drafts_actor", "actor", "template_ref"),
)
