"""Signed HTTP: commands, events, interactions and options posted to the app's request URL."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from urllib.parse import urlencode

import httpx

from playground.delivery import Ack, Kind, Retry
from playground.errors import Json


def sign(secret: str, timestamp: str, body: bytes) -> str:
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class SignedHttp:
    def __init__(
        self,
        *,
        url: str,
        options_url: str | None,
        signing_secret: str,
        ack_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._url = url
        self._options_url = options_url or url
        self._secret = signing_secret
        self._ack_seconds = ack_seconds
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=True, max_redirects=2, trust_env=False)
        return self._client

    async def send(self, kind: Kind, payload: Json, retry: Retry) -> Ack:
        content_type, body = _encode(kind, payload)
        timestamp = str(int(self._clock()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        if retry.attempt:
            headers |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        url = self._options_url if kind == "options" else self._url
        try:
            async with asyncio.timeout(self._ack_seconds):
                response = await self._connected().post(url, content=body, headers=headers, timeout=None)
        except (TimeoutError, httpx.TimeoutException):
            return Ack(failure="http_timeout")
        except httpx.TooManyRedirects:
            return Ack(failure="too_many_redirects")
        except httpx.HTTPError:
            return Ack(failure="connection_failed")
        return _ack(response)


def _encode(kind: Kind, payload: Json) -> tuple[str, bytes]:
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _ack(response: httpx.Response) -> Ack:
    stop = response.headers.get("x-slack-no-retry") == "1"
    if not response.is_success:
        return Ack(failure="http_error", stop_retries=stop)
    if not response.content:
        return Ack(stop_retries=stop)
    if "json" in response.headers.get("content-type", ""):
        try:
            return Ack(payload=response.json(), stop_retries=stop)
        except json.JSONDecodeError:
            return Ack(failure="http_error", stop_retries=stop)
    return Ack(payload=response.text, stop_retries=stop)
