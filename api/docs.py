"""`/docs/<namespace>/<kind>/<name>/…`: docs to read in a browser. The pages hold no script."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from callboard.db import Connection, Database
from callboard.errors import CallboardError
from callboard.ports import Visible
from catalog.queries.lookup import get_entity, summaries
from techdocs import queries
from techdocs.access import KEY, DocsAccess
from techdocs.assets import DocsAssets
from techdocs.finder import DocsFinder
from techdocs.html import render_page
from techdocs.links import page_url, site_url
from techdocs.model import NavItem, Site
from techdocs.reader import Opened, near_pages, open_page, path_of_address, url_of
from techdocs.sections import plain_text

TEMPLATES: Final = Path(__file__).parent / "templates" / "docs"
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FILE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_COOKIE: Final = "callboard_docs"


class DocsPages:
    """Draws the pages; knows nothing of addresses but how to make them."""

    def __init__(self, *, organization: str = "", base_url: str = "") -> None:
        self.base_url = base_url.rstrip("/")
        self._organization = organization or "Callboard"
        loader = FileSystemLoader(TEMPLATES)
        self._templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)

    def draw(self, template: str, *, status: int = 200, **values: Any) -> Response:
        common = {"base": self.base_url, "organization": self._organization, "query": "", "search_action": ""}
        common |= {"search_hint": "", "site_title": "", "site_url": "", "text": ""}
        html = self._templates.get_template(template).render(common | values)
        return Response(html, status, _HEADERS, media_type="text/html")

    def page(self, connection: Connection, opened: Opened) -> Response:
        site, info = opened.site, opened.page.info
        rendered = render_page(opened.page, base_url=self.base_url)
        entity = get_entity(connection, site.ref)
        values = self._site(site) | {
            "page_title": info.title,
            "html": Markup(rendered.html),  # noqa: S704 - made by techdocs.html, which lets no script through
            "headings": rendered.headings,
            "nav": self._entries(site, site.nav, info.path),
            "unfolded": False,
            "previous": self._neighbour(site, opened.previous),
            "following": self._neighbour(site, opened.following),
            "entity": {"kind": entity.kind if entity else "", "title": entity.title if entity else site.ref},
            "owner": _owner(connection, entity.owner if entity else None),
            "changed": _day(info.changed_at),
            "edit_url": info.edit_url if info.edit_url.startswith("https://") else "",
            "problems": [p.text for p in site.problems],
        }
        return self.draw("page.html", **values)

    def results(self, site: Site | None, question: str, items: Sequence[Mapping[str, str]]) -> Response:
        heading = f"Docs about “{question}”" if items else f"Nothing about “{question}”"
        text = "" if items else "Fewer or other words may find it."
        return self.draw(
            "list.html", heading=heading, text=text, items=items, query=question, **(self._site(site) if site else {})
        )

    def missing(self, site: Site, address: str, near: Sequence[Any]) -> Response:
        items = [{"title": p.title, "url": self.base_url + url_of(site, p), "place": p.path, "text": ""} for p in near]
        text = f"There is no page {address} in these docs." + (" Perhaps one of these was meant:" if items else "")
        return self.draw(
            "list.html", status=404, heading="No such page", items=items, **self._site(site) | {"text": text}
        )

    def _site(self, site: Site) -> dict[str, Any]:
        address = self.base_url + site_url(site.ref)
        hint = f"Search {site.title}"
        return {"site_title": site.title, "site_url": address, "search_action": address, "search_hint": hint}

    def _entries(self, site: Site, items: Sequence[NavItem], current: str) -> list[dict[str, Any]]:
        return [
            {
                "title": item.title,
                "url": item.url or self.base_url + url_of(site, item),
                "current": item.path == current,
                "children": self._entries(site, item.children, current),
                "holds_current": any(p.path == current for p in item.pages()),
            }
            for item in items
        ]

    def _neighbour(self, site: Site, page: Any) -> dict[str, str] | None:
        return {"title": page.title, "url": self.base_url + url_of(site, page)} if page else None


class DocsSite:
    """Answers requests; each method runs in the thread pool in a read transaction of its own."""

    def __init__(self, database: Database, pages: DocsPages, assets: DocsAssets, finder: DocsFinder) -> None:
        self._database = database
        self._pages = pages
        self._assets = assets
        self._finder = finder

    def index(self, question: str, visible: Visible) -> Response:
        with self._database.read() as connection:
            if question:
                return self._pages.results(None, question, self._found(connection, question, None, visible))
            refs = sorted(r for r in queries.documented(connection) if visible(r))
            named = summaries(connection, refs)
        base = self._pages.base_url
        items = [
            {"title": s.title, "url": base + site_url(r), "place": s.kind, "text": s.description}
            for r, s in sorted(named.items(), key=lambda pair: pair[1].title.lower())
        ]
        return self._pages.draw("list.html", heading="Documentation", items=items)

    def answer(self, ref: str, address: str, question: str, visible: Visible) -> Response:
        with self._database.read() as connection:
            site = queries.resolved_site(connection, ref) if visible(ref) else None
            if site is None or not visible(site.ref):
                return self._pages.draw("list.html", status=404, heading="No docs here", items=[], text=_no_docs(ref))
            if question:
                return self._pages.results(site, question, self._found(connection, question, site.ref, visible))
            if site.ref != ref and not address:
                return self._moved(site.ref, site.alias_path)
            return self._page_or_file(connection, site, address)

    def run_out(self) -> Response:
        text = "Links to these docs hold for a while only. Ask for them again in Slack."
        return self._pages.draw("list.html", status=403, heading="This link has run out", items=[], text=text)

    def _page_or_file(self, connection: Connection, site: Site, address: str) -> Response:
        pages = queries.pages_of(connection, site.ref)
        path = path_of_address([p.path for p in pages], address) if address else ""
        if path is not None:
            proper = page_url(site.ref, path) if path else site_url(site.ref)
            if path and proper != site_url(site.ref) + quote(address):
                return RedirectResponse(self._pages.base_url + proper, 302)
            opened = open_page(connection, site, path)
            if opened is not None:
                return self._pages.page(connection, opened)
        try:
            asset = self._assets.read(connection, site, address)
        except CallboardError:
            return self._pages.missing(site, address, near_pages(site, pages, address))
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": _FILE_POLICY}
        return Response(asset.data, 200, headers | {"Cache-Control": "max-age=60"}, media_type=asset.content_type)

    def _found(self, connection: Connection, question: str, ref: str | None, visible: Visible) -> list[dict[str, str]]:
        hits = self._finder.find(connection, question[:200], ref=ref, limit=30, visible=visible)
        base = self._pages.base_url
        return [
            {
                "title": h.title,
                "url": base + page_url(h.ref, h.page, h.anchor),
                "place": f"{h.page_title} · {h.ref.partition('/')[2]}",
                "text": " ".join(plain_text(h.text).split())[:240],
            }
            for h in hits
        ]

    def _moved(self, ref: str, path: str) -> Response:
        tail = f"{path.strip('/')}/" if path else ""
        return RedirectResponse(f"{self._pages.base_url}{site_url(ref)}{tail}", 302)


def docs_router(site: DocsSite, access: DocsAccess) -> APIRouter:
    """What one may not read looks as if it weren't there. A link's key moves into a cookie for those docs alone."""
    router = APIRouter(prefix="/docs", include_in_schema=False)

    @router.get("/_/docs.css")
    def style() -> Response:
        css = (TEMPLATES / "docs.css").read_bytes()
        return Response(css, headers={"Cache-Control": "max-age=300"}, media_type="text/css")

    @router.get("/")
    def index(q: str = "") -> Response:
        return site.index(q.strip(), access.open_docs())

    @router.get("/{namespace}/{kind}/{name}")
    def without_slash(namespace: str, kind: str, name: str) -> Response:
        return RedirectResponse(site_url(f"{kind}:{namespace}/{name}".lower()), 301)

    @router.get("/{namespace}/{kind}/{name}/{address:path}")
    def page(request: Request, namespace: str, kind: str, name: str, address: str = "", q: str = "") -> Response:
        ref = f"{kind}:{namespace}/{name}"
        if ref != ref.lower():
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(site_url(ref.lower()) + quote(address) + query, 301)
        key = request.query_params.get(KEY, "")
        if key and access.admits(ref, key):
            return _with_cookie(access, ref, address, key)
        if key and access.has_run_out(ref, key) and not access.is_open(ref):
            return site.run_out()
        kept = request.cookies.get(_COOKIE, "")
        return site.answer(ref, address, q.strip(), lambda one: access.is_open(one) or access.admits(one, kept))

    return router


def _with_cookie(access: DocsAccess, ref: str, address: str, key: str) -> Response:
    """To the same page without the key, so that nobody passes it on with the address."""
    public = urlsplit(access.base_url)
    answer = RedirectResponse(access.base_url + site_url(ref) + quote(address), 303)
    answer.set_cookie(
        _COOKIE, key, max_age=access.seconds_left(key), path=public.path + site_url(ref), httponly=True,
        secure=public.scheme == "https", samesite="lax",
    )  # fmt: skip
    return answer


def _owner(connection: Connection, ref: str | None) -> str:
    if ref is None:
        return ""
    found = summaries(connection, [ref]).get(ref)
    return found.title if found else ref


def _day(at: float | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%-d %B %Y") if at else ""


def _no_docs(ref: str) -> str:
    return (
        f"{ref} has no docs that are open to everybody. If you may read them, ask for them in Slack: the link that "
        "you get there opens them."
    )
