"""Glob patterns over relative paths with forward slashes, as Backstage's actions read them."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

_MAX_ALTERNATIVES: Final = 200
_TOKEN: Final = re.compile(r"(?P<deep>(?<![^/])\*\*/)|(?P<rest>\*\*)|(?P<star>\*+)|(?P<one>\?)|(?P<set>\[[^]/]+\])")


def select(paths: Iterable[str], patterns: Sequence[str], *, dot: bool = True) -> set[str]:
    """The paths that match any pattern and none that starts with `!`; a folder's name stands for all inside it.

    Without `dot`, wildcards leave names that begin with a dot alone.
    """
    wanted = [_compiled(p, dot) for p in patterns if not p.startswith("!")]
    unwanted = [_compiled(p[1:], True) for p in patterns if p.startswith("!")]
    return {p for p in paths if any(w.fullmatch(p) for w in wanted) and not any(u.fullmatch(p) for u in unwanted)}


@lru_cache(maxsize=512)
def _compiled(pattern: str, dot: bool) -> re.Pattern[str]:  # noqa: FBT001 - a key of the cache
    cleaned = pattern.removeprefix("./").strip("/")
    alternatives = [_expression(p, dot) for p in _braces(cleaned)[:_MAX_ALTERNATIVES]]
    inside = "(?:/.*)?" if dot else r"(?:/(?!\.)[^/]+)*"
    return re.compile(f"(?:{'|'.join(alternatives)}){inside}", re.DOTALL)


def _expression(pattern: str, dot: bool) -> str:  # noqa: FBT001 - passed on
    hidden = "" if dot else r"(?!\.)"
    parts, position = [], 0
    for match in _TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[position : match.start()]))
        at_start = match.start() == 0 or pattern[match.start() - 1] == "/"
        parts.append(_wildcard(match, hidden if at_start else ""))
        position = match.end()
    return "".join([*parts, re.escape(pattern[position:])])


def _wildcard(match: re.Match[str], hidden: str) -> str:
    if match["deep"]:
        return f"(?:{hidden}[^/]+/)*"
    if match["rest"]:
        return f"{hidden}.+"
    if match["star"]:
        return f"{hidden}[^/]*"
    if match["one"]:
        return f"{hidden}[^/]"
    body = match["set"][1:-1]
    negated = body[0] in "!^"
    return f"[{'^/' if negated else ''}{re.escape(body[negated:]).replace(chr(92) + '-', '-')}]"


def _braces(pattern: str) -> list[str]:
    match = re.search(r"\{([^{}]*,[^{}]*)\}", pattern)
    if match is None or pattern.count("{") > 8:
        return [pattern]
    return [
        whole
        for part in match[1].split(",")
        for whole in _braces(pattern[: match.start()] + part + pattern[match.end() :])
    ]
