"""`POST /slack/events`: hands Slack's raw request to whoever speaks Slack, in the thread pool."""

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

Handle = Callable[[Mapping[str, str], bytes], tuple[int, Mapping[str, str], str]]

PATH: Final = "/slack/events"
MAX_BYTES: Final = 2 * 1024 * 1024
"""Several times what the largest view and its state take; whoever sends more isn't Slack."""


def router(handle: Handle) -> APIRouter:
    """Commands, events, interactions and options all come in here, signed; the signature is `handle`'s business."""
    routes = APIRouter()

    @routes.post(PATH, include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return Response(status_code=413)
        status, headers, text = await run_in_threadpool(handle, dict(request.headers), bytes(body))
        return Response(content=text, status_code=status, headers=dict(headers))

    return routes
