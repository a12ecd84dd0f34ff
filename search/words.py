"""Text as the index sees it: lower-case stems, with compounds and phrasal verbs joined.

Both databases index and compare these words, so that they find the same things, and `rollback`, `roll back` and
`rolling back` are one word wherever they stand.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

STOP_WORDS: Final = frozenset({
    "a", "an", "and", "any", "anybody", "anyone", "are", "as", "at", "be", "been", "being", "but", "by", "can",
    "could", "did", "do", "does", "doing", "don", "for", "from", "get", "gets", "give", "got", "had", "has",
    "have", "having", "he", "her", "here", "his", "how", "i", "if", "in", "into", "is", "isn", "it", "its",
    "itself", "just", "let", "like", "may", "me", "might", "mine", "my", "need", "needs", "no", "not", "of",
    "on", "one", "or", "our", "ours", "please", "s", "shall", "she", "should", "so", "some", "somebody",
    "someone", "such", "t", "tell", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "to", "too", "us", "use", "used", "uses", "using", "very", "want", "was", "we", "were",
    "what", "when", "where", "whether", "which", "while", "who", "whom", "whose", "why", "will", "with", "won",
    "would", "you", "your", "yours",
})  # fmt: skip
PARTICLES: Final = frozenset({"back", "up", "over", "out", "down", "in", "off", "on", "away", "through"})
_CHUNK: Final = re.compile("[^\\W_]+(?:[-_.'\u2019][^\\W_]+)*")
_JOINTS: Final = re.compile("[-_.'\u2019]")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRITISH: Final = re.compile(r"is(e|es|ed|ing|ation|ations|er)$")
_SPELLINGS: Final = {"licence": "license", "licences": "licenses", "colour": "color", "colours": "colors"}
_ENDINGS: Final = (
    ("ation", 5, ""), ("ment", 5, ""), ("ied", 2, "y"), ("ing", 3, ""), ("ed", 3, ""), ("ly", 4, ""), ("ion", 4, ""),
)  # fmt: skip
"""An ending, how many letters have to be left, and what takes its place."""
_MAX_WORD: Final = 40


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A light stem: plurals, -ing, -ed, -ation and a final e go; names and numbers stay as they are."""
    word = _SPELLINGS.get(word, word)
    if len(word) < 4 or not word.isalpha():
        return word
    if len(word) > 6:
        word = _BRITISH.sub(r"iz\1", word)
    word = _without_ending(_singular(word))
    if word.endswith("at") and len(word) >= 7:
        word = word[:-2]
    if word.endswith("y") and len(word) > 3:
        word = word[:-1] + "i"
    return word[:-1] if word.endswith("ll") and len(word) > 5 else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_ending(word: str) -> str:
    for ending, least, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return _undoubled(word[: -len(ending)] + instead)
    return word.removesuffix("e")


def _undoubled(word: str) -> str:
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        return word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def folded(text: str) -> str:
    """Without accents; other scripts stay."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def chunks(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text in order, lower case; a compound (`sign-in`, `OrdersDb`) comes as its parts."""
    return map(_parts, _CHUNK.findall(folded(text)))


@lru_cache(maxsize=65_536)
def _parts(chunk: str) -> tuple[str, ...]:
    if chunk.isalpha() and (chunk.islower() or chunk.istitle()):
        return (chunk[:_MAX_WORD].lower(),)
    parts = (p.lower() for joint in _JOINTS.split(chunk) for p in _CAMEL.split(joint) if p)
    return tuple(p[:_MAX_WORD] for p in parts)


def index_words(text: str, *, limit: int = 200_000, whole: bool = False) -> str:
    """What is stored for `text`, at most `limit` characters of it looked at.

    With `whole`, words are stored as written too, so that the first letters of one find it.
    """
    found: list[str] = []
    before = ""
    for chunk in _CHUNK.findall(folded(text[:limit])):
        first, last, words = _indexed(chunk, whole)
        if before and first in PARTICLES:
            found.append(joined_verb(before, first))
        if words:
            found.append(words)
        before = last
    return " ".join(found)


@lru_cache(maxsize=65_536)
def _indexed(chunk: str, whole: bool) -> tuple[str, str, str]:  # noqa: FBT001 - a cache's key
    """A chunk's first and last part, and what is stored for it wherever it stands."""
    found: list[str] = []
    parts = _parts(chunk)
    before = ""
    for part in parts:
        if part in PARTICLES and before:
            found.append(joined_verb(before, part))
        if part not in STOP_WORDS:
            found.append(stem(part))
            if whole and found[-1] != part:
                found.append(part)
        before = part
    if len(parts) > 1:
        found.append(compound(parts))
    return parts[0], before, " ".join(found)


def joined_verb(verb: str, particle: str) -> str:
    """`rolling`, `back` → `rollback`."""
    return stem(verb) + particle


def compound(parts: Iterable[str]) -> str:
    """`type`, `script` → `typescript`."""
    return stem("".join(parts)[:_MAX_WORD])
