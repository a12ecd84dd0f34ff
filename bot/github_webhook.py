"""What GitHub tells by webhook: checked, remembered, and turned into work that is done after the answer."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from bot.github import push_of
from bot.process import ASK_PROVIDER, CATALOG_QUEUE, GITHUB_PUSH, GITHUB_QUEUE
from bot.repository import first_time
from callboard.config.model import AppConfig
from callboard.db import Connection
from callboard.logs import get_logger
from catalog.providers.github import GithubProvider
from catalog.providers.github_org import GithubOrgProvider

if TYPE_CHECKING:
    from bot.runtime import Runtime

_log = get_logger("webhooks")
_WINDOW: Final = 10.0
"""Seconds: news of a whole organisation that come that close together make one run, which begins after them."""
_REPOSITORIES: Final = frozenset({"repository"})
_PEOPLE: Final = frozenset({"organization", "team", "membership", "installation"})
_MOST_COMMITS: Final = 2048
"""GitHub lists no more of a push."""


class GithubWebhook:
    """Handles one request; `poke` wakes the workers of this replica."""

    def __init__(self, runtime: "Runtime", *, poke: Callable[[], None]) -> None:
        self._runtime, self._poke = runtime, poke
        self._secrets = list(_secrets(runtime.config))

    def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """202 taken, 403 for whoever can't sign, 400 for what isn't an event."""
        hosts = self._signed_by(headers.get("x-hub-signature-256", ""), body)
        if not hosts:
            return 403
        payload = _payload(headers.get("content-type", ""), body)
        event, delivery = headers.get("x-github-event", ""), headers.get("x-github-delivery", "")
        if payload is None or not event or not delivery:
            return 400
        with self._runtime.database.write() as connection:
            if not first_time(connection, f"github:{delivery}", time.time()):
                return 202
            try:
                self._take(connection, event, payload, hosts)
            except (KeyError, TypeError, AttributeError) as error:
                _log.warning("event not understood", github_event=event, delivery=delivery, reason=repr(error))
        self._poke()
        return 202

    def _signed_by(self, signature: str, body: bytes) -> set[str]:
        """The hosts whose secret made the signature; every secret is tried, however the first ones fare."""
        given = signature.encode()
        return {host for host, secret in self._secrets if hmac.compare_digest(_sign(secret, body), given)}

    def _take(self, connection: Connection, event: str, payload: Mapping[str, Any], hosts: set[str]) -> None:
        if event == "push":
            self._take_push(connection, payload, hosts)
        elif event in _REPOSITORIES:
            if urlsplit(payload["repository"]["html_url"]).netloc in hosts:
                self._run(connection, GithubProvider, hosts, payload["repository"]["owner"]["login"])
        elif event in _PEOPLE:
            self._run(connection, GithubOrgProvider, hosts, _organization(payload))

    def _take_push(self, connection: Connection, payload: Mapping[str, Any], hosts: set[str]) -> None:
        push = push_of(payload)
        if push is None or push["host"] not in hosts:
            return
        if push["paths"]:
            self._runtime.queue.enqueue(connection, GITHUB_QUEUE, GITHUB_PUSH, push)
        commits = payload.get("commits") or []
        if payload.get("forced") or payload.get("deleted") or len(commits) >= _MOST_COMMITS:
            self._run(connection, GithubProvider, hosts, push["organization"])  # the list of files isn't all

    def _run(
        self, connection: Connection, kind: type[GithubProvider | GithubOrgProvider], hosts: set[str], owner: str
    ) -> None:
        now = time.time()
        for provider in self._runtime.providers:
            if isinstance(provider, kind) and any(provider.serves(host, owner) for host in hosts):
                name = f"provider:{provider.key}"
                window = f"webhook:{name}:{int(now // _WINDOW)}"
                delay = _WINDOW - now % _WINDOW
                spec = {"schedule": name}
                self._runtime.queue.enqueue(connection, CATALOG_QUEUE, ASK_PROVIDER, spec, delay=delay, dedup=window)


def _secrets(config: AppConfig) -> Iterator[tuple[str, bytes]]:
    for integration in config.integrations.github:
        for secret in (integration.webhook_secret, *(app.webhook_secret for app in integration.apps)):
            if secret is not None and secret.get_secret_value():
                yield integration.host, secret.get_secret_value().encode()


def _sign(secret: bytes, body: bytes) -> bytes:
    return b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()


def _payload(content_type: str, body: bytes) -> dict[str, Any] | None:
    """GitHub sends JSON, or a form with JSON in it."""
    try:
        text = body.decode()
        if content_type.startswith("application/x-www-form-urlencoded"):
            text = parse_qs(text)["payload"][0]
        found = json.loads(text)
    except (ValueError, KeyError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _organization(payload: Mapping[str, Any]) -> str:
    if "organization" in payload:
        return str(payload["organization"]["login"])
    return str(payload["installation"]["account"]["login"])
