"""Patterns in `catalogPath`: `*` and `?` inside a folder, `**` across folders, `{a,b}` either, `[ab]` one of."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from catalog.github.client import GithubClient, path_to
from catalog.github.errors import RefusedError

_TOKENS: Final = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|\{|\}|,|[^*?\[{},]+|.", re.DOTALL)
_NOT_HIDDEN: Final = r"(?!\.)"


@dataclass(frozen=True, slots=True)
class Match:
    path: str
    oid: str
    size: int


def compile_glob(pattern: str) -> re.Pattern[str]:
    """Wildcards don't reach into names that start with a dot, as in a shell."""
    parts: list[str] = []
    depth, at_start = 0, True
    for piece in _TOKENS.findall(pattern):
        depth += (piece == "{") - (piece == "}" and depth > 0)
        parts.append(_translated(piece, inside_braces=depth > 0, at_start=at_start))
        at_start = piece.endswith("/") or (at_start and piece == "{")
    return re.compile("".join(parts))


def _translated(piece: str, *, inside_braces: bool, at_start: bool) -> str:
    guard = _NOT_HIDDEN if at_start else ""
    fixed = {
        "**/": rf"(?:{_NOT_HIDDEN}[^/]+/)*", "**": rf"(?:{_NOT_HIDDEN}[^/]+/)*{_NOT_HIDDEN}[^/]*",
        "*": rf"{guard}[^/]*", "?": rf"{guard}[^/]", "{": "(?:", "}": ")",
    }  # fmt: skip
    if piece in fixed:
        return fixed[piece]
    if piece == "," and inside_braces:
        return "|"
    if piece.startswith("[") and len(piece) > 1:
        inner = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("&", "\\&").replace("~", "\\~")
        return f"{guard}[{'^' + inner[1:] if inner[0] in '!^' else inner}]"
    return re.escape(piece)


@dataclass(slots=True)
class Trees:
    """Finds the files that match in a repository. A tree's id names its content: an id seen before costs nothing."""

    pattern: re.Pattern[str]
    _seen: dict[str, tuple[Match, ...]] = field(default_factory=dict)

    def remembered(self, tree: str) -> tuple[Match, ...] | None:
        return self._seen.get(tree)

    def search(self, client: GithubClient, owner: str, repository: str, tree: str) -> tuple[Match, ...]:
        """The files of a tree that match; one request. Raises what the client raises."""
        path = path_to("repos", owner, repository, "git", "trees", tree)
        body = client.get(f"{path}?recursive=1").body
        if body.get("truncated"):
            raise RefusedError(
                f"{owner}/{repository} has more files than GitHub lists at once.",
                hint="Give it a `catalogPath` without `*`, in a provider of its own.",
            )
        found = tuple(
            Match(e["path"], e["sha"], e.get("size", 0))
            for e in body["tree"]
            if e["type"] == "blob" and self.pattern.fullmatch(e["path"])
        )
        self._seen[tree] = found
        return found

    def forget_others(self, trees: AbstractSet[str]) -> None:
        """Keep only the trees that were there in the last complete run."""
        self._seen = {oid: found for oid, found in self._seen.items() if oid in trees}
