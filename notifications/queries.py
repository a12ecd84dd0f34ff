"""Reads of the ledger, of choices, and the few things about the catalog that nobody else asks for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, and_, func, or_, select

from callboard.entities import OWNED_KINDS
from callboard.outbox import Event, events
from catalog.tables import entities, refs, targets
from notifications.model import OPEN, Notice, Post, notice_from
from notifications.tables import notice_posts, notice_settings, notices

_SOME: Final = 500
_MOST: Final = 200


def get(connection: Connection, notice_id: int) -> Notice | None:
    row = connection.execute(select(notices).where(notices.c.id == notice_id)).one_or_none()
    return None if row is None else notice_from(row)


def by_key(connection: Connection, key: str) -> Notice | None:
    row = connection.execute(select(notices).where(notices.c.key == key)).one_or_none()
    return None if row is None else notice_from(row)


def open_about(connection: Connection, subject: str, kind: str, *, recipient: str | None = None) -> list[Notice]:
    """The notices of one kind about something that aren't closed; one recipient's, or everybody's."""
    query = select(notices).where(notices.c.subject == subject, notices.c.kind == kind, notices.c.state.in_(OPEN))
    if recipient is not None:
        query = query.where(notices.c.recipient == recipient)
    return [notice_from(row) for row in connection.execute(query.order_by(notices.c.id))]


def all_about(connection: Connection, subject: str, kind: str, *, since: float = 0.0) -> list[Notice]:
    """Every notice of one kind about something, the newest of each recipient only."""
    query = select(notices).where(notices.c.subject == subject, notices.c.kind == kind)
    query = query.where(or_(notices.c.closed_at.is_(None), notices.c.closed_at >= since)).order_by(notices.c.id)
    newest = {row.recipient: row for row in connection.execute(query)}
    return [notice_from(row) for row in newest.values()]


