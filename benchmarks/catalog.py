"""The catalog's speed and size at 10,000 and 100,000 entities, on SQLite and on PostgreSQL.

An organisation of one's own may stand in `CALLBOARD_BENCH_ORG` (a file that names all others; used at the smaller
size). `CALLBOARD_BENCH_QUICK=1` leaves out 100,000 entities, which take minutes.
"""

import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import text

from benchmarks import organisation
from benchmarks.ingest_once import open_catalog
from benchmarks.rows import Row
from callboard.db import Connection, Database, open_database

SMALL, LARGE = 10_000, 100_000
_PROBES: Final = 200
_TARGETS: Final = {
    ("SQLite", SMALL): 6.0,
    ("PostgreSQL", SMALL): 8.0,
    ("SQLite", LARGE): 75.0,
    ("PostgreSQL", LARGE): 75.0,
}


def run() -> Iterator[Row]:
    """Every line, the smaller organisation first."""
    sizes = [SMALL] if os.environ.get("CALLBOARD_BENCH_QUICK") else [SMALL, LARGE]
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        for size in sizes:
            root = organisation_of(Path(folder), size)
            for engine, opener in (("SQLite", on_sqlite), ("PostgreSQL", on_postgres)):
                yield from _measured(engine, opener, size, root, Path(folder))
    if LARGE not in sizes:
        yield Row(f"{LARGE:,} entities", "", None, None, "CALLBOARD_BENCH_QUICK is set")


def organisation_of(folder: Path, size: int) -> Path:
    given = os.environ.get("CALLBOARD_BENCH_ORG")
    if given and size == SMALL:
        return Path(given)
    return organisation.write(folder / f"org-{size}", size)


def _measured(
    engine: str, opener: Callable[[Path], Any], size: int, root: Path, folder: Path
) -> Iterator[Row]:  # fmt: skip
    label = f"{engine}, {size:,}"
    try:
        with opener(folder) as url:
            yield from _ingestion(label, _TARGETS[engine, size], url, root, size)
            yield from _changes(label, url, root)
            yield from (_queries(label, url) if size == LARGE else ())
    except LookupError as error:
        yield Row(label, "", None, None, str(error))


@contextlib.contextmanager
def on_sqlite(folder: Path) -> Iterator[str]:
    file = folder / "bench.db"
    yield f"sqlite:///{file}"
    for left in folder.glob("bench.db*"):
        left.unlink()


@contextlib.contextmanager
def on_postgres(_folder: Path) -> Iterator[str]:
    from tests.postgres import cluster

    with cluster() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield url.replace("/postgres?", "/bench?").replace("postgresql:", "postgresql+psycopg:")


def _ingestion(label: str, target: float, url: str, root: Path, size: int) -> Iterator[Row]:
    waits: list[float] = []
    with _another_writer(url, waits):
        first = ingest(url, root)
    if first["created"] < size:
        raise RuntimeError(f"{first['created']} entities came in")
    yield Row(f"{label}: from nothing, process start included", "s", first["seconds"], target, _cpu(first["cpu"]))
    yield Row(f"{label}: the search index level too", "s", first["searchable"], None, _cpu(first["searchable_cpu"]))
    yield Row(f"{label}: longest wait of another writer meanwhile", "ms", max(waits), 300.0, f"{len(waits):,} writes")
    limit = 150.0 if size == SMALL else 1024.0
    yield Row(f"{label}: resident memory of the process", "MB", first["rss"], limit)
    yield Row(f"{label}: database with search index", "MB", _size(url), 60.0 if size == SMALL else 600.0)
    again = ingest(url, root)
    unchanged = 2.0 if size == SMALL else None
    yield Row(f"{label}: nothing changed, process start included", "s", again["seconds"], unchanged, _cpu(again["cpu"]))


def _cpu(seconds: float) -> str:
    return f"{seconds:.1f} s of CPU"


