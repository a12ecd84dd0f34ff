"""TechDocs and search, as the other parts want them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from answers.model import Item, Quote
from callboard.db import Connection
from callboard.ports import Visible, visible_to

if TYPE_CHECKING:
    from fastapi import APIRouter, Request

    from bot.runtime import Runtime
    from callboard.outbox import Consumer
    from search.question import Synonyms
    from techdocs.access import DocsAccess
    from techdocs.indexer import DocsIndexer
    from techdocs.model import Hit

QUEUE = "techdocs"


class DocsForAnswers:
    """The finder's hits as quotes of an answer."""

    def __init__(self, access: "DocsAccess", synonyms: "Synonyms") -> None:
        from techdocs.finder import DocsFinder

        self._access = access
        self._finder = DocsFinder(link=access.link, synonyms=synonyms)

    def find(
        self, connection: Connection, question: str, *, ref: str | None, limit: int, visible: Visible | None
    ) -> Sequence[Quote]:
        hits = self._finder.find(connection, question, ref=ref, limit=limit, visible=visible)
        return [_quote(h) for h in hits]

    def at(self, connection: Connection, place: str) -> Quote | None:
        hit = self._finder.at(connection, *_place(place))
        return _quote(hit) if hit else None

    def after(self, connection: Connection, place: str) -> Quote | None:
        hit = self._finder.after(connection, *_place(place))
        return _quote(hit) if hit else None

    def pages(self, connection: Connection, ref: str) -> Sequence[Item]:
        from techdocs.links import page_url
        from techdocs.queries import pages_of, resolved_site

        site, kind = resolved_site(connection, ref), ref.partition(":")[0]
        found = pages_of(connection, site.ref) if site else []
        link = self._access.link
        return [
            Item(ref, p.title, kind, url=link(site.ref, page_url(site.ref, p.path)), place=f"{site.ref} {p.path}#")
            for p in found
            if site
        ]


def _quote(hit: "Hit") -> Quote:
    return Quote(
        hit.text,
        hit.title,
        hit.page_title or hit.page,
        hit.ref,
        hit.url,
        hit.changed_at,
        hit.page,
        hit.anchor,
        hit.owner,
    )


def _place(place: str) -> tuple[str, str, str]:
    ref, _, rest = place.partition(" ")
    path, _, anchor = rest.rpartition("#")
    return ref, path, anchor


def build_docs_access(runtime: "Runtime") -> "DocsAccess":
    from techdocs.access import DocsAccess

    config = runtime.config
    settings, secret = config.callboard.docs, config.callboard.secret_key
    return DocsAccess(
        runtime.authorizer,
        base_url=config.public_url,
        secret=secret.get_secret_value() if secret else None,
        lifetime=settings.link_lifetime,
        everybody=settings.access == "everybody",
    )


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
    from api.auth import actor_of
    from api.docs import DocsPages, DocsSite, docs_router
    from api.search import search_router
    from api.techdocs import techdocs_router
    from techdocs.assets import DocsAssets
    from techdocs.finder import DocsFinder

    config, access = runtime.config, runtime.docs_access
    assets = DocsAssets(runtime.urls, forbidden=(*runtime.files, config.callboard.data_dir))
    pages = DocsPages(organization=config.organization.name)
    site = DocsSite(runtime.database, pages, assets, DocsFinder(synonyms=runtime.synonyms))

    def sight(request: "Request") -> Visible | None:
        return visible_to(runtime.authorizer, actor_of(request))

    return [
        docs_router(site, access),
        search_router(runtime.database, names=runtime.names.find, synonyms=runtime.synonyms, sight=sight),
        techdocs_router(runtime.database, runtime.docs, access, sight=sight),
    ]
