"""One Web API call: who calls, which method, which trouble was ordered, and the answer in Slack's words."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from playground.errors import Json, RateLimitedError, SlackError
from playground.faults import Fault
from playground.webapi import chat, conversations, directory, files, views
from playground.webapi.args import Args
from playground.workspace import Workspace

Method = Callable[[Workspace, Args], Awaitable[Json]]

METHODS: dict[str, Method] = {
    **chat.METHODS,
    **conversations.METHODS,
    **directory.METHODS,
    **files.METHODS,
    **views.METHODS,
}
OPEN_CONNECTION = "apps.connections.open"
WITHOUT_TOKEN = frozenset({"api.test"})


async def call(
    ws: Workspace, name: str, values: Json, token: str | None, host: str
) -> tuple[int, Json, dict[str, str]]:
    """HTTP status, body and headers of the answer; written down for the inspector."""
    started = ws.clock()
    status, headers = 200, {}
    try:
        fault = ws.faults.take_for_method(name)
        await _before(fault)
        body = {"ok": True} | await _answer(ws, name, Args(values), token, host)
        if fault is not None and fault.kind == "timeout":
            await asyncio.sleep(fault.seconds)
    except RateLimitedError as error:
        status, headers, body = 429, {"Retry-After": str(error.retry_after)}, error.body()
    except _BrokenError as error:
        status, body = error.status, error.body()
    except SlackError as error:
        body = error.body()
    ws.journal.write(at=started, direction="from_app", kind="web_api", name=name, payload=values, outcome=body)
    return status, body, headers


class _BrokenError(SlackError):
    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.status = status


async def _before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind == "ratelimit":
        raise RateLimitedError(fault.retry_after)
    if fault.kind == "error":
        raise _BrokenError(fault.error, fault.status)


async def _answer(ws: Workspace, name: str, args: Args, token: str | None, host: str) -> Json:
    if name not in WITHOUT_TOKEN and name != OPEN_CONNECTION and name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    if name in WITHOUT_TOKEN:
        return await METHODS[name](ws, args)
    if not token:
        raise SlackError("not_authed")
    is_app = hmac.compare_digest(token.encode(), ws.app.app_token.encode())
    if not is_app and not hmac.compare_digest(token.encode(), ws.app.bot_token.encode()):
        raise SlackError("invalid_auth")
    if is_app != (name == OPEN_CONNECTION):
        raise SlackError("not_allowed_token_type")
    if name == OPEN_CONNECTION:
        return _open_connection(ws, host)
    return await METHODS[name](ws, args)


def _open_connection(ws: Workspace, host: str) -> Json:
    if ws.speaks_http:
        raise SlackError("internal_error", "[ERROR] this workspace calls its app over HTTP, not over Socket Mode")
    return {"url": f"ws://{host}/link?ticket={ws.sockets.open_ticket()}&app_id={ws.app.id}"}
