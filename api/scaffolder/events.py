"""A run's log: as a list that waits for news, and as a stream."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.auth import require
from api.reading import QueryParameters
from api.replies import reading, value_reply
from api.scaffolder.services import ScaffolderApi
from api.scaffolder.tasks import stamp
from scaffolder.model import RunEvent

_READ: Final = "scaffolder.task.read"
_LOOK_EVERY: Final = 0.3
_PATIENCE: Final = 30.0
_ALIVE_EVERY: Final = 15.0
_COLOURS: Final = {"info": "\u001b[32minfo\u001b[39m", "warn": "\u001b[33mwarn\u001b[39m"}


def add_routes(router: APIRouter, services: ScaffolderApi) -> None:
    @router.get("/tasks/{task_id}/events", summary="The log, waiting for news")
    async def events(request: Request, task_id: str) -> Response:
        require(request, _READ)
        after = QueryParameters(request).integer("after", 0)
        until = time.monotonic() + _PATIENCE
        while True:
            found, over = await _news(services, task_id, after)
            if found or over or time.monotonic() > until or await request.is_disconnected():
                return value_reply([event_json(e) for e in found])
            await asyncio.sleep(_LOOK_EVERY)

    @router.get("/tasks/{task_id}/eventstream", summary="The log as server-sent events")
    async def eventstream(request: Request, task_id: str) -> Response:
        require(request, _READ)
        after = QueryParameters(request).integer("after", 0)
        first = await _news(services, task_id, after)  # an unknown run is refused before the stream begins
        headers = {"Cache-Control": "no-cache"}
        return StreamingResponse(
            _stream(services, task_id, after, first), headers=headers, media_type="text/event-stream"
        )


async def _news(services: ScaffolderApi, task_id: str, after: int) -> tuple[list[RunEvent], bool]:
    """The events after that one, and whether there will be no more."""

    def look(connection: Any) -> tuple[list[RunEvent], bool]:
        over = services.scaffolder.run_view(connection, task_id).is_final
        return services.scaffolder.log(connection, task_id, after), over

    return await reading(services.database, look)


async def _stream(
    services: ScaffolderApi, task_id: str, seen: int, news: tuple[list[RunEvent], bool]
) -> AsyncIterator[bytes]:
    alive = time.monotonic()
    while True:
        found, over = news
        for event in found:
            seen, alive = event.id, time.monotonic()
            yield b"event: %s\ndata: %s\n\n" % (event.type.encode(), orjson.dumps(event_json(event)))
        if over:
            return
        if time.monotonic() - alive > _ALIVE_EVERY:
            alive = time.monotonic()
            yield b": still running\n\n"
        await asyncio.sleep(_LOOK_EVERY)
        news = await _news(services, task_id, seen)


def event_json(event: RunEvent) -> dict[str, Any]:
    """An event as Backstage's clients read it: log lines bear a coloured level."""
    body = dict(event.body)
    level = body.pop("level", None)
    if level:
        body["message"] = f"{_COLOURS.get(level, level)}: {body['message']}"
    return {
        "id": event.id, "isTaskRecoverable": True, "taskId": event.run_id, "body": body, "type": event.type,
        "createdAt": stamp(event.at),
    }  # fmt: skip
