"""A run's private folder: nothing leads out of it, it can't grow without end, and it can be put away and back."""

import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callboard.errors import InputError, NotAllowedError, NotFoundError, nearest

MAX_BYTES: Final = 200 * 1024 * 1024
MAX_FILES: Final = 20_000
_OUTSIDE: Final = "Relative path is not allowed to refer to a directory outside its parent"
Stamp = tuple[tuple[str, int, int, int], ...]


def resolve_inside(root: Path, path: str) -> Path:
    """`path` below `root`, symlinks followed; raises NotAllowedError where it leads out."""
    if "\0" in path:
        raise InputError("A path can't hold a NUL character.")
    base = root.resolve()
    try:
        real = (base / path).resolve()
    except (OSError, RuntimeError):
        raise NotAllowedError(f"{path!r} can't be followed to its end.") from None
    if not real.is_relative_to(base):
        raise NotAllowedError(_OUTSIDE)
    for part in real.relative_to(base).parts:
        check_name(part)
    return real


def check_name(name: str) -> None:
    """A folder named `.git` would be taken for a repository's insides, and what stands there can start programs."""
    if name.lower() == ".git":
        raise NotAllowedError("`.git` is git's own; a run can't read or write it.")
    if "\0" in name:
        raise InputError("A path can't hold a NUL character.")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder at `root`."""

    root: Path
    max_bytes: int = MAX_BYTES
    max_files: int = MAX_FILES

    def create(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    def resolve(self, path: str = ".") -> Path:
        """A path inside; its last part may not exist yet."""
        return resolve_inside(self.root, path)

    def place(self, path: str) -> Path:
        """Like `resolve`, but a symlink in the last place is named itself, not what it points at."""
        cleaned = path.rstrip("/")
        parent, _, name = cleaned.rpartition("/")
        if cleaned in {"", "."} or name in {"", ".", ".."}:
            return self.resolve(path)
        check_name(name)
        return self.resolve(f"/{parent}" if cleaned.startswith("/") else parent or ".") / name

    def file(self, path: str) -> Path:
        """A file that is there. Raises NotFoundError with what is there instead."""
        found = self.resolve(path)
        if not found.is_file():
            raise NotFoundError(f"ENOENT: no such file, {path}", hint=beside(found, path, folders=False))
        return found

    def folder(self, path: str | None) -> Path:
        """A folder that is there, the whole workspace for None. Raises NotFoundError with what is there instead."""
        found = self.resolve(path or ".")
        if not found.is_dir():
            hint = beside(found, str(path), folders=True)
            raise NotFoundError(f"ENOENT: no such directory in the workspace, {path}", hint=hint)
        return found

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root.resolve()).as_posix()

    def walk(self, start: Path | None = None) -> Iterator[Path]:
        """Everything inside, folders before their content, sorted, symlinks not followed."""
        yield from walk(start or self.root.resolve())

    def files(self, start: Path | None = None) -> Iterator[tuple[str, Path]]:
        """Every file with its path below `start`; links are left out."""
        root = start or self.root.resolve()
        for path in self.walk(root):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(root).as_posix(), path

    def contents(self, start: Path | None = None) -> dict[str, bytes]:
        """What every file holds."""
        return {name: path.read_bytes() for name, path in self.files(start)}

    def check_size(self) -> None:
        """Raises InputError when a run has filled more than it may."""
        size = 0
        for count, path in enumerate(self.walk(), start=1):
            size += path.lstat().st_size
            if size > self.max_bytes or count > self.max_files:
                raise self.too_much()

    def too_much(self) -> InputError:
        limit = f"{self.max_bytes // 1024 // 1024} MB in {self.max_files:,} files"
        return InputError(f"The workspace of this run holds more than the {limit} that a run may have.")

    def stamp(self) -> Stamp:
        """Changes whenever the content does."""
        found = ((p, p.lstat()) for p in self.walk())
        return tuple((self.relative(p), s.st_mode, s.st_size, s.st_mtime_ns) for p, s in found)

    def pack(self) -> bytes:
        self.check_size()
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as archive:
            archive.add(self.root, arcname=".")
        return buffer.getvalue()

    def unpack(self, data: bytes | None) -> None:
        """Make the folder what it was when it was packed; empty for None."""
        self.remove()
        self.create()
        if data is not None:
            with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
                archive.extractall(self.root, filter=_same_person)  # noqa: S202 - our own archive, and filtered


@dataclass(slots=True)
class Allowance:
    """What one fetch may still write, so that it stops before the disk is full."""

    workspace: Workspace
    size: int = 0
    count: int = 0

    def take(self, size: int) -> None:
        self.size += size
        self.count += 1
        if self.size > self.workspace.max_bytes or self.count > self.workspace.max_files:
            raise self.workspace.too_much()


def beside(path: Path, named: str, *, folders: bool) -> str | None:
    """What there is instead, where the misspelt name should be."""
    if not path.parent.is_dir():
        return None
    names = [e.name for e in os.scandir(path.parent) if e.is_dir() == folders]
    near = nearest(path.name, names, limit=1)
    return f"Did you mean `{named.rstrip('/').removesuffix(path.name)}{near[0]}`?" if near else None


def walk(folder: Path) -> Iterator[Path]:
    """Everything below `folder`, sorted; a `.git` folder is nobody's content."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda e: e.name)
    for entry in found:
        if entry.name == ".git" and entry.is_dir(follow_symlinks=False):
            continue
        yield Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path))


def _same_person(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo | None:
    """The safe extraction of the standard library, which also keeps the mode bits that it would take away."""
    checked = tarfile.data_filter(member, path)
    return checked.replace(mode=member.mode & 0o777, deep=False) if checked else None
