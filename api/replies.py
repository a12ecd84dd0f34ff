"""JSON replies from text that is JSON already, and where the work of a read is done."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import orjson
from fastapi import Response

from api.errors import JSON_TYPE
from callboard.db import Connection, Database

T = TypeVar("T")
_READERS: Final = ThreadPoolExecutor(3, thread_name_prefix="api-read")
"""Few on purpose: reads are mostly Python, and threads that wait for one another's turn only add to every answer."""


def json_reply(content: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(content, status, headers, media_type=JSON_TYPE)


def value_reply(value: Any, *, status: int = 200) -> Response:
    return json_reply(orjson.dumps(value), status=status)


def array(items: Iterable[bytes]) -> bytes:
    """A JSON array of items that are JSON."""
    return b"[" + b",".join(items) + b"]"


async def reading(database: Database, work: Callable[[Connection], T]) -> T:
    """Run `work(connection)` in a thread; it only reads."""
    return await asyncio.get_running_loop().run_in_executor(_READERS, database.look, work)


async def reading_little(database: Database, work: Callable[[Connection], T]) -> T:
    """The same for a few lookups by key. On SQLite they take less time than handing them to a thread, and wait for
    nobody; on PostgreSQL they wait for the network.
    """
    return database.look(work) if database.is_sqlite else await reading(database, work)
