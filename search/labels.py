"""What each entity is called, read from the catalog."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from callboard import entities as names_of
from catalog.queries.changes import former_names
from catalog.queries.lookup import ref_ids
from catalog.tables import entities, entity_fields, field_keys

_DISPLAY_NAME: Final = "spec.profile.displayname"
_ALIASES: Final = f"metadata.annotations.{names_of.ALIASES}"
_LABELS: Final = ("metadata.title", _DISPLAY_NAME, _ALIASES)
_HANDLES: Final = (
    "spec.profile.email",
    f"metadata.annotations.{names_of.SLACK_USER}",
    f"metadata.annotations.{names_of.SLACK_CHANNEL}",
)


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that can be asked for. `labels` are its name, title and aliases as written, and what it was called
    before (`former`); `handles` are only found when given whole: a mail address, a chat id, a channel.
    """

    ref: str
    kind: str
    title: str
    labels: tuple[str, ...]
    handles: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


def load(connection: Connection, only: Sequence[str] | None, left: set[str]) -> list[Name]:
    """The names of all entities or of some; `left` are refs that something had before it was renamed."""
    ids = None if only is None else list(ref_ids(connection, only).values())
    extra = _extra_labels(connection, ids)
    former = _former(connection, only, left)
    query = select(entities.c.id, entities.c.kind, entities.c.namespace, entities.c.name, entities.c.orphaned_at)
    if ids is not None:
        query = query.where(entities.c.id.in_(ids))
    found = []
    for row in connection.execute(query):
        ref = f"{row.kind}:{row.namespace}/{row.name}"
        if row.orphaned_at is not None and ref in left:
            continue  # it goes on under another name, which has this one as a former name
        titles, aliases, handles = extra.get(row.id, ((), (), ()))
        once = tuple(former.get(ref, ()))
        labels = (row.name, *titles, *aliases, *once)
        title = titles[0] if titles else row.name
        found.append(Name(ref, row.kind, title, labels, tuple(handles), once))
    return found


def _former(connection: Connection, only: Sequence[str] | None, left: set[str]) -> dict[str, list[str]]:
    """What entities were called before; the refs that they had then join `left`."""
    names: dict[str, list[str]] = defaultdict(list)
    for ref, former, old in former_names(connection, only):
        names[ref].append(former)
        left.update([old] if old else [])
    return names


def _extra_labels(
    connection: Connection, ids: Sequence[int] | None
) -> dict[int, tuple[list[str], list[str], list[str]]]:
    """Titles, aliases and handles, in the case they were written."""
    order = [*_LABELS, *_HANDLES]
    columns = (field_keys.c.key, entity_fields.c.entity_id, entity_fields.c.value, entity_fields.c.original)
    query = select(*columns).join(field_keys, field_keys.c.id == entity_fields.c.key_id)
    query = query.where(field_keys.c.key.in_(order))
    if ids is not None:
        query = query.where(entity_fields.c.entity_id.in_(ids))
    rows = sorted(connection.execute(query), key=lambda r: order.index(r[0]))
    found: dict[int, tuple[list[str], list[str], list[str]]] = defaultdict(lambda: ([], [], []))
    for key, entity_id, value, original in rows:
        text = original or value
        titles, aliases, handles = found[entity_id]
        if key == _ALIASES:
            aliases += [a.strip() for a in text.split(",") if a.strip()]
        else:
            (handles if key in _HANDLES else titles).append(text)
    return found
