"""Owners that are in the catalog under another ref: a Group that carries the GitHub team's slug.

What a document states stays as it is stated: `ownedBy` the ref that was written. Beside it stands a second `ownedBy`
to the Group that is meant, whose `origin` is the written ref, and the entity's owner is that Group. Between two Groups
of one slug nobody chooses: the owner stays unknown then. All of it is looked at again, in the transaction of the
change, whenever a Group comes, goes or changes its slug, so that it doesn't matter who came first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, bindparam, delete, select, update

from callboard.entities import annotations_of
from callboard.outbox import Event
from callboard.refs import EntityRef
from catalog.ingest import rows
from catalog.queries.team_slugs import TEAM_SLUG, Teams, meant, teams
from catalog.tables import entities, refs, relations, targets

OWNED_BY: Final = "relations.ownedBy"
"""How an update event names an owner that became another one without a change of the file."""
_SAID: Final = frozenset({"created", "updated"})
_UNOWNED: Final = ("group:", "user:", "location:")
_goal, _goal_entity = refs.alias("goal"), entities.alias("goal_entity")
State = tuple[str, bool] | None
"""A Group's slug, and whether some source has it; None: there is no such Group."""
Edge = tuple[int, int]
"""The Group that is meant, and the ref that was written."""


@dataclass(slots=True)
class Owners:
    """What one transaction has to look at again."""

    _before: dict[int, State] = field(default_factory=dict)

    def watch(self, connection: Connection, ids: Iterable[int]) -> None:
        """Remember how these Groups are, before something is done to them."""
        self._before.update(_states(connection, [i for i in ids if i not in self._before]))

    def settle(self, connection: Connection, events: Sequence[Event]) -> list[Event]:
        """Find the owners anew of everything that the transaction touched; gives what it changed besides."""
        after = _states(connection, list(self._before))
        moved = [i for i, state in after.items() if state != self._before[i]]
        told = {e.ref for e in events if e.type in _SAID}
        unsure = _ids(connection, [r for r in told if not r.startswith(_UNOWNED)])
        if moved:
            names = {s[0].rpartition("/")[2] for i in moved for s in (self._before[i], after[i]) if s and s[0]}
            unsure |= _owned_by(connection, [*moved, *_called(connection, names)])
        found = [e for some in rows.batches(sorted(unsure)) for e in _resolve(connection, some)]
        return [e for e in found if e.ref not in told]


def _states(connection: Connection, ids: Sequence[int]) -> dict[int, State]:
    found: dict[int, State] = dict.fromkeys(ids)
    query = select(entities.c.id, entities.c.document, entities.c.orphaned_at)
    for some in rows.batches(ids):
        for row in connection.execute(query.where(entities.c.id.in_(some))):
            slug = annotations_of(orjson.loads(row.document)).get(TEAM_SLUG, "")
            found[row.id] = (slug.lower(), row.orphaned_at is None)
    return found


def _ids(connection: Connection, names: Sequence[str]) -> set[int]:
    found = set[int]()
    for some in rows.batches(names):
        found.update(connection.execute(select(refs.c.id).where(refs.c.ref.in_(some))).scalars())
    return found


def _called(connection: Connection, names: set[str]) -> list[int]:
    """Every group ref that ends in one of these names, whether there is such a Group or not."""
    query = select(refs.c.id, refs.c.ref).where(refs.c.ref >= "group:", refs.c.ref < "group;")
    found = connection.execute(query) if names else ()
    return [row.id for row in found if row.ref.rpartition("/")[2] in names]


def _owned_by(connection: Connection, owners: Sequence[int]) -> set[int]:
    found = set[int]()
    for some in rows.batches(owners):
        query = select(relations.c.source_id).where(relations.c.target_id.in_(some), relations.c.type == "ownedBy")
        found.update(connection.execute(query).scalars())
    return found


