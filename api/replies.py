"""JSON replies from text that is JSON already, and work that belongs in a thread."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import orjson
from fastapi import Response
from starlette.concurrency import run_in_threadpool

from api.errors import JSON_TYPE
from callboard.db import Database

T = TypeVar("T")


def json_reply(content: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(content, status, headers, media_type=JSON_TYPE)


def value_reply(value: Any, *, status: int = 200) -> Response:
    return json_reply(orjson.dumps(value), status=status)


def array(items: Iterable[bytes]) -> bytes:
    """A JSON array of items that are JSON."""
    return b"[" + b",".join(items) + b"]"


async def reading(database: Database, work: Callable[[Any], T]) -> T:
    """Run `work(connection)` in a thread, in a read transaction of its own."""

    def run() -> T:
        with database.read() as connection:
            return work(connection)

    return await run_in_threadpool(run)
