"""Reads the pages of a site: which changed, what they say, and what is wrong with them and the pictures they show."""

import hashlib
import posixpath
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from callboard.errors import CallboardError
from catalog.ingest.reading import MissingError, ReadError
from techdocs import queries
from techdocs.assets import looks_like, type_of
from techdocs.model import Problem
from techdocs.repository import ReadPage
from techdocs.sections import ParsedPage, parse_page
from techdocs.site import Layout, PageFile, title_of_path
from techdocs.tree import Tree, inside

MAX_TEXT: Final = 1024 * 1024
"""Of a page, so much is indexed; nobody reads further."""
_MAX_PICTURES: Final = 500
_SHOWS: Final = re.compile(r"shows `([^`]+)`, ")
_PICTURE: Final = re.compile(
    r"!\[[^\]\n]*\]\(\s*(<[^>\n]*>|[^()\s]+)|<img\b[^>]*?\bsrc\s*=\s*[\"']([^\"'>]+)", re.IGNORECASE
)


class PageReader:
    """Reads a layout's pages one after another and parses those that changed.

    What was wrong with a page before is still wrong while it is the same; pictures that were no pictures are looked
    at again each time.
    """

    def __init__(
        self, tree: Tree, layout: Layout, known: Mapping[str, queries.KnownPage], before: Sequence[Problem] = ()
    ) -> None:
        self._tree = tree
        self._layout = layout
        self._known = known
        self._before = before
        self._pictures: dict[tuple[str, str], None] = {}
        """The pages and pictures to look at."""
        self.problems: list[Problem] = []

    def read(self) -> Iterator[ReadPage]:
        for position, file in enumerate(self._layout.pages):
            try:
                yield self._page(file, position)
            except ReadError as error:
                self.problems.append(Problem(error.message, file.file))
        for page, picture in list(self._pictures)[:_MAX_PICTURES]:
            if wrong := self._look_at(picture):
                self.problems.append(Problem(f"shows `{picture}`, {wrong}", page))

    def _look_at(self, picture: str) -> str:
        """What keeps a picture from being shown; empty when nothing does."""
        try:
            data = self._tree.read(picture).data or b""
        except MissingError:
            return "which doesn't exist"
        except CallboardError as error:
            return f"which can't be read: {error.message}"
        return "" if looks_like(data, type_of(picture)) else "which is called a picture and isn't one"

    def _carry_over(self, file: str) -> None:
        for problem in self._before:
            shown = _SHOWS.match(problem.message)
            if problem.path == file and shown:
                self._pictures[file, shown[1]] = None
            elif problem.path == file:
                self.problems.append(problem)

    def _page(self, file: PageFile, position: int) -> ReadPage:
        known = self._known.get(file.path)
        content = self._tree.read(file.file, known.version if known and known.file == file.file else "")
        digest = known.digest if known else ""
        if content.data is not None:
            digest = hashlib.sha1(content.data, usedforsecurity=False).hexdigest()
        if known and digest == known.digest:
            self._carry_over(file.file)
            title = file.title or known.title
            return ReadPage(file.path, file.file, title, position, content.version, digest)
        parsed = self._parse(file, content.data or b"")
        return ReadPage(
            path=file.path,
            file=file.file,
            title=file.title or parsed.title,
            position=position,
            version=content.version,
            digest=digest,
            definitions=parsed.definitions,
            edit_url=self._tree.view_url(file.file),
            # a repository doesn't say when a file changed: the first time it is unknown, later it is now
            changed_at=file.changed_at or (time.time() if known else None),
            cuts=parsed.cuts,
        )

    def _parse(self, file: PageFile, data: bytes) -> ParsedPage:
        if len(data) > MAX_TEXT:
            self.problems.append(Problem("is long; only its first megabyte is indexed", file.file))
            data = data[:MAX_TEXT].rpartition(b"\n")[0]
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.problems.append(
                Problem(f"line {line}: not valid UTF-8; unreadable characters are replaced", file.file)
            )
            text = data.decode("utf-8", "replace")
        self._pictures.update(dict.fromkeys((file.file, picture) for picture in _pictures_in(text, file.file)))
        return parse_page(text, title_of_path(file.path))


def is_picture(path: str) -> bool:
    return type_of(path).startswith("image/")


def _pictures_in(text: str, file: str) -> Iterator[str]:
    """The picture files of the tree that a page shows."""
    for found in _PICTURE.finditer(text):
        parts = urlsplit((found[1] or found[2]).strip("<>"))
        if parts.scheme or parts.netloc or not is_picture(parts.path):
            continue
        path = inside(posixpath.dirname(file), unquote(parts.path)) if not parts.path.startswith("/") else None
        if path:
            yield path
