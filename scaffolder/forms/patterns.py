"""Patterns in plain words: `^[a-z0-9-]+$` reads "Lowercase letters, digits and dashes only"."""

import re
from dataclasses import dataclass
from typing import Final

_ITEM = re.compile(
    r"(?P<close>\))|(?P<open>\((?:\?:)?)|(?P<set>\[(?:\\.|[^\]\\^])(?:\\.|[^\]\\])*\])|(?P<escape>\\.)|(?P<char>[^\\\[\](){}*+?|.^$])"
)
_QUANTIFIER = re.compile(r"(?P<sign>[*+?])\??|\{(?P<low>\d+)(?P<comma>,)?(?P<high>\d*)\}")
_NAMED: Final = (
    ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "letters"),
    ("abcdefghijklmnopqrstuvwxyz", "lowercase letters"),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "capital letters"),
    ("0123456789", "digits"),
)
_SIGNS: Final = {
    "-": "dashes", "_": "underscores", ".": "dots", "/": "slashes", " ": "spaces", ":": "colons", "@": "@ signs",
    "+": "plus signs", ",": "commas",
}  # fmt: skip
_ESCAPED: Final = {"d": "0123456789", "w": "".join(n for n, _ in (_NAMED[0], _NAMED[3])) + "_"}
_SPECIAL: Final = {
    "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": (
        "A UUID such as 123e4567-e89b-12d3-a456-426614174000"
    ),
    r"^https?:\/\/.+": "An address that starts with http:// or https://",
    "^https?://.+": "An address that starts with http:// or https://",
    r"^https?:\/\/.+$": "An address that starts with http:// or https://",
    "^https?://.+$": "An address that starts with http:// or https://",
}


@dataclass(frozen=True, slots=True)
class _Piece:
    characters: frozenset[str]
    low: int
    high: int | None
    own_low: int
    """How often it must come where its group comes at all."""
    loops: bool = False
    """Part of a sequence that repeats as a whole, which a list of characters can't describe."""


def in_words(pattern: str) -> str | None:
    """What fits the pattern, or None where plain words would not be exact enough."""
    if pattern in _SPECIAL:
        return _SPECIAL[pattern]
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return None
    pieces = _pieces(pattern[1:-1])
    if not pieces:
        return None
    everything = frozenset[str]().union(*(p.characters for p in pieces))
    names = _names(everything)
    if names is None:
        return None
    text = f"{_listed(names, 'and')} only{_ends(pieces, everything)}{_length(pieces)}"
    if any(p.loops for p in pieces):
        text += f", in the form {pattern}"
    return text[0].upper() + text[1:]


def _pieces(body: str) -> list[_Piece] | None:
    """Sets with their repeats; a group counts as its parts, repeated as it is."""
    stack: list[list[_Piece]] = [[]]
    at = 0
    while at < len(body):
        item = _ITEM.match(body, at)
        if item is None:
            return None
        at = item.end()
        if item.group("open"):
            if body.startswith("?", at):
                return None
            stack.append([])
            continue
        quantifier = _QUANTIFIER.match(body, at)
        low, high = _bounds(quantifier)
        at = quantifier.end() if quantifier else at
        if item.group("close"):
            if len(stack) == 1:
                return None
            stack[-2:] = [[*stack[-2], *_repeated(stack[-1], low, high)]]
            continue
        characters = _characters(item)
        if not characters:
            return None
        stack[-1].append(_Piece(characters, low, high, low))
    return stack[0] if len(stack) == 1 else None


def _bounds(quantifier: re.Match[str] | None) -> tuple[int, int | None]:
    if quantifier is None:
        return 1, 1
    sign = quantifier.group("sign")
    if sign:
        return (1 if sign == "+" else 0), (1 if sign == "?" else None)
    low, high = int(quantifier.group("low")), quantifier.group("high")
    return low, int(high) if high else (None if quantifier.group("comma") else low)


def _repeated(pieces: list[_Piece], low: int, high: int | None) -> list[_Piece]:
    loops = high != 1 and len(pieces) > 1
    return [
        _Piece(
            p.characters,
            p.low * low,
            None if p.high is None or high is None else p.high * high,
            p.own_low,
            p.loops or loops,
        )
        for p in pieces
    ]


def _characters(item: re.Match[str]) -> frozenset[str]:
    if item.group("char"):
        return frozenset(item.group("char"))
    if item.group("escape"):
        return _escaped(item.group("escape")[1])
    inside = re.findall(r"\\.|[^\\]", item.group("set")[1:-1])
    found: set[str] = set()
    at = 0
    while at < len(inside):
        if at + 2 < len(inside) and inside[at + 1] == "-" and len(inside[at]) == len(inside[at + 2]) == 1:
            found.update(chr(c) for c in range(ord(inside[at]), min(ord(inside[at + 2]), 0x7F) + 1))
            at += 3
            continue
        one = _escaped(inside[at][1]) if len(inside[at]) == 2 else frozenset(inside[at])
        if not one:
            return frozenset()
        found.update(one)
        at += 1
    return frozenset(found)


def _escaped(letter: str) -> frozenset[str]:
    return frozenset(_ESCAPED.get(letter, "" if letter.isalnum() else letter))


def _names(characters: frozenset[str]) -> list[str] | None:
    left, names = set(characters), []
    for group, name in _NAMED:
        if left.issuperset(group):
            left.difference_update(group)
            names.append(name)
    signs = sorted(left)
    if any(s not in _SIGNS for s in signs):
        return None
    return [*names, *(_SIGNS[s] for s in signs)]


def _ends(pieces: list[_Piece], everything: frozenset[str]) -> str:
    """Where the first or the last character may be less than the others."""
    parts = []
    for piece, words in ((pieces[0], "starting with"), (pieces[-1], "ending with")):
        certain = piece.low or (piece.own_low and pieces[0].characters <= piece.characters)
        if certain and piece.characters != everything:
            names = _names(piece.characters)
            if names:
                singular = [f"a {n[:-1]}" for n in names]
                parts.append(f"{words} {_listed(singular, 'or')}")
    return f", {' and '.join(parts)}" if parts else ""


def _length(pieces: list[_Piece]) -> str:
    low = sum(p.low for p in pieces)
    highs = [p.high for p in pieces]
    if all(h is not None for h in highs):
        high = sum(h for h in highs if h is not None)
        return f", {high} characters" if low == high else f", {low} to {high} characters"
    return f", at least {low} characters" if low > 1 else ""


def _listed(words: list[str], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else words[0]
