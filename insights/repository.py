"""Keeps questions and verdicts for a while."""

from typing import Any, Final

from sqlalchemy import Connection, case, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from insights.model import Unanswered, Verdicts
from insights.tables import feedback, unanswered, viewed

RETENTION: Final = 90 * 86_400.0
_LONGEST: Final = 600


def note_unanswered(connection: Connection, *, question: str, intent: str, actor: str, now: float) -> None:
    """Remember a question that found nothing; long ones are cut."""
    row = {"question": question.strip()[:_LONGEST], "intent": intent, "actor": actor, "at": now}
    connection.execute(insert(unanswered).values(row))


def note_feedback(connection: Connection, *, question: str, helpful: bool, actor: str, now: float) -> None:
    """A person's verdict on the answer to a question, over their former one."""
    build: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"helpful": helpful, "at": now}
    statement = build(feedback).values(actor=actor, question=question[:_LONGEST], **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["actor", "question"], set_=values))


def note_viewed(connection: Connection, *, actor: str, ref: str, now: float) -> None:
    """Somebody asked about an entity."""
    build: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = build(viewed).values(actor=actor, ref=ref, at=now)
    connection.execute(statement.on_conflict_do_update(index_elements=["actor", "ref"], set_={"at": now}))


def recently_viewed(connection: Connection, actor: str, *, limit: int = 8) -> list[str]:
    """The refs somebody asked about, the newest first."""
    query = select(viewed.c.ref).where(viewed.c.actor == actor).order_by(viewed.c.at.desc(), viewed.c.ref)
    return list(connection.execute(query.limit(limit)).scalars())


def unanswered_questions(connection: Connection, *, since: float, limit: int = 50) -> list[Unanswered]:
    """What people asked in vain, the most frequent first."""
    text = func.lower(unanswered.c.question)
    times, last = func.count().label("times"), func.max(unanswered.c.at).label("last_at")
    query = select(text, func.max(unanswered.c.intent), times, last).where(unanswered.c.at >= since).group_by(text)
    rows = connection.execute(query.order_by(times.desc(), last.desc()).limit(limit))
    return [Unanswered(*row) for row in rows]


def verdicts(connection: Connection, *, since: float, limit: int = 50) -> list[Verdicts]:
    """Answers that didn't help, the worst first."""
    bad = func.sum(case((feedback.c.helpful, 0), else_=1)).label("bad")
    good = func.sum(case((feedback.c.helpful, 1), else_=0)).label("good")
    query = select(feedback.c.question, good, bad).where(feedback.c.at >= since).group_by(feedback.c.question)
    return [Verdicts(*row) for row in connection.execute(query.order_by(bad.desc(), good).limit(limit))]


def forget_old(connection: Connection, *, now: float) -> int:
    """Drop what is past its retention."""
    gone = connection.execute(delete(unanswered).where(unanswered.c.at < now - RETENTION)).rowcount
    gone += connection.execute(delete(viewed).where(viewed.c.at < now - RETENTION)).rowcount
    return gone + connection.execute(delete(feedback).where(feedback.c.at < now - RETENTION)).rowcount
