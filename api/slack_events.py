"""`POST /slack/events`: hands Slack's raw request to whoever speaks Slack, in the thread pool."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

Handle = Callable[[Mapping[str, str], bytes], tuple[int, Mapping[str, str], str]]


def router(handle: Handle) -> APIRouter:
    """Commands, events, interactions and options all come in here, signed; the signature is `handle`'s business."""
    routes = APIRouter()

    @routes.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        body = await request.body()
        status, headers, text = await run_in_threadpool(handle, dict(request.headers), body)
        return Response(content=text, status_code=status, headers=dict(headers))

    return routes
