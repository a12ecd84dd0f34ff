"""The catalog files of a folder that nobody prepared: every YAML file below it that holds entities."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from callboard.errors import InputError
from catalog.ingest.reading import MAX_BYTES, MissingError

_SUFFIXES: Final = (".yaml", ".yml")
_NOT_OURS: Final = frozenset(
    ("node_modules", "vendor", "venv", "site-packages", "__pycache__", ".git", ".venv", ".tox", ".callboard")
)
_MOST_FILES: Final = 50_000
_API_VERSION: Final = re.compile(rb"""^[ {]*["']?apiVersion["']?\s*:\s*["']?[\w.-]*backstage\.io/""", re.MULTILINE)
_FILLED_IN_LATER: Final = re.compile(
    rb"""^metadata\s*:[^\S\n]*\n(?:[ \t][^\n]*\n|\n)*?[ \t]+name\s*:[^\n]*\{[{%]""", re.MULTILINE
)
_NAMED_FOR_US: Final = "catalog-info"


@dataclass(slots=True)
class CatalogFolder:
    """Looks through a folder again and again; a file whose size and time are as before isn't opened."""

    path: Path
    _seen: dict[str, tuple[tuple[int, int], bool]] = field(default_factory=dict)

    def files(self) -> list[str]:
        """What holds entities, sorted. Raises MissingError for a folder that is gone: perhaps its disk is away."""
        if not self.path.is_dir():
            raise MissingError(f"folder {self.path} does not exist")
        found: dict[str, tuple[tuple[int, int], bool]] = {}
        for entry in _yaml_files(self.path):
            try:
                status = entry.stat()
            except OSError:
                continue  # gone since the folder was listed
            stamp = (status.st_mtime_ns, status.st_size)
            before = self._seen.get(entry.path)
            ours = before[1] if before and before[0] == stamp else _holds_entities(entry)
            found[entry.path] = (stamp, ours)
        self._seen = found
        return sorted(path for path, (_stamp, ours) in found.items() if ours)


def _yaml_files(folder: Path) -> "Iterator[os.DirEntry[str]]":
    count = 0
    waiting = [str(folder)]
    while waiting:
        try:
            entries = sorted(os.scandir(waiting.pop()), key=lambda e: e.name)
        except OSError:
            continue  # a folder that may not be listed hides what is in it, nothing else
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NOT_OURS:
                    waiting.append(entry.path)
            elif entry.name.endswith(_SUFFIXES) and entry.is_file():
                count += 1
                yield entry
        if count > _MOST_FILES:
            hint = "Name a folder further down, or list what you want under `catalog.locations`."
            raise InputError(f"{folder} has more than {_MOST_FILES:,} YAML files below it.", hint=hint)


def _holds_entities(entry: "os.DirEntry[str]") -> bool:
    """Told by the text, so that a file that can't be parsed is still one that its author wants to hear about.

    A skeleton of a template looks like an entity, but for a name that is filled in when a project is made of it.
    """
    if entry.stat().st_size > MAX_BYTES:
        return entry.name.startswith(_NAMED_FOR_US)
    try:
        data = Path(entry.path).read_bytes()
    except OSError:
        return entry.name.startswith(_NAMED_FOR_US)  # reading it properly says why it can't be read
    if _FILLED_IN_LATER.search(data):
        return False
    return entry.name.startswith(_NAMED_FOR_US) or _API_VERSION.search(data) is not None
