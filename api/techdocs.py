"""`/api/techdocs`: what Backstage's clients ask about docs. The pages themselves are read at `/docs/`."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from api.replies import value_reply
from callboard.db import Database
from callboard.errors import NotFoundError
from callboard.ports import Visible
from catalog.queries.lookup import get_entity
from techdocs import queries
from techdocs.access import DocsAccess
from techdocs.indexer import DocsIndexer
from techdocs.links import page_url, site_url
from techdocs.reader import path_of_address

Sight = Callable[[Request], Visible | None]
"""What a caller may know of; None for everything."""


def techdocs_router(
    database: Database, indexer: DocsIndexer, access: DocsAccess, *, sight: Sight = lambda _request: None
) -> APIRouter:
    """Endpoints run in the thread pool."""
    router = APIRouter(prefix="/api/techdocs", tags=["techdocs"])
    visible = partial(_sees, sight)

    @router.get("/metadata/techdocs/{namespace}/{kind}/{name}")
    def metadata(request: Request, namespace: str, kind: str, name: str) -> Response:
        ref = _ref(namespace, kind, name)
        with database.read() as connection:
            site = queries.resolved_site(connection, ref) if visible(request, ref) else None
            if site is None or not visible(request, site.ref):
                raise NotFoundError(f"Unable to get metadata for '{namespace}/{kind}/{name}'; it has no docs.")
            pages = queries.pages_of(connection, site.ref)
        return value_reply(
            {
                "site_name": site.title,
                "site_description": "",
                "build_timestamp": int((site.indexed_at or 0) * 1000),
                "files": [p.path for p in pages],
                "etag": str(int((site.indexed_at or 0) * 1000)),
            }
        )

    @router.get("/metadata/entity/{namespace}/{kind}/{name}")
    def entity_metadata(request: Request, namespace: str, kind: str, name: str) -> Response:
        ref = _ref(namespace, kind, name)
        with database.read() as connection:
            entity = get_entity(connection, ref) if visible(request, ref) else None
            site = queries.site_of(connection, ref)
        if entity is None:
            raise NotFoundError(f"Unable to get metadata for '{namespace}/{kind}/{name}'; it is not in the catalog.")
        location, _, target = (site.source if site else "").partition(":")
        where = {"locationMetadata": {"type": location, "target": target}} if target else {}
        return value_reply(dict(entity.document) | where)

    @router.get("/sync/{namespace}/{kind}/{name}")
    def sync(request: Request, namespace: str, kind: str, name: str) -> Response:
        ref = _ref(namespace, kind, name)
        with database.read() as connection:
            entity = get_entity(connection, ref)
        if entity is None or not visible(request, ref):
            raise NotFoundError("Entity metadata UID missing")
        return StreamingResponse(_synced(indexer, database, ref), media_type="text/event-stream")

    @router.get("/static/docs/{namespace}/{kind}/{name}/{path:path}")
    def static(request: Request, namespace: str, kind: str, name: str, path: str = "") -> Response:
        triplet = f"{namespace}/{kind}/{name}"
        if triplet != triplet.lower():
            return RedirectResponse(f"/api/techdocs/static/docs/{quote(f'{triplet.lower()}/{path}')}", 301)
        ref = _ref(namespace, kind, name)
        if not visible(request, ref):
            raise NotFoundError(f"There are no docs of '{namespace}/{kind}/{name}'.")
        with database.read() as connection:
            paths = [p.path for p in queries.pages_of(connection, ref)]
        page = path_of_address(paths, path.removesuffix("index.html"))
        address = page_url(ref, page) if page else site_url(ref) + quote(path)
        return RedirectResponse(access.link(ref, address) or address, 302)

    return router


def _sees(sight: Sight, request: Request, ref: str) -> bool:
    judge = sight(request)
    return judge is None or judge(ref)


def _ref(namespace: str, kind: str, name: str) -> str:
    return f"{kind}:{namespace}/{name}".lower()


def _synced(indexer: DocsIndexer, database: Database, ref: str) -> Iterator[str]:
    """The events of one reading: log lines, then how it ended."""
    yield _event("log", f"Reading docs for entity {ref}")
    counts = indexer.index(ref)
    with database.read() as connection:
        problems = queries.problems_of(connection, ref)
    for problem in problems:
        yield _event("log", problem.text)
    if counts.failed:
        yield _event("error", problems[-1].text if problems else "The docs could not be read.")
    else:
        yield _event("finish", {"updated": bool(counts.changed or counts.removed)})


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {orjson.dumps(data).decode()}\n\n"
