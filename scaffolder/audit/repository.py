"""Writes and reads the record of runs, in the transactions of what it records."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from scaffolder.audit.model import AuditRecord
from scaffolder.audit.tables import audit
from scaffolder.model import Made


def began(connection: Connection, record: AuditRecord) -> None:
    """An attempt was asked for."""
    row = asdict(record) | {"secret_names": list(record.secret_names), "made": list(record.made)}
    connection.execute(insert(audit).values(row | {"answers": dict(record.answers)}))


def began_again(connection: Connection, run_id: str, *, attempt: int, actor: str | None, now: float) -> None:
    """A further attempt at what the run's first one was to do."""
    first = select(audit).where(audit.c.run_id == run_id).order_by(audit.c.attempt).limit(1)
    row = connection.execute(first).mappings().one_or_none()
    if row is not None:
        known = {name: row[name] for name in ("run_id", "template_ref", "version", "answers", "secret_names")}
        began(connection, AuditRecord(**known, attempt=attempt, actor=actor, at=now))


def cancelled(connection: Connection, run_id: str, by: str | None) -> None:
    """Somebody asked the present attempt to stop."""
    connection.execute(_present(run_id).values(cancelled_by=by))


def ended(
    connection: Connection,
    run_id: str,
    outcome: str,
    *,
    error: Mapping[str, Any] | None,
    made: Sequence[Made],
    now: float,
) -> None:
    """The present attempt is over."""
    values = {"outcome": outcome, "ended_at": now, "error": (error or {}).get("message")}
    connection.execute(_present(run_id).values(values | {"made": [asdict(m) for m in made]}))


def records(
    connection: Connection,
    *,
    template: str | None = None,
    actor: str | None = None,
    since: float = 0.0,
    limit: int = 100,
) -> list[AuditRecord]:
    """The newest first."""
    query = select(audit).where(audit.c.at >= since)
    query = query.where(audit.c.template_ref == template) if template else query
    query = query.where(audit.c.actor == actor) if actor else query
    ordered = query.order_by(audit.c.at.desc(), audit.c.run_id, audit.c.attempt.desc()).limit(limit)
    return [AuditRecord(**row) for row in connection.execute(ordered).mappings()]


def _present(run_id: str) -> Any:
    last = select(func.max(audit.c.attempt)).where(audit.c.run_id == run_id).scalar_subquery()
    return update(audit).where(audit.c.run_id == run_id, audit.c.attempt == last)
