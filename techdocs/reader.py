"""Turning the pages of a site: which page an address means, what comes before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from callboard.db import Connection
from callboard.errors import nearest
from techdocs import queries
from techdocs.links import page_url
from techdocs.model import NavItem, Page, PageInfo, Site

_PAGE_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")
_INDEXES = ("index.md", "README.md", "readme.md", "Index.md")


@dataclass(frozen=True, slots=True)
class Opened:
    """A page in its site, with its neighbours in reading order."""

    site: Site
    page: Page
    pages: Sequence[PageInfo]
    previous: PageInfo | None = None
    following: PageInfo | None = None


def open_page(connection: Connection, site: Site, path: str) -> Opened | None:
    """The page at `path`, as it stands in the docs folder (`runbook.md`); empty opens the site's first page."""
    pages = pages_in_order(site, queries.pages_of(connection, site.ref))
    paths = [p.path for p in pages]
    wanted = path or _front(site, paths)
    page = queries.page_of(connection, site.ref, wanted) if wanted else None
    if page is None:
        return None
    at = paths.index(wanted)
    before = pages[at - 1] if at else None
    after = pages[at + 1] if at + 1 < len(pages) else None
    return Opened(site, page, pages, before, after)


def path_of_address(pages: Sequence[str], address: str) -> str | None:
    """The page that `runbook/`, `runbook` or `runbook.md` means; None when it is none."""
    known = set(pages)
    plain = address.strip("/")
    if address in known:
        return address
    folder = f"{plain}/" if plain else ""
    candidates = [plain + s for s in _PAGE_SUFFIXES if plain] + [folder + name for name in _INDEXES]
    return next((c for c in candidates if c in known), None)


def near_pages(site: Site, pages: Sequence[PageInfo], address: str) -> list[PageInfo]:
    """Pages whose address or title looks like what was asked for."""
    word = address.strip("/").removesuffix(".md")
    by_name = {p.path.removesuffix(".md"): p for p in pages} | {p.title: p for p in pages}
    found = [by_name[n] for n in nearest(word, by_name, limit=3, cutoff=55)]
    return list(dict.fromkeys(found)) or [p for p in pages if p.path == _front(site, [q.path for q in pages])]


def url_of(site: Site, page: PageInfo | NavItem) -> str:
    """Where an entry of the navigation leads."""
    if isinstance(page, NavItem) and page.url:
        return page.url
    return page_url(site.ref, page.path)


def pages_in_order(site: Site, pages: Sequence[PageInfo]) -> list[PageInfo]:
    """The navigation's order and titles, then pages that it doesn't list."""
    by_path = {p.path: p for p in pages}
    listed = [by_path.pop(item.path) for item in site.pages() if item.path in by_path]
    return [*listed, *by_path.values()]


def _front(site: Site, paths: Sequence[str]) -> str:
    known = set(paths)
    if site.alias_path and (found := path_of_address(paths, site.alias_path)):
        return found
    first = next((item.path for item in site.pages() if item.path in known), paths[0] if paths else "")
    return next((name for name in _INDEXES if name in known), first)
