"""Pictures and files beside the pages, read from where the docs are, by an allow-list of types."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callboard.db import Connection
from callboard.errors import NotFoundError
from callboard.refs import parse_location_ref
from techdocs import queries
from techdocs.model import Site
from techdocs.source import open_tree
from techdocs.tree import TreeReader

_TYPES: Final = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".avif": "image/avif", ".svg": "image/svg+xml", ".ico": "image/x-icon", ".pdf": "application/pdf",
}  # fmt: skip
_TEXT: Final = frozenset(
    {".txt", ".yaml", ".yml", ".json", ".toml", ".csv", ".proto", ".graphql", ".xml", ".sh", ".html", ".js", ".css"}
)
_MAGIC: Final = {
    "image/png": (b"\x89PNG\r\n\x1a\n",), "image/jpeg": (b"\xff\xd8\xff",), "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",), "application/pdf": (b"%PDF-",), "image/x-icon": (b"\x00\x00\x01\x00",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asset:
    """A file to serve. What could act in a browser comes as plain text."""

    data: bytes
    content_type: str


class DocsAssets:
    """Raises NotFoundError for whatever may not or can't be served."""

    def __init__(self, urls: TreeReader | None = None, *, forbidden: Sequence[Path] = ()) -> None:
        self._urls = urls
        self._forbidden = forbidden

    def read(self, connection: Connection, site: Site, path: str) -> Asset:
        content_type = type_of(path)
        file = _file_of(connection, site, path)
        if not content_type or not file or not site.source:
            raise NotFoundError(f"There is no file {path} in these docs.")
        tree = open_tree(parse_location_ref(site.source), self._urls, self._forbidden)
        data = tree.read(file).data or b""
        if not looks_like(data, content_type):
            raise NotFoundError(f"The file {path} isn't what its name says.")
        return Asset(data, content_type)


def type_of(path: str) -> str:
    """The content type that a name is served with; empty for what isn't served."""
    suffix = posixpath.splitext(path)[1].lower()
    return _TYPES.get(suffix) or ("text/plain; charset=utf-8" if suffix in _TEXT else "")


def looks_like(data: bytes, content_type: str) -> bool:
    """Whether the bytes begin as files of that type do."""
    if content_type == "image/svg+xml":
        return b"<svg" in data[:4_096].lower()
    magic = _MAGIC.get(content_type)
    return magic is None or data.startswith(magic)


def _file_of(connection: Connection, site: Site, path: str) -> str | None:
    """Where a file of the site lies in the tree: beside the pages whose folder it shares."""
    wanted = posixpath.normpath(path)
    if wanted.startswith(("..", "/")):
        return None
    best: tuple[int, str] | None = None
    for page in queries.known_pages(connection, site.ref).values():
        prefix, folder = _stems(page.path, page.file)
        if wanted.startswith(prefix) and (best is None or len(prefix) > best[0]):
            best = (len(prefix), folder + wanted[len(prefix) :])
    return best[1] if best else None


def _stems(path: str, file: str) -> tuple[str, str]:
    """What is left of two paths when what they have in common at the end is taken away."""
    a, b = path.split("/"), file.split("/")
    while a and b and a[-1] == b[-1]:
        a.pop()
        b.pop()
    return "/".join([*a, ""]) if a else "", "/".join([*b, ""]) if b else ""
