"""Questions without an answer, feedback on answers, and what somebody looked at last."""

from sqlalchemy import Boolean, Column, Float, Index, String, Table, Text

from callboard.db import ID, metadata

unanswered = Table(
    "unanswered_questions",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("question", Text, nullable=False),
    Column("intent", String(20), nullable=False),
    Column("actor", String(40), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_unanswered_questions_at", "at"),
)

viewed = Table(
    "entities_viewed",
    metadata,
    Column("actor", String(40), primary_key=True),
    Column("ref", String, primary_key=True),
    Column("at", Float, nullable=False),
    Index("ix_entities_viewed_actor", "actor", "at"),
)

feedback = Table(
    "answer_feedback",
    metadata,
    Column("actor", String(40), primary_key=True),
    Column("question", String(600), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_answer_feedback_at", "at"),
)
"""One verdict a person and question: who changes their mind replaces it."""
