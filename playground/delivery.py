"""Sends what happens in the workspace to the app: over its sockets or to its request URL, with retries."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from playground.errors import Json
from playground.faults import Fault, Faults
from playground.journal import Journal
from playground.timing import Timing

Kind = Literal["events_api", "slash_commands", "interactive", "options"]


@dataclass(frozen=True)
class Ack:
    """`failure` is empty when the app answered in time; else the retry reason Slack would give."""

    failure: str = ""
    payload: Any = None
    stop_retries: bool = False

    @property
    def ok(self) -> bool:
        return not self.failure

    @property
    def timed_out(self) -> bool:
        return self.failure in {"http_timeout", "timeout"}


@dataclass(frozen=True)
class Retry:
    attempt: int = 0
    reason: str = ""


class Transport(Protocol):
    async def send(self, kind: Kind, payload: Json, retry: Retry) -> Ack: ...


class Sockets(Transport, Protocol):
    async def drop(self, *, refresh: bool = False) -> None: ...


class Delivery:
    def __init__(
        self,
        *,
        transport: Callable[[], Transport],
        sockets: Sockets,
        journal: Journal,
        faults: Faults,
        timing: Timing,
        clock: Callable[[], float],
    ) -> None:
        self._transport = transport
        self._sockets = sockets
        self._journal = journal
        self._faults = faults
        self._timing = timing
        self._clock = clock
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Ack:
        retry = retry or Retry()
        started = self._clock()
        fault = self._faults.take_for_delivery(kind)
        ack = await self._send_with(fault, kind, payload, retry)
        outcome: Json = {"ok": ack.ok, "ms": round((self._clock() - started) * 1000)}
        outcome |= {"failure": ack.failure} if ack.failure else {"ack": ack.payload}
        if retry.attempt:
            outcome["retry"] = {"attempt": retry.attempt, "reason": retry.reason}
        if fault:
            outcome["fault"] = fault.kind
        self._journal.write(
            at=started, direction="to_app", kind=kind, name=name_of(kind, payload), payload=payload, outcome=outcome
        )
        return ack

    async def _send_with(self, fault: Fault | None, kind: Kind, payload: Json, retry: Retry) -> Ack:
        transport = self._transport()
        if fault is None:
            return await transport.send(kind, payload, retry)
        if fault.kind == "error":
            return Ack(failure="connection_failed")
        if fault.kind in {"drop_socket", "refresh_socket"}:
            await self._sockets.drop(refresh=fault.kind == "refresh_socket")
            return Ack(failure="connection_failed")
        if fault.kind == "drop_after_send":
            sending = asyncio.ensure_future(transport.send(kind, payload, retry))
            await asyncio.sleep(0.01)
            await self._sockets.drop()
            return await sending
        await transport.send(kind, payload, retry)
        if fault.kind == "duplicate":
            return await transport.send(kind, payload, retry)
        return Ack(failure="timeout")

    async def send_event(self, payload: Json) -> None:
        """At most once now and three times more, as long as the app doesn't say it has it."""
        ack = await self.send("events_api", payload)
        for attempt, delay in enumerate(self._timing.retry_delays, start=1):
            if ack.ok or ack.stop_retries:
                return
            await asyncio.sleep(delay)
            ack = await self.send("events_api", payload, Retry(attempt, ack.failure))


def name_of(kind: Kind, payload: Json) -> str:
    if kind == "events_api":
        event = payload.get("event", {})
        return str(event.get("type")) + (f".{event['subtype']}" if event.get("subtype") else "")
    return str(payload.get("command") or payload.get("type") or kind)
