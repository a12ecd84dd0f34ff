"""Drafts in SQL, and the one-time pages where secrets are entered."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text

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

secret_pages = Table(
    "scaffolder_secret_pages",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("owner", String(36), nullable=False),
    Column("title", String, nullable=False),
    Column("asks", JSON, nullable=False),
    Column("sealed", Text),
    Column("given", JSON),
    Column("expires_at", Float, nullable=False),
    Index("ix_scaffolder_secret_pages_owner", "owner"),
)
"""`token` is the digest of the one in the address; `owner` the draft or run that the secrets are for. `sealed` holds
what was entered, `given` the names.
"""
