"""Reads the bytes of a location: local files here, URLs through `urls`; limits and confinement for both."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from callboard.errors import CallboardError, NotFoundError
from callboard.refs import LocationRef

MAX_BYTES: Final = 20 * 1024 * 1024
_SECRETS: Final = (".env", ".git", ".ssh", ".aws", ".netrc", "id_rsa")


class ReadError(CallboardError):
    """A location that can't be read right now; what it held before stays."""


class UnansweredError(ReadError):
    """A location whose server doesn't answer."""

    transient = True


class MissingError(ReadError, NotFoundError):
    """A location that says there is nothing; `presence: optional` makes that all right."""

    name = "NotFoundError"
    status = 404


@dataclass(frozen=True, slots=True)
class Content:
    """What a location holds; `data` None when it is still what `version` named."""

    data: bytes | None
    version: str


@dataclass(frozen=True, slots=True)
class Confinement:
    """The folders that a local source may read, and the files inside them that it may not."""

    roots: tuple[Path, ...]
    forbidden: tuple[Path, ...] = ()

    def check(self, path: Path) -> Path:
        """The real path; raises ReadError when it leads out of the folders or to something private."""
        real = _resolved(path)
        inside = any(real.is_relative_to(root) for root in self.roots)
        if not inside:
            where = f"{path} leads to {real}, which" if path.is_symlink() or real != path.absolute() else f"{path}"
            folders = " and ".join(str(r) for r in self.roots)
            hint = "Move it inside, or give it a location of its own in `catalog.locations`."
            raise ReadError(f"{where} lies outside {folders}, all that this location may read.", hint=hint)
        private = any(part.startswith(_SECRETS) for part in real.parts[len(self._root_of(real).parts) :])
        if private or any(real == f or real.is_relative_to(f) for f in self.forbidden):
            raise ReadError(f"{path} is private to this installation and is not read into the catalog.")
        return real

    def _root_of(self, real: Path) -> Path:
        return max((r for r in self.roots if real.is_relative_to(r)), key=lambda r: len(r.parts))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (RuntimeError, OSError):
        raise ReadError(f"file {path} is a symbolic link that leads back to itself") from None
    except ValueError:
        shown = str(path).replace("\0", "␀")
        raise ReadError(f"file {shown} has a NUL character in its name") from None


def work_tree(place: Path) -> Path | None:
    """The git work tree that a file or folder lies in."""
    real = place.resolve()
    tree = next((p for p in (real, *real.parents) if (p / ".git").exists()), None)
    return tree if tree is not None and tree != Path(tree.anchor) else None


def confinement_for(folder: Path, *, extra: Sequence[Path] = (), forbidden: Sequence[Path] = ()) -> Confinement:
    """A source's own folder, the git work tree around it, and those of `extra` that it lies in."""
    real = folder.resolve()
    roots = [real]
    tree = work_tree(real)
    if tree is not None:
        roots.append(tree)
    roots += [e.resolve() for e in extra if real.is_relative_to(e.resolve())]
    return Confinement(tuple(dict.fromkeys(roots)), tuple(f.resolve() for f in forbidden))


def read_file(path: Path, confinement: Confinement) -> bytes:
    """The file's bytes; raises MissingError or ReadError in words for the person who wrote the location."""
    real = confinement.check(path)
    try:
        status = real.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ReadError(f"file {path} is a folder.", hint=f"Name a file in it, or use a glob like {path}/*.yaml.")
        if not stat.S_ISREG(status.st_mode):
            raise ReadError(f"file {path} is not a regular file")
        if status.st_size > MAX_BYTES:
            size = status.st_size / 1024 / 1024
            raise ReadError(f"file {path} has {size:.0f} MB; a catalog file may have {MAX_BYTES // 1024 // 1024} MB")
        return real.read_bytes()
    except FileNotFoundError:
        raise MissingError(f"file {path} does not exist") from None
    except OSError as error:
        raise ReadError(f"file {path} can't be read: {error.strerror or os.strerror(error.errno or 0)}") from None


class UrlReader(Protocol):
    """Reads http(s) locations under the rules of `backend.reading` and `integrations`."""

    def read(self, url: str, version: str) -> Content: ...

    def search(self, url: str) -> list[str]:
        """The concrete URLs that match a glob."""
        ...


@dataclass(frozen=True, slots=True)
class Reader:
    """One way in for every type of location."""

    urls: UrlReader

    def read(self, location: LocationRef, version: str, confinement: Confinement | None) -> Content:
        """Raises ReadError; a file has no version of its own, its bytes are compared by their digest."""
        if location.type == "url":
            return self.urls.read(location.target, version)
        if location.type != "file":
            raise ReadError(f"no reader for locations of type `{location.type}`.", hint="Use `file` or `url`.")
        if confinement is None:
            raise ReadError(f"{location} is a local file, and this source may only name URLs.")
        return Content(read_file(Path(location.target), confinement), "")
