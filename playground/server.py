"""The workspace as a server: Slack's Web API and sockets, the control API, and the page for people."""

import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request, WebSocket
from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground import control, respond
from playground.errors import CannotActError, Json, SlackError
from playground.guard import LocalOnly
from playground.page import add_page
from playground.seed import WorkspaceSeed
from playground.timing import Timing
from playground.uploads import download, receive
from playground.webapi import dispatch
from playground.workspace import Workspace

__all__ = ["RunningWorkspace", "Workspace", "create_app", "serve"]


async def _values(request: Request) -> Json:
    """The arguments of a call: query, form or JSON."""
    values: Json = dict(request.query_params)
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        return values | {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    raw = await request.body()
    if content_type.startswith("application/json"):
        try:
            body = json.loads(raw or b"{}")
        except json.JSONDecodeError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return values | body
    return values | dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


async def _web_api(ws: Workspace, method: str, request: Request) -> Response:
    try:
        values = await _values(request)
    except SlackError as error:
        return JSONResponse(error.body())
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() if scheme.lower() == "bearer" else None
    token = token or str(values.pop("token", "") or "")
    values.pop("token", None)
    host = request.headers.get("host", "")
    status, body, headers = await dispatch.call(ws, method, values, token, host)
    return JSONResponse(body, status_code=status, headers=headers)


async def _response_url(ws: Workspace, key: str, request: Request) -> Response:
    try:
        body = await _values(request)
    except SlackError:
        return PlainTextResponse("invalid_payload", status_code=400)
    if isinstance(body.get("payload"), str):
        body = json.loads(body["payload"])
    status, answer = respond.use(ws, key, body)
    return PlainTextResponse("ok") if status == 200 else JSONResponse(answer, status_code=status)


def create_app(workspace: Workspace) -> FastAPI:
    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await workspace.stop()

    app = FastAPI(title="Local Slack workspace", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(LocalOnly, workspace=workspace)
    app.include_router(control.router(lambda: workspace))
    _protocol_routes(app, workspace)
    add_page(app, workspace)

    @app.exception_handler(CannotActError)
    async def cannot_act(_request: Request, error: CannotActError) -> Response:
        return JSONResponse({"ok": False, "error": "cannot_act", "message": str(error)}, status_code=400)

    @app.exception_handler(SlackError)
    async def refused(_request: Request, error: SlackError) -> Response:
        return JSONResponse(error.body(), status_code=400)

    return app


def _protocol_routes(app: FastAPI, workspace: Workspace) -> None:
    @app.api_route("/api/{method}", methods=["GET", "POST"])
    async def web_api(method: str, request: Request) -> Response:
        return await _web_api(workspace, method, request)

    @app.websocket("/link")
    async def link(websocket: WebSocket) -> None:
        await workspace.sockets.handle(websocket)

    @app.post("/{kind}/{team}/{number}/{secret}")
    async def response_url(kind: str, team: str, number: str, secret: str, request: Request) -> Response:
        if kind not in {"commands", "actions", "app"} or team != workspace.seed.team.id:
            return PlainTextResponse("no_team", status_code=404)
        return await _response_url(workspace, f"{number}/{secret}", request)

    @app.post("/upload/{file_id}/{ticket}")
    async def upload(file_id: str, ticket: str, request: Request) -> Response:
        return await receive(workspace, file_id, ticket, request)

    @app.get("/files/{file_id}/{name}")
    async def file(file_id: str, name: str) -> Response:
        return download(workspace, file_id, name)


@dataclass
class RunningWorkspace:
    """A workspace served from a thread of this process; leaving the `with` stops it."""

    workspace: Workspace
    url: str
    _server: uvicorn.Server
    _socket: socket.socket
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._run, name="playground", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.01)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        return self.workspace.app.bot_token

    @property
    def app_token(self) -> str:
        return self.workspace.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.workspace.app.signing_secret

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def serve(
    seed: WorkspaceSeed, host: str = "127.0.0.1", port: int = 0, *, timing: Timing | None = None
) -> RunningWorkspace:
    """Listens when it returns. With port 0 the system picks one; read it from `.url`."""
    listener = socket.create_server((host, port))
    url = f"http://{host}:{listener.getsockname()[1]}"
    workspace = Workspace(seed, timing=timing, base_url=url)
    options: dict[str, Any] = {"log_level": "warning", "access_log": False, "timeout_graceful_shutdown": 1}
    config = uvicorn.Config(create_app(workspace), ws="websockets-sansio", lifespan="on", **options)
    return RunningWorkspace(workspace, url, uvicorn.Server(config), listener)
