"""Remembers what a conversation is about: a thread for good, a person in a channel for a quarter of an hour."""

from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from answers.model import Topic
from answers.tables import topics

MEMORY: Final = 15 * 60.0
THREAD_MEMORY: Final = 30 * 86_400.0


def recall(connection: Connection, conversation: str, *, now: float, thread: bool) -> Topic | None:
    """The topic of a conversation, unless it is too long ago."""
    query = select(topics.c.topic, topics.c.at).where(topics.c.conversation == conversation)
    row = connection.execute(query).one_or_none()
    if row is None or now - row.at > (THREAD_MEMORY if thread else MEMORY):
        return None
    found = row.topic
    return Topic(
        found["intent"],
        tuple(found["refs"]),
        tuple(found["items"]),
        found.get("question", ""),
        tuple(found.get("places", ())),
        found.get("at", 0),
        found.get("part", 0),
    )


def remember(connection: Connection, conversation: str, topic: Topic, *, now: float) -> None:
    """Replace what the conversation was about; old rows go on the way."""
    build: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    body = asdict(topic) | {"items": topic.items[:50]}
    values = {"topic": body, "at": now}
    statement = build(topics).values(conversation=conversation, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["conversation"], set_=values))


def forget_old(connection: Connection, *, now: float) -> int:
    return connection.execute(delete(topics).where(topics.c.at < now - THREAD_MEMORY)).rowcount
