"""Users and Groups: who a chat user is, which groups they are in, who is in a group and where it can be reached."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from callboard.entities import SLACK_USER
from catalog.queries import lookup
from catalog.tables import entities, entity_fields, field_keys, refs, relations

_EMAIL: Final = "spec.profile.email"
_SLACK_ID: Final = f"metadata.annotations.{SLACK_USER}"
_MAX_NESTING: Final = 20


def find_user(connection: Connection, *, slack_id: str | None = None, email: str | None = None) -> str | None:
    """The ref of the User with this Slack id, else with this mail address; None when there isn't exactly one."""
    for key, value in ((_SLACK_ID, slack_id), (_EMAIL, email)):
        if value:
            query = (
                select(refs.c.ref)
                .join(entities, entities.c.id == refs.c.id)
                .join(entity_fields, entity_fields.c.entity_id == entities.c.id)
                .join(field_keys, field_keys.c.id == entity_fields.c.key_id)
                .where(field_keys.c.key == key, entity_fields.c.value == value.lower(), entities.c.kind == "user")
            )
            found = list(connection.execute(query).scalars())
            if len(found) == 1:
                return str(found[0])
    return None


def groups_of(connection: Connection, ref: str) -> tuple[str, ...]:
    """The groups of a User and the groups that those are part of, nearest first."""
    start = lookup.ref_ids(connection, [ref]).get(ref)
    if start is None:
        return ()
    seen: dict[int, None] = {}
    frontier, kind = [start], "memberOf"
    for _level in range(_MAX_NESTING):
        query = select(relations.c.target_id).where(relations.c.source_id.in_(frontier), relations.c.type == kind)
        frontier = [i for i in connection.execute(query.order_by(relations.c.target_id)).scalars() if i not in seen]
        seen.update(dict.fromkeys(frontier))
        kind = "childOf"
        if not frontier:
            break
    return _refs(connection, list(seen))


def parent_group(connection: Connection, ref: str) -> str | None:
    """The group that a group is part of."""
    entity = lookup.get_entity(connection, ref)
    parents = entity.targets("childOf") if entity else []
    return parents[0] if parents else None


def members_of(connection: Connection, ref: str) -> tuple[str, ...]:
    """The direct members of a group, by ref."""
    start = lookup.ref_ids(connection, [ref]).get(ref)
    query = select(relations.c.source_id).where(relations.c.target_id == start, relations.c.type == "memberOf")
    return () if start is None else tuple(sorted(_refs(connection, list(connection.execute(query).scalars()))))


def _refs(connection: Connection, ids: Sequence[int]) -> tuple[str, ...]:
    names = dict(connection.execute(select(refs.c.id, refs.c.ref).where(refs.c.id.in_(ids))).all())
    return tuple(names[i] for i in dict.fromkeys(ids) if i in names)


def refs_of_kind(connection: Connection, kind: str, *, limit: int) -> list[str]:
    """The first refs of a kind, by name."""
    query = select(refs.c.ref).join(entities, entities.c.id == refs.c.id).where(entities.c.kind == kind)
    return list(connection.execute(query.order_by(entities.c.name, refs.c.ref).limit(limit)).scalars())
