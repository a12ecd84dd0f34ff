"""Nobody but this machine: other hosts' pages may neither read the workspace nor act in it."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.workspace import Workspace

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "testserver"})


class LocalOnly:
    """Refuses foreign Host names (DNS rebinding) and foreign Origins (other sites' pages)."""

    def __init__(self, app: ASGIApp, workspace: Workspace) -> None:
        self._app = app
        self._workspace = workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._workspace.base_url:
            self._workspace.base_url = f"http://{host}"
        if self._is_ours(host) and self._is_same(headers.get("origin"), host):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4003})
        else:
            answer = PlainTextResponse("This workspace answers its own machine only.\n", status_code=403)
            await answer(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        own = urlsplit(self._workspace.base_url).hostname
        return urlsplit(f"//{host}").hostname in {*LOOPBACK, own}

    @staticmethod
    def _is_same(origin: str | None, host: str) -> bool:
        return origin is None or urlsplit(origin).netloc == host
