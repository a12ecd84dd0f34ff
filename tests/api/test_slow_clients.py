"""Clients that are slow, or hang up in the middle: the others are answered meanwhile, and no defect is logged."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import pytest

from tests.api.conftest import TOKEN

_REFS = b'{"entityRefs": ["component:default/petstore"]}'


def _head(length: int) -> bytes:
    lines = [
        "POST /api/catalog/entities/by-refs HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {TOKEN}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.fixture
def many(shop: httpx.Client) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        address = (shop.base_url.host, shop.base_url.port)
        yield [stack.enter_context(closing(socket.create_connection(address, timeout=20))) for _number in range(60)]


def test_slow_clients_keep_nobody_waiting(shop: httpx.Client, many: list[socket.socket]) -> None:
    for number, client in enumerate(many):
        client.sendall(_head(len(_REFS))[: 40 if number % 2 else None])
    assert shop.get("/api/catalog/entities/by-name/component/default/petstore").status_code == 200
    for client in many[::2]:
        client.sendall(_REFS[:10])
    assert shop.get("/api/catalog/entities/by-query?limit=1").status_code == 200
    for client in many[::2]:
        client.sendall(_REFS[10:])
    assert {client.recv(12) for client in many[::2]} == {b"HTTP/1.1 200"}


def test_who_hangs_up_is_not_a_defect(
    shop: httpx.Client, many: list[socket.socket], capfd: pytest.CaptureFixture[str]
) -> None:
    for number, client in enumerate(many):
        client.sendall(_head(len(_REFS)) + _REFS[: number % 20])
        client.close()
    for _number in range(20):  # the server has noticed all of them by then: it takes requests in turn
        assert shop.get("/api/catalog/entities/by-query?limit=1").status_code == 200
    assert "request failed" not in "".join(capfd.readouterr())
