"""The short way to endpoints that need nothing of FastAPI but its document.

FastAPI looks for a route through every router and keeps two exit stacks for dependencies around each call; that takes
longer than finding an entity. The catalog's endpoints read their requests themselves, so they are called as they are:
the same functions, with the same errors. Whatever isn't found here goes on to FastAPI.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import answer_to

_PLACEHOLDER: Final = "{"


@dataclass(frozen=True, slots=True)
class _Way:
    route: APIRoute
    endpoint: Callable[[Request], Any]
    pattern: re.Pattern[str]


class DirectRoutes:
    """Middleware around the router: takes what `routes` name, by method and path."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._fixed: dict[tuple[str, str], _Way] = {}
        self._patterns: list[tuple[str, _Way]] = []
        for route in routes:
            if isinstance(route, APIRoute):
                self._add(route)

    def _add(self, route: APIRoute) -> None:
        way = _Way(route, route.endpoint, route.path_regex)
        for method in route.methods or ():
            if _PLACEHOLDER in route.path:
                self._patterns.append((method, way))
            else:
                self._fixed[method, route.path] = way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        way, parameters = found
        scope["route"], scope["path_params"] = way.route, parameters
        request = Request(scope, receive, send)
        try:
            response = await way.endpoint(request)
        except Exception as error:  # noqa: BLE001 - what FastAPI's own handlers would get
            response = await answer_to(request, error)
        await response(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[_Way, Mapping[str, str]] | None:
        method, path = scope["method"], scope["path"]
        way = self._fixed.get((method, path))
        if way is not None:
            return way, {}
        for known, candidate in self._patterns:
            if known == method and (match := candidate.pattern.match(path)):
                return candidate, match.groupdict()
        return None