def ingest(url: str, root: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.ingest_once", url, str(root), repr(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LookupError(f"the ingestion failed: {done.stderr.strip().splitlines()[-1][:200]}")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


@contextlib.contextmanager
def _another_writer(url: str, waits: list[float]) -> Iterator[None]:
    """Somebody in another process's place, who writes a row every few milliseconds."""
    database = open_database(url)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE another_writer (at FLOAT)"))
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.01):
            began = time.perf_counter()
            with database.write() as connection:
                connection.execute(text("INSERT INTO another_writer VALUES (1.0)"))
            waits.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        database.dispose()


def _size(url: str) -> float:
    database = open_database(url)
    with database.read() as connection:
        if database.is_sqlite:
            query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        else:
            query = "SELECT pg_database_size(current_database())"
        size = float(connection.execute(text(query)).scalar_one())
    database.dispose()
    return size / 1024 / 1024


def _changes(label: str, url: str, root: Path) -> Iterator[Row]:
    """One file says something else about each of its 500 entities."""
    catalog = open_catalog(url, root)
    file = root.parent / "org-0001.yaml"
    before = file.read_text(encoding="utf-8")
    ref = next(r for r in _refs(catalog.database) if f"name: {r.rpartition('/')[2]}\n" in before)
    for number, name in enumerate(("one changed entity in a file of 500", "all 500 entities of a file changed")):
        changed = before.replace("description: ", "description: New ", 1 if number == 0 else -1)
        file.write_text(changed, encoding="utf-8")
        began = time.perf_counter()
        counts = catalog.refresh(ref)
        seconds = time.perf_counter() - began
        yield Row(
            f"{label}: {name}, visible after `refresh`", "s", seconds, 0.5, f"{counts.updated if counts else 0} updated"
        )
    file.write_text(before, encoding="utf-8")
    catalog.database.dispose()


def _refs(database: Database) -> list[str]:
    with database.read() as connection:
        query = "SELECT ref FROM refs JOIN entities ON entities.id = refs.id WHERE kind = 'component' ORDER BY ref"
        return [str(ref) for ref in connection.execute(text(query)).scalars()]


def _queries(label: str, url: str) -> Iterator[Row]:
    from catalog import graph
    from catalog.queries import lookup
    from catalog.queries.cursors import OrderBy
    from catalog.queries.filters import parse_filters
    from catalog.queries.listing import EntityQuery, page_of

    database = open_database(url)
    refs = random.Random(1).sample(_refs(database), _PROBES)
    with database.read() as connection:
        by_name = EntityQuery(parse_filters(["kind=component"]), OrderBy("metadata.name"), limit=20)
        owners = [lookup.summaries(connection, [r])[r].owner for r in refs[:50]]
        by_owner = [EntityQuery(parse_filters([f"kind=component,relations.ownedBy={o}"]), limit=20) for o in owners]
        yield _p95(f"{label}: get by ref", 1.0, [partial(lookup.get_entity, connection, r) for r in refs])
        yield _p95(f"{label}: first page of kind=component by name", 5.0, [partial(page_of, connection, by_name)] * 50)
        yield _p95(f"{label}: owner filter", 5.0, [partial(page_of, connection, q) for q in by_owner])
        reach = {r: len(graph.dependents(connection, r)) for r in refs[:100]}
        walks = [partial(_first_dependents, connection, r) for r, count in reach.items() if count <= 1_000]
        yield _p95(f"{label}: transitive dependents, up to 1,000 of them", 5.0, walks)
        far = [partial(_first_dependents, connection, r) for r, count in reach.items() if count > 1_000]
        if far:
            most = max(reach.values())
            yield _p95(f"{label}: transitive dependents, up to {most:,} of them", 200.0, far[:20])
    database.dispose()


def _first_dependents(connection: Connection, ref: str) -> object:
    """How many there are, and the first page of them."""
    from catalog import graph

    found = graph.dependents(connection, ref)
    return len(found), list(found[:20])


def _p95(name: str, target: float, acts: Sequence[Callable[[], object]]) -> Row:
    for act in acts[:5]:
        act()
    took = []
    for act in acts:
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    return Row(name, "ms", p95, target, f"median {statistics.median(took):.2f} ms, 95th percentile of {len(took)}")
