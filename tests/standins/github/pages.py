"""What a person sees who follows a link to the stand-in: plain pages, enough to tell that the link is right."""

import html

from tests.standins.github.objects import Entry
from tests.standins.github.organization import Organization, Repository
from tests.standins.github.traffic import Answer, Refusal

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}
_VIEWS = frozenset({"blob", "tree", "raw"})


def show(organization: Organization, name: str, it: Repository | None, rest: str) -> Answer:
    """The organisation, a repository, a folder or a file; raises Refusal."""
    if not name:
        repositories = organization.in_order()
        return _page(organization.login, [(f"/{organization.login}/{r.name}", r.name) for r in repositories])
    if it is None:
        raise Refusal(404, "Not Found")
    view, _, place = (rest or "tree/HEAD").strip("/").partition("/")
    ref, _, path = place.partition("/")
    entry = it.git.at(f"{ref}:{path}") if view in _VIEWS and ref else None
    if entry is None:
        raise Refusal(404, "Not Found")
    if entry.kind == "tree":
        base = f"/{organization.login}/{it.name}"
        below = it.git.entries(entry.oid)
        return _page(f"{it.name}/{path}", [(_link(base, ref, path, e), e.path) for e in below])
    found = it.git.read(entry.oid)
    return Answer(found.data if found else b"", headers=dict(_HEADERS), media_type="text/plain; charset=utf-8")


def _link(base: str, ref: str, path: str, entry: Entry) -> str:
    return f"{base}/{entry.kind}/{ref}/{path.strip('/')}/{entry.path}".replace("//", "/")


def _page(title: str, links: list[tuple[str, str]]) -> Answer:
    items = "".join(f'<li><a href="{html.escape(url)}">{html.escape(text)}</a></li>' for url, text in links)
    body = f"<!DOCTYPE html><title>{html.escape(title)}</title><h1>{html.escape(title)}</h1><ul>{items}</ul>"
    return Answer(body, headers=dict(_HEADERS), media_type="text/html; charset=utf-8")
