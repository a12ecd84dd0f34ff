"""Who calls: static tokens of `backend.auth.externalAccess`, and what each of them may do."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import error_response
from callboard.chat import Actor
from callboard.config.model import Auth
from callboard.errors import AuthenticationError, NotAllowedError
from callboard.logs import get_logger

_PRINCIPAL: Final = "callboard.principal"
OPEN_PATHS: Final = ("/", "/healthz", "/readyz", "/openapi.json", "/.backstage/health/")
_log = get_logger("auth")


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller. `restrictions` None: may do everything; else by plugin, its permissions, none named meaning all."""

    subject: str
    restrictions: Mapping[str, frozenset[str]] | None = None

    def may_use(self, plugin: str) -> bool:
        return self.restrictions is None or plugin in self.restrictions

    def may(self, permission: str) -> bool:
        """`permission` as Backstage names it, its first word being the plugin."""
        if self.restrictions is None:
            return True
        allowed = self.restrictions.get(permission.partition(".")[0])
        return allowed is not None and (not allowed or permission in allowed)


ANYBODY: Final = Principal("anonymous")


class Authenticator:
    """Knows every token by its hash; comparing takes the same time whichever is right."""

    def __init__(self, settings: Auth) -> None:
        self._open = settings.dangerously_disable_default_auth_policy
        self._known = [
            (_digest(entry.options.token.get_secret_value()), _principal(entry)) for entry in settings.external_access
        ]
        if self._open:
            _log.warning(
                "anybody may use the HTTP API: backend.auth.dangerouslyDisableDefaultAuthPolicy is on",
            )

    def identify(self, authorization: str | None) -> Principal:
        """Raises AuthenticationError. A wrong token is refused even where none is needed."""
        if not authorization:
            if self._open:
                return ANYBODY
            raise AuthenticationError("Missing credentials")
        scheme, _, token = authorization.partition(" ")
        digest = _digest(token.strip())
        found = None
        for known, principal in self._known:
            if hmac.compare_digest(known, digest):
                found = principal
        if found is None or scheme.lower() != "bearer":
            raise AuthenticationError("Could not resolve credentials; caused by AuthenticationError: Illegal token")
        return found


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _principal(entry: Any) -> Principal:
    if entry.access_restrictions is None:
        return Principal(entry.options.subject)
    return Principal(entry.options.subject, {r.plugin: frozenset(r.permission) for r in entry.access_restrictions})


class AuthMiddleware:
    """Everything needs credentials but the paths that are said to be open (those check their callers themselves)."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator, open_paths: Iterable[str]) -> None:
        self._app = app
        self._authenticator = authenticator
        self._open = tuple(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_open(scope["path"]):
            try:
                scope[_PRINCIPAL] = self._admit(scope)
            except (AuthenticationError, NotAllowedError) as error:
                await error_response(scope, error)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _is_open(self, path: str) -> bool:
        return any(path == p or (p != "/" and p.endswith("/") and path.startswith(p)) for p in self._open)

    def _admit(self, scope: Scope) -> Principal:
        header = next((v for k, v in scope["headers"] if k == b"authorization"), b"")
        principal = self._authenticator.identify(header.decode("latin-1") or None)
        parts = scope["path"].split("/", 3)
        plugin = parts[2] if len(parts) > 2 and parts[1] == "api" else parts[1]
        if not principal.may_use(plugin):
            allowed = ", ".join(sorted(principal.restrictions or ()))
            raise NotAllowedError(f"This token's access is restricted to plugin(s) '{allowed}'")
        return principal


def principal_of(request: Request) -> Principal:
    """Who makes this request."""
    found: Principal = request.scope.get(_PRINCIPAL, ANYBODY)
    return found


def actor_of(request: Request) -> Actor:
    """The caller as an `Authorizer` knows programs: by the subject of its token."""
    return Actor(id=f"external:{principal_of(request).subject}")


def require(request: Request, permission: str) -> None:
    """Raises NotAllowedError unless the caller has the permission."""
    if not principal_of(request).may(permission):
        raise NotAllowedError(f"This token may not do that: it lacks the permission {permission}.")
