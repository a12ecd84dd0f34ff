"""Reads runs and templates."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, RowMapping, func, select

from callboard.refs import LocationRef
from catalog.tables import entities, problems, refs, sources, targets
from scaffolder.model import Made, RunError, RunEvent, RunList, RunView, StepView
from scaffolder.outputs import read_output
from scaffolder.tables import artifacts, checkpoints, events, runs, steps, workspaces

_LAST_LINES: Final = 6
_ORDERS: Final = {"created_at": runs.c.created_at, "status": runs.c.status, "created_by": runs.c.created_by}


def template_documents(connection: Connection) -> list[tuple[str, dict[str, Any]]]:
    """Ref and document of every template, by title."""
    query = select(refs.c.ref, entities.c.document).join(entities, entities.c.id == refs.c.id)
    rows = connection.execute(query.where(entities.c.kind == "template", entities.c.orphaned_at.is_(None)))
    found = [(row.ref, orjson.loads(row.document)) for row in rows]
    return sorted(found, key=lambda pair: str(pair[1]["metadata"].get("title") or pair[0]).lower())


def managing_location(connection: Connection, ref: str) -> str | None:
    """The location an entity was read from, `type:target`."""
    query = select(targets.c.location).join(entities, entities.c.target_id == targets.c.id)
    query = query.join(refs, refs.c.id == entities.c.id).where(refs.c.ref == ref)
    return connection.execute(query).scalar_one_or_none()


def run_row(connection: Connection, run_id: str) -> RowMapping | None:
    return connection.execute(select(runs).where(runs.c.id == run_id)).mappings().one_or_none()


def run_view(connection: Connection, run_id: str) -> RunView | None:
    row = run_row(connection, run_id)
    return None if row is None else _view(connection, row)


def run_list(
    connection: Connection,
    *,
    created_by: Sequence[str] = (),
    statuses: Sequence[str] = (),
    limit: int = 100,
    offset: int = 0,
    order: str = "created_at",
    descending: bool = True,
) -> RunList:
    """Runs without their logs."""
    wanted = select(runs)
    if created_by:
        wanted = wanted.where(runs.c.created_by.in_(created_by))
    if statuses:
        wanted = wanted.where(runs.c.status.in_(statuses))
    total = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    column = _ORDERS[order]
    ordered = wanted.order_by(column.desc() if descending else column, runs.c.id).limit(limit).offset(offset)
    rows = connection.execute(ordered).mappings().all()
    return RunList(tuple(_view(connection, row, brief=True) for row in rows), total)


def is_cancelled(connection: Connection, run_id: str) -> bool:
    return bool(connection.execute(select(runs.c.cancel_requested).where(runs.c.id == run_id)).scalar_one_or_none())


def step_rows(connection: Connection, run_id: str) -> list[Any]:
    query = select(steps).where(steps.c.run_id == run_id).order_by(steps.c.position)
    return list(connection.execute(query))


def remembered(connection: Connection, run_id: str) -> dict[tuple[int, str], Any]:
    query = select(checkpoints).where(checkpoints.c.run_id == run_id)
    return {(row.position, row.key): row.value for row in connection.execute(query)}


def workspace_archive(connection: Connection, run_id: str) -> bytes | None:
    query = select(workspaces.c.archive).where(workspaces.c.run_id == run_id)
    return connection.execute(query).scalar_one_or_none()


def event_count(connection: Connection, run_id: str) -> int:
    return connection.execute(select(func.count()).where(events.c.run_id == run_id)).scalar_one()


def log(connection: Connection, run_id: str, *, after: int = 0, limit: int = 10_000) -> list[RunEvent]:
    query = select(events).where(events.c.run_id == run_id, events.c.id > after).order_by(events.c.id).limit(limit)
    return [RunEvent(r.id, r.run_id, r.type, r.body, r.at, r.step_id) for r in connection.execute(query)]


def _view(connection: Connection, row: RowMapping, *, brief: bool = False) -> RunView:
    run_id = row["id"]
    spec = row["spec"]
    lines = {} if brief else _last_lines(connection, run_id)
    return RunView(
        id=run_id,
        template_ref=row["template_ref"],
        template_title=row["template_title"],
        status=row["status"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        steps=() if brief else tuple(_step(s, lines) for s in step_rows(connection, run_id)),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        heartbeat_at=row["heartbeat_at"],
        output=read_output(row["output"]),
        error=RunError(**row["error"]) if row["error"] else None,
        values=spec.get("parameters") or {},
        created=() if brief else made_by(connection, run_id),
        attempt=row["attempt"],
        conversation=row["conversation"],
        cancel_requested=row["cancel_requested"],
        secret_names=tuple(row["secret_names"] or ()),
        waits_for=_waits_for(connection, run_id) if row["status"] == "open" and not brief else None,
        spec=spec,
    )


def _step(row: Any, lines: Mapping[str, Sequence[str]]) -> StepView:
    last = tuple(lines.get(row.step_id, ()))
    return StepView(row.step_id, row.name, row.action, row.status, row.started_at, row.ended_at, last)


def _last_lines(connection: Connection, run_id: str) -> dict[str, list[str]]:
    """The newest lines of each step, oldest first."""
    place = func.row_number().over(partition_by=events.c.step_id, order_by=events.c.id.desc()).label("place")
    mine = (events.c.run_id == run_id, events.c.type == "log", events.c.step_id.is_not(None))
    numbered = select(events.c.id, events.c.step_id, events.c.body, place).where(*mine).subquery()
    query = select(numbered).where(numbered.c.place <= _LAST_LINES).order_by(numbered.c.id)
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        if row.body.get("status") in {None, "failed"}:
            found.setdefault(row.step_id, []).append(row.body["message"])
    return found


def _waits_for(connection: Connection, run_id: str) -> str | None:
    """The newest word about the run itself, if it says that the run waits."""
    mine = select(events.c.body).where(events.c.run_id == run_id, events.c.step_id.is_(None))
    body = connection.execute(mine.order_by(events.c.id.desc()).limit(1)).scalar()
    return str(body["message"]) if body is not None and body.get("waits") else None


def made_by(connection: Connection, run_id: str) -> tuple[Made, ...]:
    """What a run has made outside of its workspace, in all of its attempts."""
    query = select(artifacts).where(artifacts.c.run_id == run_id).order_by(artifacts.c.at, artifacts.c.title)
    return tuple(Made(row.kind, row.title, row.url) for row in connection.execute(query))


def refs_of_kind(connection: Connection, kind: str) -> list[str]:
    """The refs of all entities of a kind."""
    query = select(refs.c.ref).join(entities, entities.c.id == refs.c.id).where(entities.c.kind == kind)
    return list(connection.execute(query).scalars())


def refs_from(connection: Connection, location: LocationRef) -> list[str]:
    """What a registered location brought in, in the order of its files."""
    query = (
        select(refs.c.ref)
        .join(entities, entities.c.id == refs.c.id)
        .join(targets, targets.c.id == entities.c.target_id)
    )
    query = query.join(sources, sources.c.id == targets.c.source_id).where(sources.c.key == f"registered:{location}")
    return list(connection.execute(query.order_by(targets.c.id, entities.c.line)).scalars())


def location_problems(connection: Connection, location: LocationRef) -> list[str]:
    """What is wrong with a registered location's files and documents."""
    mine = sources.c.key == f"registered:{location}"
    failing = select(targets.c.error).join(sources, sources.c.id == targets.c.source_id)
    found = list(connection.execute(failing.where(mine, targets.c.error.is_not(None))).scalars())
    query = select(problems.c.message).join(targets, targets.c.id == problems.c.target_id)
    query = query.join(sources, sources.c.id == targets.c.source_id).where(mine, problems.c.kind != "warning")
    return found + list(connection.execute(query).scalars())
