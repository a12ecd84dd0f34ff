"""What a run would change of files that are there already, as texts that people read."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from scaffolder.rendering import as_text

_LONGEST: Final = 400_000
_MOST_LINES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Change:
    """`where` names the repository and branch, or the workspace; `diff` is a unified diff."""

    where: str
    path: str
    kind: Literal["added", "modified", "deleted"]
    diff: str


def changes(where: str, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Change]:
    """What differs, by path."""
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        kind: Literal["added", "modified", "deleted"] = "modified"
        if old is None or new is None:
            kind = "added" if old is None else "deleted"
        yield Change(where, path, kind, _diff(path, old, new))


def _diff(path: str, old: bytes | None, new: bytes | None) -> str:
    before, after = "/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}"
    first, second = _lines(old or b""), _lines(new or b"")
    if first is None or second is None:
        return f"--- {before}\n+++ {after}\n{_too_much(old, new)}\n"
    rows = difflib.unified_diff(first, second, before, after)
    return "".join(r if r.endswith("\n") else f"{r}\n\\ No newline at end of file\n" for r in rows)


def _lines(data: bytes) -> list[str] | None:
    """None for what is no text, or so long that comparing it would take minutes."""
    text = as_text(data) if len(data) <= _LONGEST else None
    lines = None if text is None else text.splitlines(keepends=True)
    return lines if lines is None or len(lines) <= _MOST_LINES else None


def _too_much(old: bytes | None, new: bytes | None) -> str:
    sizes = [f"{len(d):,} bytes" for d in (old, new) if d is not None]
    return f"Not shown line by line: {' become '.join(sizes)}"
