"""How fast the REST API answers: `python benchmarks/rest.py DATABASE_URL [--seconds 3]`.

The database holds an organisation already (any will do; entities to ask for are picked from it). One server process,
asked over 1 and over 8 connections by another; the median and the rate of each line are printed as a Markdown table.
"""

import argparse
import contextlib
import itertools
import json
import multiprocessing
import os
import random
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
Make = Callable[[], bytes]


def serve(url: str, port: int) -> None:
    """One replica's HTTP side, without Slack, clock or workers."""
    import uvicorn

    from api.app import ApiServices, create_app
    from callboard.config.model import AppConfig
    from callboard.db import open_database
    from catalog.ingest.reading import Content
    from catalog.service import build_catalog

    class NoUrls:
        def read(self, url: str, version: str) -> Content:
            raise NotImplementedError

        def search(self, url: str) -> list[str]:
            raise NotImplementedError

    config = AppConfig.model_validate({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})
    database = open_database(url)
    app = create_app(ApiServices(database, build_catalog(database, config, urls=NoUrls()), config, "bench"))
    uvicorn.run(app, port=port, log_level="critical", access_log=False)


class Connection:
    """A kept-alive connection that does as little as possible itself."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        data = self._socket.recv(262_144)
        head, _, body = data.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head + body)
        length = int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])
        parts, have = [body], len(body)
        while have < length:
            parts.append(self._socket.recv(262_144))
            have += len(parts[-1])
        return b"".join(parts)


def get(path: str) -> bytes:
    return f"GET /api/catalog{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def post(path: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    head = f"POST /api/catalog{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return head.encode() + f"Content-Length: {len(content)}\r\n\r\n".encode() + content


def requests(port: int) -> dict[str, Make]:
    """The lines of the table; each makes another request every time."""
    ask = Connection(port).ask
    listed = json.loads(ask(get("/entities/by-query?filter=kind=component&limit=2000")))["items"]
    chance = random.Random(7)
    names = [(e["metadata"].get("namespace", "default"), e["metadata"]["name"]) for e in listed]
    refs = [f"component:{namespace}/{name}" for namespace, name in names]
    owners = sorted({r["targetRef"] for e in listed for r in e["relations"] if r["type"] == "ownedBy"})
    spec_owners = sorted({e["spec"]["owner"] for e in listed})
    words = sorted({word for _, name in names for word in name.split("-") if len(word) > 3})
    targets = sorted({r["targetRef"] for e in listed for r in e["relations"] if r["type"] == "dependsOn"})

    def by_name() -> bytes:
        namespace, name = chance.choice(names)
        return get(f"/entities/by-name/component/{namespace}/{name}")

    def ancestry() -> bytes:
        namespace, name = chance.choice(names)
        return get(f"/entities/by-name/component/{namespace}/{name}/ancestry")

    table = "/entities/by-query?limit=20&orderField=metadata.name,asc&filter=kind=component"
    fields = "fullTextFilterFields=metadata.name,metadata.title"
    return {
        "by name": by_name,
        "by refs, 50": lambda: post("/entities/by-refs", {"entityRefs": chance.sample(refs, 50)}),
        "kind and owner": lambda: get(
            f"/entities?filter=kind=component,spec.owner={quote(chance.choice(spec_owners))}"
        ),
        "the UI's table": lambda: get(f"{table},spec.type={chance.choice(['service', 'website', 'library'])}"),
        "full text on names": lambda: get(f"{table}&fullTextFilterTerm={chance.choice(words)}&{fields}"),
        "facets of two keys": lambda: get("/entity-facets?facet=spec.type&facet=spec.lifecycle&filter=kind=component"),
        "relation filter": lambda: get(f"/entities?filter=relations.dependsOn={quote(chance.choice(targets))}"),
        "owned by": lambda: get(f"{table},relations.ownedBy={quote(chance.choice(owners))}"),
        "ancestry": ancestry,
    }


def measure(port: int, make: Make, *, connections: int, seconds: float) -> tuple[float, float]:
    """The median in milliseconds, and requests a second."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    def run() -> None:
        connection = Connection(port)
        while (began := time.perf_counter()) < end:
            connection.ask(make())
            times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statistics.median(times) * 1_000, len(times) / seconds


@contextlib.contextmanager
def server(url: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(url, port), daemon=True)
    process.start()
    for _attempt in itertools.count():
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            break
        time.sleep(0.05)
    try:
        yield port
    finally:
        process.terminate()
        process.join(5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=3.0)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores\n\n| request | 1: ms | 1: /s | 8: ms | 8: /s |\n|---|---|---|---|---|")
    with server(arguments.url) as port:
        for name, make in requests(port).items():
            measure(port, make, connections=1, seconds=0.3)
            one = measure(port, make, connections=1, seconds=arguments.seconds)
            eight = measure(port, make, connections=8, seconds=arguments.seconds)
            print(f"| {name} | {one[0]:.2f} | {one[1]:.0f} | {eight[0]:.2f} | {eight[1]:.0f} |", flush=True)


if __name__ == "__main__":
    main()
