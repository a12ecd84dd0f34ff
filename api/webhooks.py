"""`POST /webhooks/github`: hands GitHub's raw request to whoever knows the secrets, in the thread pool."""

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

PATH: Final = "/webhooks/github"
MAX_BYTES: Final = 25 * 1024 * 1024
"""GitHub doesn't send more."""
Handle = Callable[[Mapping[str, str], bytes], int]


def router(handle: Handle) -> APIRouter:
    """The answer is a status and nothing else: a caller without the secret learns nothing."""
    routes = APIRouter()

    @routes.post(PATH, include_in_schema=False)
    async def github(request: Request) -> Response:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return Response(status_code=413)
        return Response(status_code=await run_in_threadpool(handle, dict(request.headers), bytes(body)))

    return routes
