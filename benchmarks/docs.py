"""Docs and search: 1,000 entities with ten pages each, alone and beside an organisation of 100,000.

`CALLBOARD_BENCH_QUICK=1` leaves the organisation out, which takes minutes.
"""

import itertools
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import organisation
from benchmarks.catalog import on_postgres, on_sqlite
from benchmarks.ingest_once import open_catalog
from benchmarks.rows import Row, cpu_seconds
from callboard.db import Database
from callboard.outbox import feed
from search.entities import SearchConsumer
from search.names import NameIndex
from search.query import search
from search.spelling import add_trigrams
from techdocs.finder import DocsFinder
from techdocs.indexer import DocsIndexer

ENTITIES, PAGES = 1_000, 10
ORGANISATION = 100_000
_QUESTIONS: Final = 200
_SEARCHES: Final = 400
_SYLLABLES: Final = [
    "ba",
    "co",
    "di",
    "fu",
    "ge",
    "ha",
    "ki",
    "lo",
    "mu",
    "ne",
    "pa",
    "ri",
    "so",
    "tu",
    "ve",
    "wa",
    "zi",
    "cra",
    "dro",
    "fle",
    "gri",
    "pla",
    "sti",
    "tro",
]


class Writer:
    """Made-up docs: words as rare and as common as in English, the same for the same seed."""

    def __init__(self, seed: int = 6) -> None:
        self._random = random.Random(seed)
        self.words = ["".join(p) for p in itertools.islice(itertools.product(_SYLLABLES, repeat=3), 6_000)]
        self._random.shuffle(self.words)
        self._weights = list(itertools.accumulate(1 / (n + 3) for n in range(len(self.words))))

    def some(self, count: int) -> list[str]:
        return self._random.choices(self.words, cum_weights=self._weights, k=count)

    def page(self, number: int) -> str:
        """About two and a half kilobytes in five sections, with a list and some code."""
        sections = [f"# Page {number} about {' '.join(self.some(2))}\n\n{self._paragraph()}"]
        for step in range(4):
            title = " ".join(self.some(3)).capitalize()
            extra = f"```bash\nmake {self.some(1)[0]}\n```\n" if step % 2 else f"- {self._paragraph()}"
            sections.append(f"## {title}\n\n{self._paragraph()}\n{extra}")
        return "\n".join(sections)

    def _paragraph(self) -> str:
        return " ".join(self.some(50)).capitalize() + ".\n"


def write(folder: Path) -> Path:
    """The catalog file, and a folder of docs for each of its entities."""
    writer, documents = Writer(), []
    folder.mkdir(parents=True)
    for number in range(ENTITIES):
        name = f"{writer.words[number]}-docs-{number:04}"
        for page in range(PAGES):
            file = folder / name / "docs" / ("index.md" if not page else f"page-{page}.md")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(writer.page(page), encoding="utf-8")
        documents.append(
            f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  annotations:\n"
            f"    backstage.io/techdocs-ref: dir:./{name}\n"
            f"spec: {{type: service, lifecycle: production, owner: team-{number % 50}}}\n"
        )
    file = folder / "catalog-info.yaml"
    file.write_text("---\n".join(documents), encoding="utf-8")
    return file


def run() -> Iterator[Row]:
    """Every line, SQLite first."""
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        folder = Path(name)
        docs = write(folder / "docs")
        large = None if os.environ.get("CALLBOARD_BENCH_QUICK") else organisation.write(folder / "org", ORGANISATION)
        for engine, opener in (("SQLite", on_sqlite), ("PostgreSQL", on_postgres)):
            try:
                with opener(folder) as url:
                    yield from _measured(engine, url, docs, large)
            except LookupError as error:
                yield Row(engine, "", None, None, str(error))
        if large is None:
            yield Row(f"beside {ORGANISATION:,} entities", "", None, None, "CALLBOARD_BENCH_QUICK is set")


def _measured(engine: str, url: str, docs: Path, large: Path | None) -> Iterator[Row]:
    catalog = open_catalog(url, docs)
    database = catalog.database
    catalog.sync_locations()
    _drain(database)
    yield from _indexing(engine, database)
    yield _asked(f"{engine}: a docs question at {ENTITIES * PAGES:,} pages", database)
    if large is None:
        database.dispose()
        return
    open_catalog(url, docs, large).sync_locations()
    _drain(database)
    beside = f"beside {ORGANISATION:,} entities"
    yield from _searched(f"{engine}: a search in {ENTITIES * PAGES:,} pages {beside}", database)
    yield _asked(f"{engine}: a docs question {beside}", database)
    database.dispose()


