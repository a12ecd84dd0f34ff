"""The files that docs are made of, on this disk or behind a URL; nothing in them is ever run."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from callboard.errors import CallboardError
from catalog.ingest.reading import Confinement, Content, MissingError, ReadError, UrlReader
from techdocs.model import Problem

MAX_PAGE: Final = 5 * 1024 * 1024
MAX_FILES: Final = 50_000
_MAX_KEPT: Final = 64 * 1024
_MOST_KEPT: Final = 2_000
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "site"})


@dataclass(frozen=True, slots=True)
class File:
    """A file by its path below the tree's root."""

    path: str
    changed_at: float | None = None


class Tree(Protocol):
    """A folder with docs in it."""

    problems: list[Problem]
    is_remote: bool
    """A failure to read may be gone next time, so it must not be taken for an answer."""

    def files(self, under: str) -> list[File]:
        """The files below a folder, sorted; of local ones, what can't be read is noted in `problems`."""
        ...

    def read(self, path: str, version: str = "") -> Content:
        """Raises ReadError, MissingError when there is nothing; data is None when it is still `version`."""
        ...

    def view_url(self, path: str) -> str: ...


def inside(folder: str, path: str) -> str | None:
    """`path` as seen from `folder`, normalised; None when it leads out of the tree."""
    joined = os.path.normpath(PurePosixPath(folder) / path) if folder else os.path.normpath(path)
    return None if joined.startswith(("../", "/")) or joined == ".." else joined.removeprefix("./")


@dataclass
class LocalTree:
    """A folder of this machine, read within `confinement`."""

    root: Path
    confinement: Confinement
    problems: list[Problem] = field(default_factory=list)
    is_remote: bool = False
    _seen: dict[str, str] = field(default_factory=dict)
    """The versions of files that were just listed, which needn't be looked at again."""

    def files(self, under: str) -> list[File]:
        found: list[File] = []
        start = self.root / under
        if start.is_dir() and self._allowed(start):
            for file in self._walk(start, {start.resolve()}):
                if len(found) == MAX_FILES:
                    self.problems.append(Problem(f"has more than {MAX_FILES:,} files; the rest is left out", under))
                    break
                found.append(file)
        return sorted(found, key=lambda f: f.path)

    def read(self, path: str, version: str = "") -> Content:
        if version and self._seen.get(path) == version:
            return Content(None, version)
        real = self.confinement.check(self.root / path)
        try:
            status = real.stat()
            now = _version(status)
            if version == now:
                return Content(None, now)
            if status.st_size > MAX_PAGE:
                raise ReadError(f"has {status.st_size / 1024 / 1024:.0f} MB; a page may have {MAX_PAGE // 1024**2}")
            return Content(real.read_bytes(), now)
        except (FileNotFoundError, NotADirectoryError):
            raise MissingError(f"{path} does not exist") from None
        except OSError as error:
            raise ReadError(f"can't be read: {error.strerror}") from None

    def view_url(self, path: str) -> str:  # noqa: ARG002 - a file of this machine has no address
        return ""

    def _walk(self, folder: Path, seen: set[Path]) -> Iterator[File]:
        prefix = "" if folder == self.root else f"{self._relative(folder)}/"
        try:
            entries = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError as error:
            self.problems.append(Problem(f"can't be read: {error.strerror}", self._relative(folder)))
            return
        for entry in entries:
            if not _is_shown(entry.name) or (entry.is_symlink() and not self._allowed(Path(entry.path))):
                continue
            if entry.is_dir():
                path = Path(entry.path)
                real = path.resolve() if entry.is_symlink() else path
                if real not in seen:
                    yield from self._walk(path, seen | {real})
            elif entry.is_file():
                status, relative = entry.stat(), prefix + entry.name
                self._seen[relative] = _version(status)
                yield File(relative, status.st_mtime)

    def _allowed(self, path: Path) -> bool:
        try:
            self.confinement.check(path)
        except CallboardError:
            self.problems.append(
                Problem("leads out of the documentation's folder and is not read", self._relative(path))
            )
            return False
        return True

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


class TreeReader(UrlReader, Protocol):
    """A reader that can list a folder."""

    def listing(self, folder: str) -> Mapping[str, str]:
        """The files below it by their path, each with a version that changes with its content."""
        ...


def _version(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}-{status.st_size}"


@dataclass
class UrlTree:
    """A folder behind a URL. `kept` is given by whoever reads all of it again and again: then the folder is listed
    once, with a conditional request, only what changed is read, and small files that are always needed stay there.
    """

    base: str
    reader: TreeReader
    kept: dict[tuple[str, str], bytes] | None = None
    problems: list[Problem] = field(default_factory=list)
    is_remote: bool = True

    def files(self, under: str) -> list[File]:
        prefix = f"{under}/" if under not in {"", "."} else ""
        return [File(p) for p in sorted(self._listing) if p.startswith(prefix) and _is_shown(p)][:MAX_FILES]

    def read(self, path: str, version: str = "") -> Content:
        if self.kept is None:
            return self.reader.read(self._url(path), version)
        now = self._listing.get(path)
        if now is None:
            raise MissingError(f"{path} does not exist")
        if now == version:
            return Content(None, now)
        data = self.kept.get((self._url(path), now))
        if data is None:
            data = self.reader.read(self._url(path), "").data or b""
            self._keep(path, now, data)
        return Content(data, now)

    def view_url(self, path: str) -> str:
        return self._url(path).replace("/tree/", "/blob/", 1)

    @cached_property
    def _listing(self) -> Mapping[str, str]:
        return self.reader.listing(self.base)

    def _keep(self, path: str, version: str, data: bytes) -> None:
        """Configurations, which say where everything else is."""
        assert self.kept is not None
        if path.endswith((".yml", ".yaml")) and len(data) < _MAX_KEPT:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            self.kept[self._url(path), version] = data

    def _url(self, path: str) -> str:
        return f"{self.base.rstrip('/')}/{path}".rstrip("/") if path not in {"", "."} else self.base.rstrip("/")


def _is_shown(path: str) -> bool:
    return not any(part.startswith(".") or part in _SKIPPED for part in path.split("/"))
