"""Brings stored docs level with their files: reads what changed, splits it, writes it in short transactions."""

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from callboard import entities as names_of
from callboard.db import Connection, Database, UnitOfWork
from callboard.errors import CallboardError
from callboard.logs import get_logger
from callboard.outbox import Event
from callboard.ports import Enqueue
from catalog.ingest.rows import batches
from catalog.model import Entity
from catalog.queries.lookup import get_entity, raw_documents
from search.entities import facets_of
from search.index import Facets
from techdocs import queries, repository
from techdocs.model import Counts, Problem, Site
from techdocs.pages import PageReader
from techdocs.refused import Check, refused_docs, tell
from techdocs.repository import ReadPage
from techdocs.site import lay_out
from techdocs.source import TECHDOCS_ENTITY, Alias, alias_of, docs_location, open_tree
from techdocs.tree import TreeReader

_TOGETHER: Final = 200
_SAYS_WHERE: Final = "metadata.annotations"
_SAYS_WHAT: Final = frozenset({"kind", "metadata.name", "metadata.title"})
_log = get_logger("techdocs")
Progress = Callable[[str, Counts], None]


class TechdocsConsumer:
    """Turns change events into one indexing job per entity that has docs."""

    name = "techdocs"

    def __init__(self, enqueue: Enqueue, *, queue: str = "techdocs") -> None:
        self._enqueue = enqueue
        self._queue = queue

    def consume(self, uow: UnitOfWork, batch: Sequence[Event]) -> None:
        connection = uow.writing()
        about = [e for e in batch if _concerns_docs(e)]
        read = queries.indexed_at(connection, [e.ref for e in about if e.type == "created"])
        changed = [e.ref for e in about if e.type != "created" or read.get(e.ref, 0.0) < e.at]
        for ref in sorted(queries.documented(connection, changed)):
            self._enqueue(connection, self._queue, "techdocs.index", {"ref": ref}, dedup=f"techdocs.index:{ref}")


def _concerns_docs(event: Event) -> bool:
    """Whether the docs may be elsewhere, or be called otherwise, after it."""
    fields = event.body.get("fields") if event.type == "updated" else None
    return fields is None or any(f.startswith(_SAYS_WHERE) or f in _SAYS_WHAT for f in fields)


