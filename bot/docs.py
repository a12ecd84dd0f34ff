"""TechDocs and search, as the other parts want them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from answers.model import Item, Quote
from callboard.db import Connection

if TYPE_CHECKING:
    from fastapi import APIRouter

    from bot.runtime import Runtime
    from callboard.outbox import Consumer
    from techdocs.indexer import DocsIndexer

QUEUE = "techdocs"


class DocsForAnswers:
    """The finder's hits as quotes of an answer."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def find(self, connection: Connection, question: str, *, ref: str | None, limit: int) -> Sequence[Quote]:
        from techdocs.finder import DocsFinder

        hits = DocsFinder(base_url=self._base_url).find(connection, question, ref=ref, limit=limit)
        return [Quote(h.text, h.title, h.page_title or h.page, h.ref, h.url, h.changed_at) for h in hits]

    def pages(self, connection: Connection, ref: str) -> Sequence[Item]:
        from techdocs.links import page_url
        from techdocs.queries import pages_of, resolved_site

        site = resolved_site(connection, ref)
        base, kind = self._base_url.rstrip("/"), ref.partition(":")[0]
        found = pages_of(connection, site.ref) if site else []
        return [Item(ref, p.title, kind, url=base + page_url(site.ref, p.path, "")) for p in found if site]


def build_docs_indexer(runtime: "Runtime") -> "DocsIndexer":
    from techdocs.indexer import DocsIndexer

    config = runtime.config
    hosts = ("github.com", *(g.host for g in config.integrations.github))
    forbidden = (*runtime.files, config.callboard.data_dir)
    urls = runtime.urls
    return DocsIndexer(runtime.database, urls, forbidden=forbidden, github_hosts=hosts, check=urls.check)


def docs_consumers(runtime: "Runtime") -> "list[Consumer]":
    """The search index follows in the events' transaction; docs are read by jobs."""
    from search.entities import SearchConsumer
    from techdocs.indexer import TechdocsConsumer

    return [SearchConsumer(), TechdocsConsumer(runtime.queue.enqueue, queue=QUEUE)]


def docs_routers(runtime: "Runtime") -> "list[APIRouter]":
    """The reader's pages, Backstage's TechDocs endpoints and search."""
    from api.docs import DocsPages, DocsSite, docs_router
    from api.search import search_router
    from api.techdocs import techdocs_router
    from techdocs.assets import DocsAssets
    from techdocs.finder import DocsFinder

    config = runtime.config
    assets = DocsAssets(runtime.urls, forbidden=(*runtime.files, config.callboard.data_dir))
    pages = DocsPages(organization=config.organization.name)
    site = DocsSite(runtime.database, pages, assets, DocsFinder())
    return [
        docs_router(site),
        search_router(runtime.database, names=runtime.names.find),
        techdocs_router(runtime.database, runtime.docs),
    ]
