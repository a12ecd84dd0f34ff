"""Runs: start them, look at them, cancel and retry them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import require
from api.reading import QueryParameters, checked, read_body, required
from api.replies import reading, value_reply
from api.scaffolder.refusals import refusal
from api.scaffolder.services import ScaffolderApi, actor_of
from callboard.errors import InputError
from scaffolder import queries
from scaffolder.model import RunView
from scaffolder.service import InvalidValuesError

_CREATE: Final = "scaffolder.task.create"
_READ: Final = "scaffolder.task.read"
_CANCEL: Final = "scaffolder.task.cancel"
_ORDERS: Final = ("created_at", "status", "created_by")


def add_routes(router: APIRouter, services: ScaffolderApi) -> None:
    _add_start(router, services)
    _add_reads(router, services)
    _add_changes(router, services)


def _add_start(router: APIRouter, services: ScaffolderApi) -> None:
    @router.post("/tasks", status_code=201, summary="Start a run of a template")
    async def start(request: Request) -> Response:
        require(request, _CREATE)
        body = await read_body(request)
        ref = required(body, "templateRef", str, "string")
        values = required(body, "values", dict, "object")
        secrets = _secrets(body)
        actor = actor_of(request)

        def work() -> Response:
            with services.database.unit_of_work() as uow:
                try:
                    run_id = services.scaffolder.start(
                        uow, template_ref=ref, values=values, secrets=secrets, actor=actor
                    )
                except InvalidValuesError as error:
                    template = services.scaffolder.template(uow.connection, ref, actor)
                    return refusal(services.scaffolder.form(template), values, error)
                uow.after_commit(services.poke)
            return value_reply({"id": run_id}, status=201)

        return await run_in_threadpool(work)


def _add_reads(router: APIRouter, services: ScaffolderApi) -> None:
    @router.get("/tasks", summary="Runs, newest first")
    async def listing(request: Request) -> Response:
        require(request, _READ)
        asked = QueryParameters(request)
        order, descending = _order(asked.one("order"))
        found = await reading(
            services.database,
            lambda c: queries.run_list(
                c,
                created_by=asked.many("createdBy"),
                statuses=asked.many("status"),
                limit=asked.integer("limit", 100),
                offset=asked.integer("offset", 0),
                order=order,
                descending=descending,
            ),
        )
        return value_reply({"tasks": [task_json(v) for v in found.items], "totalTasks": found.total})

    @router.get("/tasks/{task_id}", summary="One run")
    async def one(request: Request, task_id: str) -> Response:
        require(request, _READ)
        found = await reading(services.database, lambda c: services.scaffolder.run_view(c, task_id))
        return value_reply(task_json(found))


def _add_changes(router: APIRouter, services: ScaffolderApi) -> None:
    @router.post("/tasks/{task_id}/cancel", summary="Stop a run")
    async def cancel(request: Request, task_id: str) -> Response:
        require(request, _CANCEL)
        actor = actor_of(request)

        def work() -> RunView:
            with services.database.unit_of_work() as uow:
                return services.scaffolder.cancel(uow, task_id, actor)

        found = await run_in_threadpool(work)
        # a run that is over keeps its status; one that is stopping will be cancelled
        return value_reply({"status": found.status if found.is_final else "cancelled"})

    @router.post("/tasks/{task_id}/retry", status_code=201, summary="Go on from the step that failed")
    async def retry(request: Request, task_id: str) -> Response:
        require(request, _CREATE)
        secrets = _secrets(await read_body(request)) if await request.body() else {}
        actor = actor_of(request)

        def work() -> RunView:
            with services.database.unit_of_work() as uow:
                uow.after_commit(services.poke)
                return services.scaffolder.retry(uow, task_id, actor, secrets)

        return value_reply({"id": (await run_in_threadpool(work)).id}, status=201)


def _secrets(body: dict[str, Any]) -> dict[str, str]:
    found: dict[str, Any] = checked(body, "secrets", dict, "object") or {}
    for name, value in found.items():
        if not isinstance(value, str):
            raise InputError(f"request/body/secrets/{name} must be string")
    return found


def _order(text: str | None) -> tuple[str, bool]:
    if text is None:
        return "created_at", True
    direction, colon, name = text.partition(":")
    if not colon or direction not in {"asc", "desc"}:
        raise InputError(f'Invalid order parameter "{text}", expected "<asc or desc>:<field name>"')
    if name not in _ORDERS:
        raise InputError(f'Invalid order field "{name}".', hint=f"Use one of {', '.join(_ORDERS)}.")
    return name, direction == "desc"


def task_json(view: RunView) -> dict[str, Any]:
    """A run as Backstage's task."""
    found: dict[str, Any] = {
        "id": view.id,
        "spec": {**view.spec, "steps": [_step(s, n) for n, s in enumerate(_steps(view.spec), start=1)]},
        "status": view.status,
        "createdAt": stamp(view.created_at),
    }
    if view.heartbeat_at is not None:
        found["lastHeartbeatAt"] = stamp(view.heartbeat_at)
    if view.created_by:
        found["createdBy"] = view.created_by
    return found


def _steps(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [s for s in spec.get("steps") or [] if isinstance(s, dict)]


def _step(step: dict[str, Any], number: int) -> dict[str, Any]:
    return {"id": f"step-{number}", "name": step.get("action"), **step}


def stamp(seconds: float) -> str:
    """A moment as JavaScript prints it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
