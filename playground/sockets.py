"""Socket Mode: the app dials in, each envelope goes down one of its connections and comes back acknowledged."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.delivery import Ack, Kind, Retry
from playground.errors import Json

MOST_CONNECTIONS = 10
_ANSWERED = frozenset({"slash_commands", "interactive", "options"})


@dataclass(eq=False)
class Connection:
    websocket: WebSocket
    pending: dict[str, asyncio.Future[Any]] = field(default_factory=dict)

    def lose(self) -> None:
        for future in self.pending.values():
            if not future.done():
                future.set_exception(ConnectionError("the socket closed before the envelope was acknowledged"))


class SocketMode:
    def __init__(self, *, app_id: str, ack_seconds: float, on_change: Callable[[], None]) -> None:
        self._app_id = app_id
        self._ack_seconds = ack_seconds
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []

    @property
    def count(self) -> int:
        return len(self._connections)

    def open_ticket(self) -> str:
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, websocket: WebSocket) -> None:
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await websocket.close(code=4001, reason="unknown or used ticket")
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        if self.count >= MOST_CONNECTIONS:
            await websocket.send_json(self._goodbye("too_many_websockets"))
            await websocket.close()
            return
        connection = Connection(websocket)
        self._connections.append(connection)
        self._on_change()
        try:
            await websocket.send_json(self._hello())
            await self._read(connection)
        finally:
            self._forget(connection)

    async def _read(self, connection: Connection) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                self._receive(connection, await connection.websocket.receive_text())

    @staticmethod
    def _receive(connection: Connection, text: str) -> None:
        with contextlib.suppress(json.JSONDecodeError):
            message = json.loads(text)
            envelope = message.get("envelope_id") if isinstance(message, dict) else None
            future = connection.pending.pop(envelope, None) if isinstance(envelope, str) else None
            if future is not None and not future.done():
                future.set_result(message.get("payload"))

    def _forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            connection.lose()
            self._on_change()

    async def send(self, kind: Kind, payload: Json, retry: Retry) -> Ack:
        if not self._connections:
            return Ack(failure="connection_failed")
        connection = self._connections.pop(0)
        self._connections.append(connection)
        envelope_id = secrets.token_hex(16)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.pending[envelope_id] = future
        try:
            await connection.websocket.send_json(_envelope(envelope_id, kind, payload, retry))
            return Ack(payload=await asyncio.wait_for(future, self._ack_seconds))
        except TimeoutError:
            return Ack(failure="timeout")
        except (ConnectionError, RuntimeError, WebSocketDisconnect):
            return Ack(failure="connection_failed")
        finally:
            connection.pending.pop(envelope_id, None)

    async def drop(self, *, refresh: bool = False) -> None:
        """Cut every connection; with `refresh` after the warning that Slack sends when it recycles one."""
        for connection in list(self._connections):
            self._forget(connection)
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                if refresh:
                    await connection.websocket.send_json(self._goodbye("refresh_requested"))
                await connection.websocket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.count,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "playground", "build_number": 1, "approximate_connection_time": 18060},
        }

    @staticmethod
    def _goodbye(reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}


def _envelope(envelope_id: str, kind: Kind, payload: Json, retry: Retry) -> Json:
    body: Json = {
        "envelope_id": envelope_id,
        "type": "interactive" if kind == "options" else kind,
        "accepts_response_payload": kind in _ANSWERED,
        "payload": payload,
    }
    if kind == "events_api":
        body |= {"retry_attempt": retry.attempt, "retry_reason": retry.reason}
    return body