def _resolve(connection: Connection, ids: Sequence[int]) -> list[Event]:
    """Bring the second `ownedBy` and the owner of some entities level with the catalog."""
    stated = _stated(connection, ids)
    lost = {row.goal for some in stated.values() for row in some if row.missing and row.stated}
    known = teams(connection, {EntityRef.from_full(ref).name for ref in lost if ref.startswith("group:")})
    have = {(i, r.target_id, r.origin_id) for i, some in stated.items() for r in some if not r.stated}
    edges = {i: _meant(some, known) for i, some in stated.items()}
    wanted = {(i, *edge) for i, some in edges.items() for edge in some}
    _write(connection, have - wanted, wanted - have)
    return _tell(connection, [c for i, some in stated.items() if (c := _new_owner(some, edges[i]))])


def _stated(connection: Connection, ids: Sequence[int]) -> Mapping[int, list[Row[Any]]]:
    """Every `ownedBy` of these entities: those that their own documents state, and those that were found before."""
    here = relations.c
    query = (
        select(
            here.source_id, here.target_id, here.origin_id, (here.origin_id == here.source_id).label("stated"),
            _goal.c.ref.label("goal"), _goal_entity.c.id.is_(None).label("missing"),
            refs.c.ref, entities.c.namespace, entities.c.owner_id, targets.c.location,
        )
        .join(_goal, _goal.c.id == here.target_id)
        .join(entities, entities.c.id == here.source_id)
        .join(refs, refs.c.id == entities.c.id)
        .outerjoin(_goal_entity, _goal_entity.c.id == here.target_id)
        .outerjoin(targets, targets.c.id == entities.c.target_id)
        .where(here.type == "ownedBy", here.source_id.in_(ids), here.origin_id != here.target_id)
        .order_by(here.source_id, here.target_id)
    )  # fmt: skip
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.source_id].append(row)
    return found


def _meant(stated: Sequence[Row[Any]], known: Teams) -> list[Edge]:
    found: list[Edge] = []
    for row in stated:
        if row.stated and row.missing:
            one = meant(row.goal, row.namespace, known)
            found += [(one[0].id, row.target_id)] if len(one) == 1 else []
    return found


def _write(connection: Connection, gone: set[tuple[int, int, int]], new: set[tuple[int, int, int]]) -> None:
    here = relations.c
    if gone:
        where = (here.source_id == bindparam("e"), here.target_id == bindparam("t"), here.origin_id == bindparam("o"))
        old = delete(relations).where(here.type == "ownedBy", *where)
        connection.execute(old, [{"e": e, "t": t, "o": o} for e, t, o in gone])
    values = [{"source_id": e, "type": "ownedBy", "target_id": t, "origin_id": o} for e, t, o in sorted(new)]
    rows.insert_rows(connection, relations, values)


def _new_owner(stated: Sequence[Row[Any]], edges: Sequence[Edge]) -> tuple[Row[Any], int] | None:
    """The owner that an entity should have, where it has another; the one that is written first counts."""
    one = stated[0]
    written = {r.target_id for r in stated if r.stated}
    former = {r.target_id: r.origin_id for r in stated if not r.stated}
    first = one.owner_id if one.owner_id in written else former.get(one.owner_id)
    if first is None:
        return None
    owner = next((group for group, ref in sorted(edges) if ref == first), first)
    return None if owner == one.owner_id else (one, owner)


def _tell(connection: Connection, changes: Sequence[tuple[Row[Any], int]]) -> list[Event]:
    if not changes:
        return []
    values = [{"e": row.source_id, "o": owner} for row, owner in changes]
    statement = update(entities).where(entities.c.id == bindparam("e")).values(owner_id=bindparam("o"))
    connection.execute(statement, values)
    wanted = {i for row, owner in changes for i in (row.owner_id, owner)}
    names = {row.id: row.ref for row in connection.execute(select(refs.c.id, refs.c.ref).where(refs.c.id.in_(wanted)))}
    return [
        Event("updated", row.ref, row.location or "", body={"fields": {OWNED_BY: [names[row.owner_id], names[owner]]}})
        for row, owner in changes
    ]
