"""Notices changed local files within a second or so, by their size and time, without any dependency on inotify."""

from collections.abc import Iterable
from pathlib import Path

from catalog.ingest.locations import expand_glob, is_glob

Stamp = tuple[int, int, int]


class FileWatch:
    """Remembers how files looked; `changed()` tells whether any looks different since the last call."""

    def __init__(self) -> None:
        self._stamps: dict[str, Stamp] = {}

    def changed(self, patterns: Iterable[str]) -> bool:
        """True when a file that the patterns name appeared, vanished or changed; the first call only looks."""
        paths = {p for pattern in patterns for p in (expand_glob(pattern) if is_glob(pattern) else [pattern])}
        seen = {path: stamp for path in paths if (stamp := _stamp(path)) is not None}
        before, self._stamps = self._stamps, seen
        return before != seen


def _stamp(path: str) -> Stamp | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
