"""Regular expressions as JavaScript writes them, with a time limit.

Python's `re` can't be interrupted, so only patterns that can't run away on a short text are matched here; all
others run in a child process that is killed when its time is over.
"""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from scaffolder.expressions.errors import BudgetError, TemplateError

_PIECE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|\[\^?\]|\[(?:\\.|[^\]\\])*\]|\(\?<(?![=!])|.", re.DOTALL)
_KEPT_ESCAPES: Final = frozenset("dDwWsSbBnrtvf0123456789ux")
_QUICK_TEXT: Final = 10_000
_MAX_PATTERN: Final = 1_000
_CHILD: Final = """
import json, re, sys
pattern, flags, text, limit = json.load(sys.stdin)
found = re.compile(pattern, flags).finditer(text)
print(json.dumps([[m.span(), [m.group(), *m.groups()]] for _, m in zip(range(limit or sys.maxsize), found)]))
"""


@dataclass(frozen=True, slots=True)
class Match:
    start: int
    end: int
    groups: Sequence[str | None]
    """The whole match first."""


@dataclass(frozen=True, slots=True)
class Regex:
    """A `r/…/flags` literal."""

    source: str
    flags: str
    pattern: str
    options: int
    quick: bool

    def __str__(self) -> str:
        return f"/{self.source}/{self.flags}"

    @property
    def is_global(self) -> bool:
        return "g" in self.flags

    def find(self, text: str, *, seconds: float, limit: int = 0) -> list[Match]:
        """All matches, or the first `limit` of them."""
        if self.quick and len(text) <= _QUICK_TEXT:
            found = re.compile(self.pattern, self.options).finditer(text)
            rows = [(m.span(), [m.group(), *m.groups()]) for _, m in zip(range(limit or sys.maxsize), found)]  # noqa: B905 -- the range is the limit
        else:
            rows = self._find_in_child(text, seconds, limit)
        return [Match(start, end, groups) for (start, end), groups in rows]

    def _find_in_child(self, text: str, seconds: float, limit: int) -> list[Any]:
        job = json.dumps([self.pattern, int(self.options), text, limit])
        try:
            done = subprocess.run(  # noqa: S603 -- constant arguments; pattern and text travel on stdin
                [sys.executable, "-I", "-S", "-c", _CHILD],
                input=job, capture_output=True, text=True, timeout=seconds, check=True,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise BudgetError(f"the regular expression {self} takes longer than {seconds:g} s on this text") from None
        except subprocess.CalledProcessError:
            raise TemplateError(f"the regular expression {self} can't be used on this text") from None
        rows: list[Any] = json.loads(done.stdout)
        return rows


def compile_regex(source: str, flags: str) -> Regex:
    """Raises TemplateError for what is no pattern, in words that show it."""
    if len(source) > _MAX_PATTERN:
        raise TemplateError(f"a regular expression may have {_MAX_PATTERN} characters, this one has {len(source)}")
    pieces = _PIECE.findall(source)
    pattern = "".join(map(_translate, pieces))
    options = re.IGNORECASE if "i" in flags else re.NOFLAG
    options |= re.MULTILINE if "m" in flags else re.NOFLAG
    if "m" in flags:
        pattern = pattern.replace(_END, "$")
    try:
        re.compile(pattern, options)
    except (re.error, OverflowError, RecursionError) as error:
        raise TemplateError(f"`/{source}/` is not a regular expression: {error}") from None
    return Regex(source, flags, pattern, int(options), _is_quick(pieces))


_END: Final = r"(?!\n)\Z"


def _translate(piece: str) -> str:
    if piece == "$":
        return _END
    if piece in {"[^]", "[]"}:
        return r"[\s\S]" if piece == "[^]" else r"(?!)"
    if piece == "(?<":
        return "(?P<"
    if piece == r"\d":
        return "[0-9]"
    if piece.startswith("[") and len(piece) > 1:
        inner = re.sub(r"\\(.)", lambda m: _translate_class_escape(m.group(1)), piece[1:-1], flags=re.DOTALL)
        return "[" + re.sub(r"(?<!\\)\[", r"\\[", inner) + "]"
    if piece.startswith("\\") and piece[1] not in _KEPT_ESCAPES:
        return re.escape(piece[1])
    return piece


def _translate_class_escape(letter: str) -> str:
    return f"\\{letter}" if letter in _KEPT_ESCAPES or not letter.isalpha() else letter


def _is_quick(pieces: Sequence[str]) -> bool:
    """At most one repeat, of a single character or class, and few choices: quadratic on a short text at worst."""
    repeats = [i for i, p in enumerate(pieces) if p in {"*", "+", "{"}]
    choices = sum(p in {"|", "?"} for p in pieces)
    back_references = any(re.fullmatch(r"\\[1-9]", p) for p in pieces)
    return (
        len(repeats) <= 1
        and choices <= 4
        and not back_references
        and not any(i > 0 and pieces[i - 1] == ")" for i in repeats)
    )


def expand(replacement: str, match: Match, text: str) -> str:
    """`$1`, `$&`, `$$`, and the text before and after."""

    def one(found: re.Match[str]) -> str:
        mark = found.group(1)
        if mark == "$":
            return "$"
        if mark == "&":
            return match.groups[0] or ""
        if mark in {"`", "'"}:
            return text[: match.start] if mark == "`" else text[match.end :]
        number = int(mark)
        if not 0 < number < len(match.groups):
            return found.group()
        return match.groups[number] or ""

    return re.sub(r"\$(\$|&|`|'|[0-9]{1,2})", one, replacement)