def _indexing(engine: str, database: Database) -> Iterator[Row]:
    indexer, label = DocsIndexer(database), f"{engine}: {ENTITIES:,} entities with {PAGES} pages each"
    for what, target in (("read and indexed", 30.0), ("nothing changed", 2.0)):
        spent, began = cpu_seconds(), time.perf_counter()
        counts = indexer.sync_all()
        note = f"{counts.changed:,} of {counts.pages:,} pages, {cpu_seconds() - spent:.1f} s of CPU"
        yield Row(f"{label}, {what}", "s", time.perf_counter() - began, target, note)


def _asked(label: str, database: Database) -> Row:
    """Questions made of words that stand in the docs, some of them about one entity."""
    writer, finder = Writer(seed=7), DocsFinder()
    questions = [f"how do I {' '.join(writer.some(3))} the {writer.some(1)[0]}?" for _ in range(_QUESTIONS)]

    def ask(question: str) -> object:
        with database.read() as connection:
            return finder.find(connection, question)

    spent = cpu_seconds()
    taken = _timed(ask, questions)
    each = (cpu_seconds() - spent) * 1_000 / (len(taken) + 1)
    note = f"median of {len(taken)}; 95th percentile {_percentile(taken, 95):.1f} ms; {each:.1f} ms of CPU each"
    return Row(label, "ms", statistics.median(taken), 100.0, note)


def _searched(label: str, database: Database) -> Iterator[Row]:
    names = NameIndex(database)
    names.refresh()
    names.warm()
    every = {kind: list(_terms(database, kind)) for kind in ("names", "beginnings", "mistakes", "words", "operations")}

    def look(term: str) -> object:
        with database.read() as connection:
            return search(connection, term, limit=10, names=names.find)

    everything: list[float] = []
    for kind, terms in every.items():
        spent = cpu_seconds()
        taken = _timed(look, terms)
        everything += taken
        each = (cpu_seconds() - spent) * 1_000 / (len(taken) + 1)
        note = f"median {statistics.median(taken):.1f} ms, of {len(taken)}; {each:.1f} ms of CPU each"
        yield Row(f"{label}: {kind}", "ms", _percentile(taken, 95), None, f"95th percentile; {note}")
    note = f"95th percentile of {len(everything)}; median {statistics.median(everything):.1f} ms"
    yield Row(f"{label}: all of these", "ms", _percentile(everything, 95), 30.0, note)


def _terms(database: Database, kind: str) -> Iterator[str]:
    """What people type, of one sort."""
    chance, writer = random.Random(11), Writer(seed=8)
    names = NameIndex(database)
    names.refresh()
    known = [ref.rpartition("/")[2] for ref in names.first(limit=len(names))]
    for _ in range(_SEARCHES // 5):
        name = chance.choice(known)
        if kind == "names":
            yield name
        elif kind == "beginnings":
            yield name[: chance.randint(3, 8)]
        elif kind == "mistakes":
            at = chance.randrange(1, len(name) - 1)
            yield name[:at] + name[at + 1 :]
        elif kind == "words":
            yield " ".join(writer.some(chance.randint(1, 3)))
        else:
            yield f"GET /{name.partition('-')[0]}/{{id}}"


def _timed(work: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Milliseconds for each, after one that warms up."""
    work(asked[0])
    taken = []
    for one in asked:
        began = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - began) * 1_000)
    return taken


def _percentile(taken: Sequence[float], percent: int) -> float:
    return statistics.quantiles(taken, n=100)[percent - 1]


def _drain(database: Database) -> None:
    while feed(database, SearchConsumer()):
        pass
    with database.write() as connection:
        add_trigrams(connection)
    if not database.is_sqlite:
        _analyze(database)


def _analyze(database: Database) -> None:
    """What autovacuum does within a minute of such a load."""
    connection: Any = database.engine.raw_connection()
    connection.rollback()
    connection.driver_connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")
    connection.driver_connection.autocommit = False
    connection.close()