class DocsIndexer:
    """Reads outside transactions; each write is short, because people ask meanwhile."""

    def __init__(
        self,
        database: Database,
        urls: TreeReader | None = None,
        *,
        forbidden: Sequence[Path] = (),
        github_hosts: Sequence[str] = ("github.com",),
        check: Check | None = None,
    ) -> None:
        self._database = database
        self._urls = urls
        self._forbidden = forbidden
        self._github_hosts = github_hosts
        self._check = check
        self._kept: dict[tuple[str, str], bytes] = {}

    def sync_all(self, progress: Progress | None = None) -> Counts:
        """Every entity's docs; what fails is counted and told at the entity, and the others go on."""
        counts = Counts()
        with self._database.read() as connection:
            wanted = queries.documented(connection)
            refused = refused_docs(connection, sorted(wanted), self._check, self._github_hosts) if self._check else {}
        tell(self._database, refused)
        counts.problems += len(refused)
        for some in batches(sorted(wanted - refused.keys()), _TOGETHER):
            for ref, stored in self._stored(some).items():
                counts.add(self._level(ref, stored))
                if progress:
                    progress(ref, counts)
        return counts

    def index(self, ref: str) -> Counts:
        """One entity's docs. Problems are stored with them; only an error of the database is raised."""
        return self._level(ref, self._stored([ref])[ref])

    def _stored(self, some: Sequence[str]) -> dict[str, "Stored"]:
        """What there is of some entities and their docs, in a few queries."""
        with self._database.read() as connection:
            documents = raw_documents(connection, some)
            known, sites = queries.known_pages_of(connection, some), queries.told_of(connection, some)
        nothing = (None, ())
        return {ref: Stored(documents.get(ref), known.get(ref, {}), *sites.get(ref, nothing)) for ref in some}

    def _level(self, ref: str, stored: "Stored") -> Counts:
        entity = Entity(ref, stored.document) if stored.document else None
        if entity is None or not _has_docs(entity):
            return self._forget(ref) if stored.pages or stored.digest else Counts()
        try:
            alias = alias_of(entity.annotations)
            if alias:
                return self._store_alias(entity, alias, stored)
            return self._index_tree(entity, stored)
        except CallboardError as error:
            # the last good version stays, with the reason why there is no newer one
            return self._store_failure(entity, error, stored.digest)

    def _index_tree(self, entity: Entity, stored: "Stored") -> Counts:
        location = docs_location(entity.annotations, self._github_hosts)
        assert location is not None
        tree = open_tree(location, self._urls, self._forbidden, kept=self._kept)
        layout = lay_out(tree, entity.title)
        known = stored.pages
        pages = PageReader(tree, layout, known, stored.problems)
        counts = Counts(sites=1, pages=len(layout.pages))
        gone = [p for path, p in known.items() if path not in {f.path for f in layout.pages}]
        counts.removed = self._remove(entity.ref, gone)
        counts.changed = self._write(entity, pages.read(), known)
        problems = [*layout.problems, *pages.problems]
        counts.problems = len(problems)
        nav = [item.as_json() for item in layout.nav]
        self._store_site(
            entity.ref, {"title": layout.title, "nav": nav, "source": str(location)}, problems, stored.digest
        )
        return counts

    def _write(self, entity: Entity, pages: Iterable[ReadPage], known: Mapping[str, queries.KnownPage]) -> int:
        """Write in slices; a page is parsed before the slice's transaction begins."""
        changed = 0
        facets: Facets | None = None
        for some in _slices(p for p in pages if _differs(p, known.get(p.path))):
            texts = [p for p in some if p.cuts is not None or p.path not in known]
            with self._writing(entity.ref) as connection:
                facets = facets or _facets(connection, entity)
                for page in some:
                    if page.cuts is None and page.path in known:
                        repository.touch_page(connection, known[page.path].id, page)
                repository.put_pages(connection, entity.ref, texts, facets)
            changed += len(texts)
        return changed

    def _remove(self, ref: str, gone: Sequence[queries.KnownPage]) -> int:
        for start in range(0, len(gone), 50):
            with self._writing(ref) as connection:
                repository.remove_pages(connection, ref, [p.id for p in gone[start : start + 50]])
        return len(gone)

    def _forget(self, ref: str) -> Counts:
        with self._writing(ref) as connection:
            repository.remove_site(connection, ref)
        return Counts(removed=1)

    def _store_alias(self, entity: Entity, alias: Alias, stored: "Stored") -> Counts:
        removed = self._remove(entity.ref, list(stored.pages.values()))
        with self._database.read() as connection:
            there = get_entity(connection, alias.ref) is not None
        problems = [] if there else [Problem(f"`techdocs-entity` names {alias.ref}, which isn't in the catalog")]
        values = {"title": entity.title, "nav": [], "alias": alias.ref, "alias_path": alias.path}
        self._store_site(entity.ref, values, problems, stored.digest)
        return Counts(sites=1, removed=removed, problems=len(problems))

    def _store_failure(self, entity: Entity, error: CallboardError, stored: str | None) -> Counts:
        _log.info("docs not read", ref=entity.ref, reason=error.message)
        with self._database.read() as connection:
            site = queries.site_of(connection, entity.ref) or Site(entity.ref, entity.title)
        nav = [item.as_json() for item in site.nav]
        kept = {"title": site.title, "nav": nav, "source": site.source}
        self._store_site(entity.ref, kept, [Problem(error.user_text)], stored)
        return Counts(sites=1, problems=1, failed=[entity.ref])

    def _store_site(self, ref: str, values: dict[str, Any], problems: Sequence[Problem], stored: str | None) -> None:
        told = [{"message": p.message, "path": p.path} for p in dict.fromkeys(problems)][:200]
        row = {"ref": ref, "problems": told, **values}
        digest = hashlib.sha1(repr(sorted(row.items())).encode(), usedforsecurity=False).hexdigest()
        if digest == stored:
            return
        with self._writing(ref) as connection:
            now = self._database.now(connection)
            repository.put_site(connection, row | {"digest": digest, "indexed_at": now})

    @contextmanager
    def _writing(self, ref: str) -> Iterator[Connection]:
        """A transaction that no other replica's about the same docs runs beside."""
        with self._database.write() as connection:
            self._database.serialize(connection, zlib.crc32(ref.encode()))
            yield connection


@dataclass(frozen=True, slots=True)
class Stored:
    """What there is of an entity and its docs before they are read."""

    document: str | None
    pages: Mapping[str, queries.KnownPage]
    digest: str | None
    problems: Sequence[Problem]


def _facets(connection: Connection, entity: Entity) -> Facets:
    """As they are now, the owner by its relation; of an entity that just went, as it was."""
    return facets_of(get_entity(connection, entity.ref) or entity)


def _slices(pages: Iterator[ReadPage]) -> Iterator[list[ReadPage]]:
    """Pages in lists whose sections can be written in well under a tenth of a second."""
    some: list[ReadPage] = []
    size = 0
    for page in pages:
        some.append(page)
        size += 200 + sum(len(c.section.text) for c in page.cuts or ())
        if size > 200_000 or len(some) == 100:
            yield some
            some, size = [], 0
    if some:
        yield some


def _differs(page: ReadPage, known: queries.KnownPage | None) -> bool:
    if known is None or page.cuts is not None:
        return True
    return (page.title, page.position, page.version, page.file) != (
        known.title, known.position, known.version, known.file,
    )  # fmt: skip


def _has_docs(entity: Entity) -> bool:
    return bool(entity.annotations.get(names_of.TECHDOCS_REF) or entity.annotations.get(TECHDOCS_ENTITY))
