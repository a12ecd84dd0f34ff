"""Refs whose newest document has an error."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from catalog.model import Problem
from catalog.queries.lookup import problem_of
from catalog.tables import entities, problems, refs, targets


@dataclass(frozen=True, slots=True)
class Unprocessed:
    """A failing ref; `document` is its last good version, where it ever had one."""

    ref: str
    uid: str | None
    location: str
    document: Any
    errors: tuple[Problem, ...]

    @property
    def since(self) -> float | None:
        return min((e.since for e in self.errors if e.since is not None), default=None)


def unprocessed(connection: Connection, *, never_good: bool) -> list[Unprocessed]:
    """All refs with an error, or those of them that never were an entity; sorted by ref."""
    joined = (
        problems.join(targets, targets.c.id == problems.c.target_id)
        .outerjoin(refs, refs.c.ref == problems.c.ref)
        .outerjoin(entities, entities.c.id == refs.c.id)
    )
    query = select(problems, targets.c.location, entities.c.uid, entities.c.document).select_from(joined)
    query = query.where(problems.c.kind == "error", problems.c.ref.is_not(None))
    if never_good:
        query = query.where(entities.c.id.is_(None))
    rows: dict[str, list[Any]] = {}
    for row in connection.execute(query.order_by(problems.c.ref, problems.c.id)):
        rows.setdefault(row.ref, []).append(row)
    return [_gathered(ref, found) for ref, found in rows.items()]


def _gathered(ref: str, rows: list[Any]) -> Unprocessed:
    first = rows[0]
    document = orjson.loads(first.document) if first.document else None
    return Unprocessed(ref, first.uid, first.location, document, tuple(problem_of(row) for row in rows))
