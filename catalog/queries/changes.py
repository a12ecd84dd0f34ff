"""What changed lately among the things that some groups own."""

from collections.abc import Collection

from sqlalchemy import Connection, or_, select

from callboard.outbox import Event, events
from catalog.queries.lookup import ref_ids
from catalog.tables import entities, refs

_TOLD = ("created", "updated", "renamed", "orphaned", "failed", "recovered")

_FIRST = 3_600.0


def changes_of(connection: Connection, owners: Collection[str], *, since: float, limit: int = 10) -> list[Event]:
    """Events of entities owned by one of `owners`, the newest first.

    What came in with the catalog's first hour isn't news: everything was new then.
    """
    ids = list(ref_ids(connection, owners).values())
    if not ids:
        return []
    mine = select(refs.c.ref).join(entities, entities.c.id == refs.c.id).where(entities.c.owner_id.in_(ids))
    began = select(events.c.at).order_by(events.c.id).limit(1).scalar_subquery()
    is_news = or_(events.c.type != "created", events.c.at > began + _FIRST)
    query = select(events).where(events.c.ref.in_(mine), events.c.at >= since, events.c.type.in_(_TOLD), is_news)
    rows = connection.execute(query.order_by(events.c.id.desc()).limit(limit)).mappings()
    return [Event(r["type"], r["ref"], r["source"], r["actor"], r["body"] or {}, r["at"], r["id"]) for r in rows]


def former_names(connection: Connection, refs_: Collection[str] | None = None) -> list[tuple[str, str, str | None]]:
    """`(ref, former name or title, former ref)` of what was renamed, the newest first."""
    query = select(events.c.ref, events.c.body).where(events.c.type == "renamed").order_by(events.c.id.desc())
    if refs_ is not None:
        query = query.where(events.c.ref.in_(refs_))
    return [(row.ref, str(row.body["from"]), row.body.get("ref")) for row in connection.execute(query)]