def closed_since(connection: Connection, subject: str, kind: str, recipient: str, since: float) -> Notice | None:
    """The newest notice that was closed lately, to be taken up again instead of saying the same anew."""
    query = select(notices).where(
        notices.c.subject == subject,
        notices.c.kind == kind,
        notices.c.recipient == recipient,
        notices.c.state.in_(("withdrawn", "done")),
        notices.c.closed_at >= since,
    )
    row = connection.execute(query.order_by(notices.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else notice_from(row)


def replied_since(connection: Connection, parent_id: int, kind: str, since: float) -> bool:
    query = select(notices.c.id).where(notices.c.parent_id == parent_id, notices.c.kind == kind)
    return connection.execute(query.where(notices.c.created_at > since).limit(1)).first() is not None


def open_subjects(connection: Connection, kind: str) -> list[str]:
    query = select(notices.c.subject).where(notices.c.kind == kind, notices.c.state.in_(OPEN)).distinct()
    return list(connection.execute(query.order_by(notices.c.subject)).scalars())


def due(connection: Connection, now: float) -> list[int]:
    """Planned notices whose time has come."""
    query = select(notices.c.id).where(notices.c.state == "planned", notices.c.due_at <= now)
    return list(connection.execute(query.order_by(notices.c.due_at).limit(_SOME)).scalars())


def due_posts(connection: Connection, now: float) -> list[tuple[int, int]]:
    """Posts to try, with the attempts made."""
    query = select(notice_posts.c.id, notice_posts.c.attempts)
    query = query.where(notice_posts.c.state == "planned", notice_posts.c.due_at <= now)
    return [(r.id, r.attempts) for r in connection.execute(query.order_by(notice_posts.c.due_at).limit(_SOME))]


def stale(connection: Connection) -> list[int]:
    """Notices that some message shows an old state of."""
    joined = notices.join(notice_posts, notice_posts.c.notice_id == notices.c.id)
    query = select(notices.c.id).select_from(joined)
    query = query.where(notice_posts.c.state == "sent", notice_posts.c.version < notices.c.version)
    return list(connection.execute(query.distinct().limit(_SOME)).scalars())


def to_remind(connection: Connection, now: float) -> list[Notice]:
    query = select(notices).where(notices.c.state == "sent", notices.c.next_at <= now)
    return [notice_from(row) for row in connection.execute(query.order_by(notices.c.id).limit(_SOME))]


def get_post(connection: Connection, post_id: int) -> Post | None:
    row = connection.execute(select(notice_posts).where(notice_posts.c.id == post_id)).one_or_none()
    return None if row is None else _post(row)


def posts_of(connection: Connection, notice_id: int) -> list[Post]:
    query = select(notice_posts).where(notice_posts.c.notice_id == notice_id).order_by(notice_posts.c.id)
    return [_post(row) for row in connection.execute(query)]


def _post(row: Any) -> Post:
    return Post(
        row.id, row.notice_id, row.address, row.state, row.note, row.thread, row.channel, row.ts, row.attempts,
        row.tried_at, row.error, row.version,
    )  # fmt: skip


def listing(connection: Connection, *, limit: int = 50, state: str | None = None) -> list[tuple[Notice, list[Post]]]:
    """The newest notices and where each was said."""
    query = select(notices).order_by(notices.c.id.desc()).limit(limit)
    if state:
        query = query.where(notices.c.state == state)
    found = [notice_from(row) for row in connection.execute(query)]
    places: dict[int, list[Post]] = {n.id: [] for n in found}
    rows = select(notice_posts).where(notice_posts.c.notice_id.in_(places)).order_by(notice_posts.c.id)
    for row in connection.execute(rows):
        places[row.notice_id].append(_post(row))
    return [(n, places[n.id]) for n in found]


def settings_of(connection: Connection, who: str) -> dict[str, Any]:
    query = select(notice_settings.c.key, notice_settings.c.value).where(notice_settings.c.who == who)
    return {row.key: row.value[0] for row in connection.execute(query)}


def settings_of_many(connection: Connection, who: Collection[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {w: {} for w in who}
    query = select(notice_settings).where(notice_settings.c.who.in_(sorted(who)))
    for row in connection.execute(query):
        found[row.who][row.key] = row.value[0]
    return found


def followed_by(connection: Connection, who: str) -> list[str]:
    """The refs that somebody follows."""
    query = select(notice_settings.c.key).where(notice_settings.c.who == who, notice_settings.c.key.like("follow:%"))
    return sorted(key.removeprefix("follow:") for key in connection.execute(query).scalars())


def followers(connection: Connection, ref: str) -> list[str]:
    query = select(notice_settings.c.who).where(notice_settings.c.key == f"follow:{ref}")
    return list(connection.execute(query.order_by(notice_settings.c.who)).scalars())


def followed_any(connection: Connection, wanted: Collection[str]) -> set[str]:
    """Those of `wanted` that anybody follows."""
    keys = {f"follow:{ref}": ref for ref in wanted}
    query = select(notice_settings.c.key).where(notice_settings.c.key.in_(sorted(keys))).distinct()
    return {keys[k] for k in connection.execute(query).scalars()}


def deprecated_count(connection: Connection, lifecycles: Collection[str]) -> int:
    query = select(func.count()).select_from(entities).where(entities.c.lifecycle.in_(sorted(lifecycles)))
    return int(connection.execute(query).scalar_one())


def owned_by(connection: Connection, owner: str, *, limit: int = _MOST) -> list[str]:
    """What names this ref as its owner, whether that exists or not."""
    owners = refs.alias("owners")
    joined = entities.join(refs, refs.c.id == entities.c.id).join(owners, owners.c.id == entities.c.owner_id)
    query = select(refs.c.ref).select_from(joined)
    query = query.where(owners.c.ref == owner, entities.c.kind.in_(sorted(OWNED_KINDS)))
    return list(connection.execute(query.order_by(refs.c.ref).limit(limit)).scalars())


def without_known_owner(connection: Connection, among: Sequence[str]) -> list[str]:
    """Those of `among` whose owner isn't in the catalog."""
    owners = entities.alias("owners")
    joined = entities.join(refs, refs.c.id == entities.c.id).outerjoin(owners, owners.c.id == entities.c.owner_id)
    query = select(refs.c.ref).select_from(joined).where(refs.c.ref.in_(among[:_MOST]), owners.c.id.is_(None))
    return list(connection.execute(query.order_by(refs.c.ref)).scalars()) if among else []


def owned_in(connection: Connection, location: str) -> list[tuple[str, str, int]]:
    """The owned entities that a file holds, as `(ref, owner, line)`, in its order."""
    owners = refs.alias("owners")
    joined = (
        entities.join(refs, refs.c.id == entities.c.id)
        .join(targets, targets.c.id == entities.c.target_id)
        .join(owners, owners.c.id == entities.c.owner_id)
    )
    query = select(refs.c.ref, owners.c.ref.label("owner"), entities.c.line).select_from(joined)
    query = query.where(targets.c.location == location).order_by(entities.c.line, refs.c.ref)
    return [(row.ref, row.owner, row.line) for row in connection.execute(query)]


def events_since(connection: Connection, at: float) -> Sequence[Event]:
    """Change events from a moment on, for the preview."""
    query = select(events).where(and_(events.c.at >= at)).order_by(events.c.id)
    return [
        Event(r.type, r.ref, r.source, r.actor, r.body or {}, r.at, r.id) for r in connection.execute(query)
    ]  # fmt: skip


def recent_same(connection: Connection, notice: Notice, since: float) -> int | None:
    """The same message to the same recipient, planned lately: a step that ran twice."""
    query = select(notices).where(
        notices.c.recipient == notice.recipient,
        notices.c.subject == notice.subject,
        notices.c.kind == notice.kind,
        notices.c.created_at >= since,
    )
    for row in connection.execute(query):
        body: Mapping[str, Any] = row.body
        said = (body["title"], body["text"], body["link"], body["origin"])
        if said == (notice.title, notice.text, notice.link, notice.origin):
            return int(row.id)
    return None
