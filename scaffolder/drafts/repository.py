"""Reads and writes of drafts; each belongs to one person."""

import uuid
from typing import Any, Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from callboard.errors import NotFoundError
from scaffolder.drafts import secrets
from scaffolder.drafts.model import Draft
from scaffolder.drafts.tables import drafts

KEEP: Final = 14 * 86_400.0


def new_id() -> str:
    return str(uuid.uuid4())


def save(connection: Connection, draft: Draft, *, now: float) -> None:
    """Write a draft, over its former state."""
    build: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"page": draft.page, "values": dict(draft.values), "channel": draft.channel, "at": now}
    row = {"id": draft.id, "actor": draft.actor, "template_ref": draft.template_ref, **values}
    connection.execute(build(drafts).values(row).on_conflict_do_update(index_elements=["id"], set_=values))


def get(connection: Connection, draft_id: str, actor: str) -> Draft:
    """The person's own draft. Raises NotFoundError when it was submitted or is too old."""
    query = select(drafts).where(drafts.c.id == draft_id, drafts.c.actor == actor)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFoundError(
            "That form was submitted already or is too old.", hint="Start again with `/callboard create`."
        )
    return Draft(**row)


def latest(connection: Connection, actor: str, template_ref: str) -> Draft | None:
    """Where the person left off with this template."""
    query = select(drafts).where(drafts.c.actor == actor, drafts.c.template_ref == template_ref)
    row = connection.execute(query.order_by(drafts.c.at.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else Draft(**row)


def remove(connection: Connection, draft_id: str) -> bool:
    """Forget a draft; False when another click did so first."""
    return bool(connection.execute(delete(drafts).where(drafts.c.id == draft_id)).rowcount)


def forget_old(connection: Connection, *, now: float) -> int:
    """Drafts that nobody came back to, and pages for secrets that are past their time."""
    secrets.forget_old(connection, now=now)
    return connection.execute(delete(drafts).where(drafts.c.at < now - KEEP)).rowcount
