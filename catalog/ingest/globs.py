"""Glob patterns as the locations of app-config write them: `*` within a folder, `**` across folders, `{a,b}` either."""

import re
from contextlib import suppress
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|.", re.DOTALL)
_MOST: Final = 256
"""Alternatives that braces may multiply to."""


def braces(pattern: str) -> list[str]:
    """`{a,b}.yaml` as `a.yaml` and `b.yaml`; past a few hundred the rest of the braces stand for themselves."""
    found = [pattern]
    for _round in range(8):
        spread = [one for p in found for one in _spread(p)]
        if len(spread) == len(found) or len(spread) > _MOST:
            return found
        found = spread
    return found


def _spread(pattern: str) -> list[str]:
    match = re.search(r"\{([^{}]*,[^{}]*)\}", pattern)
    if match is None:
        return [pattern]
    return [pattern[: match.start()] + part + pattern[match.end() :] for part in match[1].split(",")]


@lru_cache(maxsize=512)
def compile_glob(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """For `fullmatch` on a whole path."""
    alternatives = "|".join("".join(map(_translated, _TOKEN.findall(p))) for p in braces(pattern))
    return re.compile(alternatives, re.DOTALL | (re.IGNORECASE if ignore_case else re.NOFLAG))


def _translated(token: str) -> str:
    if token in {"**/", "**", "*", "?"}:
        return {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}[token]
    if len(token) > 1:
        inner = re.sub(r"([\\\[&~|])", r"\\\1", token[1:-1])
        body = f"[^/{inner[1:]}]" if inner[0] in "!^" else f"[{inner}]"
        with suppress(re.error):  # `[z-a]` is no range: then it stands for itself
            re.compile(body)
            return body
    return re.escape(token)
