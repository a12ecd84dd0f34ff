"""The directory form: each folder below a root is a repository, what changes in it is a commit."""

from contextlib import suppress
from pathlib import Path

from tests.standins.github.organization import Organization

Stamps = dict[str, tuple[int, int]]


class Folders:
    """Brings the organisation level with the folders; repositories that came another way are left alone."""

    def __init__(self, root: Path, organization: Organization) -> None:
        self._root = root
        self._organization = organization
        self._seen: dict[str, Stamps] = {}

    def sync(self) -> None:
        found = {p.name: p for p in self._root.iterdir() if p.is_dir() and not p.name.startswith(".")}
        for name in [n for n in self._seen if n not in found]:
            del self._seen[name]
            if self._organization.get(name) is not None:
                self._organization.delete(name)
        for name, folder in sorted(found.items()):
            stamps = _stamps(folder)
            if self._seen.get(name) != stamps:
                self._bring(name, folder, stamps)

    def _bring(self, name: str, folder: Path, stamps: Stamps) -> None:
        before = self._seen.get(name, {})
        changes: dict[str, str | bytes | None] = {
            path: (folder / path).read_bytes() for path, stamp in stamps.items() if before.get(path) != stamp
        }
        changes |= dict.fromkeys(path for path in before if path not in stamps)
        if self._organization.get(name) is None:
            self._organization.create(name)
        if changes:
            self._organization.push(name, changes, message=f"Change {', '.join(sorted(changes))[:60]}")
        self._seen[name] = stamps


def _stamps(folder: Path) -> Stamps:
    found: Stamps = {}
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if ".git" not in inside.parts and path.is_file():
            with suppress(FileNotFoundError):  # somebody is moving files about
                status = path.stat()
                found[inside.as_posix()] = (status.st_mtime_ns, status.st_size)
    return found
