"""Addresses of pages, and what a link written in one page means outside of it."""

import posixpath
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from callboard.refs import EntityRef

_INDEX: Final = ("index.md", "readme.md")
_FENCED: Final = re.compile(
    r"(^[ \t]*(?P<fence>`{3,}|~{3,}).*?^[ \t]*(?P=fence)[`~]*[ \t]*$|`+[^`\n]+`+)", re.MULTILINE | re.DOTALL
)
_INLINE: Final = re.compile(r"(\]\()(<[^>\n]*>|[^()\s<>]+(?:\([^()\s]*\)[^()\s]*)?)")
_DEFINED: Final = re.compile(r"^( {0,3}\[[^\]\n]+\]:[ \t]*)(\S+)", re.MULTILINE)
_PAGE_SUFFIX: Final = re.compile(r"\.(md|markdown|mdown|mkd)$", re.IGNORECASE)


def site_url(ref: str) -> str:
    """`/docs/<namespace>/<kind>/<name>/`."""
    parts = EntityRef.from_full(ref)
    return f"/docs/{quote(parts.namespace)}/{quote(parts.kind)}/{quote(parts.name)}/"


def page_url(ref: str, path: str, anchor: str = "") -> str:
    """Where a page is read: `runbook.md` at `…/runbook/`, an index at its folder."""
    folder, _, name = path.rpartition("/")
    inner = f"{folder}/" if folder else ""
    if name.lower() not in _INDEX:
        inner += f"{_PAGE_SUFFIX.sub('', name)}/" if name else ""
    return site_url(ref) + quote(inner) + (f"#{quote(anchor)}" if anchor else "")


def resolve(ref: str, page: str, target: str) -> str:
    """What `target`, written in `page`, leads to: a page or file of the site as an address, or elsewhere as it is.

    Empty for what isn't safe to follow, or leads out of the site.
    """
    target = target.strip().strip("<>")
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        safe = parts.scheme in {"http", "https", "mailto"} or (not parts.scheme and bool(parts.netloc))
        return target if safe else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    if not parts.path:
        return page_url(ref, page) + fragment
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path).lstrip("/")))
    if joined.startswith("..") or (parts.path.startswith("/") and parts.path.startswith("/docs/")):
        return target if parts.path.startswith("/docs/") else ""
    if joined == ".":
        return site_url(ref) + fragment
    if _PAGE_SUFFIX.search(joined):
        return page_url(ref, joined) + fragment
    slash = "/" if parts.path.endswith("/") else ""
    return site_url(ref) + quote(joined) + slash + fragment


def absolute_links(text: str, change: Callable[[str], str]) -> str:
    """Markdown with the target of every link and image changed; code is left alone."""
    # the pattern has two groups, so pieces come as: text, code, the mark of its fence, text, …
    pieces = _FENCED.split(text)
    for position in range(0, len(pieces), 3):
        changed = _INLINE.sub(lambda m: m[1] + (change(m[2]) or "#"), pieces[position])
        pieces[position] = _DEFINED.sub(lambda m: m[1] + (change(m[2]) or "#"), changed)
    return "".join(piece for position, piece in enumerate(pieces) if position % 3 != 2)
