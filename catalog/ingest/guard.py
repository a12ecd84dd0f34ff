"""Connections to addresses that may be read: checked after DNS, at the moment of connecting, with an end in sight.

A check before the request would look a name up a second time, and a name may lead elsewhere the second time.
"""

import contextvars
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore
import httpx

PORTS: Final = {"http": 80, "https": 443}
_deadline: contextvars.ContextVar[float] = contextvars.ContextVar("deadline", default=float("inf"))


@contextmanager
def no_longer_than(seconds: float) -> Any:
    """Whatever is read inside ends in time, however slowly a server drips."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class GuardedTransport(httpx.HTTPTransport):
    """Connects to public addresses, and to those that `trusted` names by host and port."""

    def __init__(self, trusted: Iterable[tuple[str, int]]) -> None:
        super().__init__(retries=0)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_GuardedNetwork(frozenset(trusted))
        )


class _GuardedNetwork(httpcore.NetworkBackend):
    def __init__(self, trusted: frozenset[tuple[str, int]]) -> None:
        self._trusted = trusted
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """The first address that answers; none is tried when one of them is private."""
        failure: Exception = httpcore.ConnectError(f"the name {host} isn't known")
        for address in self._addresses(host, port):
            try:
                left = _left(timeout)
                return _TimedStream(self._plain.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError(f"the name {host} isn't known") from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if (host.lower(), port) not in self._trusted:
            refused = [a for a in addresses if not is_public(a)]
            if refused:
                raise httpcore.ConnectError(f"{host} leads to {refused[0]}, which is a private address")
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every wait ends at the deadline of whoever reads."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None) -> float | None:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if timeout is None else min(timeout, left)


def is_public(address: str) -> bool:
    """Whether anybody on the internet could read it too; an IPv4 address in IPv6's clothes counts as itself."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or _nat64(parsed)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return parsed.is_global and not parsed.is_multicast


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def host_and_port(url: str) -> tuple[str, int]:
    """Raises ValueError for a URL that is none."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 443)
