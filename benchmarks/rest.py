"""How fast the REST API answers, beside what Backstage's backend was measured to need for the same questions.

For 10,000 entities on SQLite and PostgreSQL and for 100,000 on PostgreSQL: one server process, asked over 1 and over
8 connections by another process. `CALLBOARD_BENCH_QUICK=1` leaves the larger size out, `CALLBOARD_BENCH_ORG` names
the files of an organisation of one's own, `CALLBOARD_BENCH_SECONDS` how long each line is asked.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from benchmarks.catalog import LARGE, SMALL, ingest, on_postgres, on_sqlite, organisation_of
from benchmarks.rest_requests import call, look_around, requests
from benchmarks.rows import Row

Opener = Callable[[Path], contextlib.AbstractContextManager[str]]
CONNECTIONS: Final = (1, 8)
_CASES: Final[Sequence[tuple[int, str, Opener]]] = (
    (SMALL, "SQLite", on_sqlite),
    (SMALL, "PostgreSQL", on_postgres),
    (LARGE, "PostgreSQL", on_postgres),
)
BACKSTAGE: Final[Mapping[tuple[int, str], Mapping[str, tuple[float, float]]]] = {
    (SMALL, "SQLite"): {
        "by name": (0.5, 2.6), "50 by their refs": (0.9, 5.5), "kind and owner": (42, 344),
        "the UI's default table": (35, 277), "full text on names": (3.4, 28), "facets of two keys": (56, 496),
        "relation filter": (31, 232), "ancestry": (0.5, 3.6),
    },
    (SMALL, "PostgreSQL"): {
        "by name": (0.7, 4.3), "50 by their refs": (1.5, 6.6), "kind and owner": (2.5, 14),
        "the UI's default table": (14, 82), "full text on names": (6.4, 29), "facets of two keys": (9.9, 62),
        "relation filter": (1.8, 11), "ancestry": (1.2, 8.8),
    },
    (LARGE, "PostgreSQL"): {
        "by name": (0.9, 3.2), "kind and owner": (3.9, 17), "the UI's default table": (306, 1423),
        "full text on names": (129, 365), "facets of two keys": (201, 1062), "relation filter": (3.1, 12),
    },
}  # fmt: skip
"""Medians in milliseconds over 1 and over 8 connections, on two cores with nothing else to do."""


def run() -> Iterator[Row]:
    """Every line of every case, then how soon a changed file is seen."""
    quick = bool(os.environ.get("CALLBOARD_BENCH_QUICK"))
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        for size, engine, opener in _CASES:
            label = f"{engine}, {size:,}"
            if quick and size == LARGE:
                yield Row(label, "", None, None, "CALLBOARD_BENCH_QUICK is set")
                continue
            root = organisation_of(Path(folder), size)
            try:
                with opener(Path(folder)) as url:
                    ingest(url, root)
                    yield from measured(label, url, root, BACKSTAGE[size, engine])
            except LookupError as error:
                yield Row(label, "", None, None, str(error))


def measured(label: str, url: str, root: Path, backstage: Mapping[str, tuple[float, float]]) -> Iterator[Row]:
    """All lines against a database that holds the organisation."""
    seconds = float(os.environ.get("CALLBOARD_BENCH_SECONDS", "3"))
    with served(url, root) as server:
        for name, texts in requests(look_around(server.port)).items():
            for place, connections in enumerate(CONNECTIONS):
                figures = asked(server, texts, connections, seconds)
                target = backstage[name][place] if name in backstage else None
                note = f"{figures.rate:,.0f}/s; {figures.server:.2f} + {figures.database:.2f} ms of CPU a request"
                many = f"{connections} connection{'s' if connections > 1 else ''}"
                yield Row(f"{label}: {name}, {many}", "ms", figures.median, target, note)
        yield refreshed(label, server, root)


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds, and requests a second; `server` and `database` are CPU time."""

    median: float
    rate: float
    server: float
    database: float


class Server:
    """A running server process and the processes of its database."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        assert process.stdout is not None
        self.port = int(process.stdout.readline())
        self._process = process
        self._url = url.replace("postgresql+psycopg:", "postgresql:")

    def cpu(self) -> float:
        return _cpu_of(self._process.pid)

    def database_cpu(self) -> float:
        """Of PostgreSQL's backends; SQLite is in the server's own."""
        if not self._url.startswith("postgresql"):
            return 0.0
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with psycopg.connect(self._url) as connection:
            return sum(_cpu_of(pid) for (pid,) in connection.execute(query))


@contextlib.contextmanager
def served(url: str, root: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "benchmarks.rest_server", url, str(root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield Server(process, url)
    finally:
        process.terminate()
        process.wait(10)


def asked(server: Server, texts: Sequence[str], connections: int, seconds: float) -> Figures:
    """Let another process ask."""
    command = [sys.executable, "-m", "benchmarks.rest_load", str(server.port), str(connections), str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        json.dump(texts, client.stdin)
        client.stdin.close()
        client.stdout.readline()
        began = server.cpu(), server.database_cpu()
        answer = client.stdout.readline()
        used = server.cpu() - began[0], server.database_cpu() - began[1]
    if not answer:
        raise LookupError("the server refused a request")
    found: dict[str, Any] = json.loads(answer)
    count = found["count"]
    return Figures(found["median"], count / seconds, used[0] * 1000 / count, used[1] * 1000 / count)


def _cpu_of(pid: int) -> float:
    """User and system seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def refreshed(label: str, server: Server, root: Path) -> Row:
    """Change one entity's file, ask for a refresh, and read the entity until it shows the change."""
    file = root.parent / "org-0001.yaml"
    before = file.read_text(encoding="utf-8")
    name = before.partition("kind: Component\nmetadata:\n  name: ")[2].split(None, 1)[0]
    mark = f"Seen at {time.time()}."
    head, found, rest = before.partition(f"name: {name}\n")
    file.write_text(f"{head}{found}  annotations-seen: {mark}\n{rest}", encoding="utf-8")
    began = time.perf_counter()
    call(server.port, "/refresh", {"entityRef": f"component:default/{name}"})
    while mark.encode() not in call(server.port, f"/entities/by-name/component/default/{name}"):
        if time.perf_counter() - began > 30:
            raise RuntimeError("the change never showed")
    seconds = time.perf_counter() - began
    file.write_text(before, encoding="utf-8")
    return Row(f"{label}: a changed file is visible after `POST /refresh`", "s", seconds, 1.0)
