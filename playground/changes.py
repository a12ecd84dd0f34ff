"""Tells whoever waits (a browser, a test) that something in the workspace changed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Changes:
    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str]] = set()
        self.version = 0

    def announce(self, topic: str) -> None:
        self.version += 1
        for queue in self._queues:
            queue.put_nowait(topic)

    @contextlib.asynccontextmanager
    async def subscription(self) -> AsyncIterator[asyncio.Queue[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    async def wait_past(self, version: int, seconds: float) -> int:
        """The version once it is past the given one, or when the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self.subscription() as queue:
                while self.version <= version:
                    await queue.get()
        return self.version
