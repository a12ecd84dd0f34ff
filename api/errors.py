"""Errors as Backstage's clients expect them; a defect is logged and answered without its insides."""

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from callboard.db.failures import DATABASE_AWAY
from callboard.db.outage import Outage
from callboard.errors import CallboardError, ServiceUnavailableError
from callboard.logs import get_logger, redact

JSON_TYPE: Final = "application/json; charset=utf-8"
_MOUNT: Final = re.compile(r"^/api/[^/]+")
_log = get_logger("api")


def error_response(scope: MutableMapping[str, Any], error: CallboardError) -> Response:
    """The body and status of an error; `url` in it is relative to the plugin's mount, as Backstage has it."""
    body = {
        "error": {"name": error.name, "message": redact(error.user_text)},
        "request": {"method": scope["method"], "url": _url(scope)},
        "response": {"statusCode": error.status},
    }
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    content = orjson.dumps(body, default=str)
    return Response(content, error.status, headers, media_type=JSON_TYPE)


def _url(scope: MutableMapping[str, Any]) -> str:
    path = _MOUNT.sub("", scope["path"]) or "/"
    query = scope.get("query_string", b"").decode("latin-1")
    text = f"{path}?{query}" if query else path
    return text.encode("utf-8", "replace").decode()


def add_error_handlers(app: FastAPI, outage: Outage) -> None:
    """Map every error that can leave an endpoint; while an outage lasts, the log has been told of it."""
    app.state.outage = outage
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)


async def answer_to(request: Request, error: Exception) -> Response:
    """What the nearest of the handlers makes of an error."""
    handler = next(_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS)
    return await handler(request, error)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, CallboardError)
    return error_response(request.scope, error)


async def _routing(_request: Request, error: Exception) -> Response:
    """No such route, or not with this method: Backstage answers with an empty body."""
    assert isinstance(error, HTTPException)
    return Response(status_code=error.status_code, headers=error.headers)


async def _gone(_request: Request, _error: Exception) -> Response:
    """The caller hung up before its request was whole: nobody reads this, and it is no defect."""
    return Response(status_code=400)


async def _database(request: Request, error: Exception) -> Response:
    outage: Outage = request.app.state.outage
    if not outage.lasts:
        _log.warning("database not available", reason=str(error.__cause__ or error))
    return error_response(request.scope, ServiceUnavailableError("The database doesn't answer. Try again shortly."))


async def _defect(request: Request, error: Exception) -> Response:
    number = uuid.uuid4().hex[:8]
    _log.error("request failed", number=number, path=request.scope["path"], exc_info=error)
    return error_response(
        request.scope, CallboardError(f"Something went wrong on our side. The log has it as {number}.")
    )


_HANDLERS: Final[Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]] = {
    CallboardError: _ours,
    HTTPException: _routing,
    ClientDisconnect: _gone,
    **dict.fromkeys(DATABASE_AWAY, _database),
    Exception: _defect,
}
