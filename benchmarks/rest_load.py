"""Asks a server over some connections at once, from one thread of a process of its own.

`python -m benchmarks.rest_load PORT CONNECTIONS SECONDS`, with a JSON list of requests on standard input; they are
sent in turn, each connection sending its next as soon as it has its answer. Figures as JSON.
"""

import json
import selectors
import socket
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import cycle


class Connection:
    """A kept-alive connection that does as little as possible itself."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._began = 0.0
        self._missing = 0

    def send(self, request: bytes) -> None:
        self._began, self._missing = time.perf_counter(), 0
        self.socket.sendall(request)

    def receive(self) -> float | None:
        """Take what is there; the seconds since the request once the answer is whole."""
        data = self.socket.recv(1_048_576)
        if self._missing:
            self._missing -= len(data)
        else:
            self._missing = _missing(data)
        return None if self._missing else time.perf_counter() - self._began

    def ask(self, request: bytes) -> None:
        self.send(request)
        while self.receive() is None:
            pass


def _missing(data: bytes) -> int:
    """How much of an answer is still to come after its first part, which holds all of its headers."""
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(data.decode())
    return int(head.lower().partition(b"content-length:")[2].split(None, 1)[0]) - len(body)


def load(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> list[float]:
    """The seconds that each answer took."""
    times: list[float] = []
    with selectors.DefaultSelector() as ready:
        for _number in range(connections):
            connection = Connection(port)
            ready.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(next(requests))
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for key, _events in ready.select():
                if (took := key.data.receive()) is not None:
                    times.append(took)
                    key.data.send(next(requests))
        for key in list(ready.get_map().values()):
            key.data.socket.close()
    return times


def main() -> None:
    port, connections, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    texts = [text.encode() for text in json.load(sys.stdin)]
    warm = Connection(port)
    for text in texts[:40]:
        warm.ask(text)
    print("ready", flush=True)
    times = load(port, cycle(texts), connections=connections, seconds=seconds)
    print(json.dumps({"median": statistics.median(times) * 1000, "count": len(times)}))


if __name__ == "__main__":
    main()
