"""How a name and what somebody typed for it become comparable."""

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]s\b)")
_PLURALS_IN_IS = frozenset({"apis", "uis", "guis", "clis", "kpis", "slis", "wikis"})
_SEPARATORS = re.compile(r"[^0-9a-z+#]+")


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words: camelCase and any punctuation split, accents dropped."""
    if text.isascii():
        folded = text if text.islower() else _CAMEL.sub(" ", text).lower()
    else:
        split = _CAMEL.sub(" ", text)
        folded = unicodedata.normalize("NFKD", split).encode("ascii", "ignore").decode().lower() or split.lower()
    return tuple(w for w in _SEPARATORS.split(folded) if w)


def normalized(text: str) -> str:
    """`OrdersDb`, `orders_db` and `Orders  DB` alike: `orders db`."""
    return " ".join(words_of(text))


def singular(word: str) -> str:
    """A plain English plural's singular, good enough to compare by."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word in _PLURALS_IN_IS:
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def key_of(text: str) -> str:
    """Words run together and each made singular: two texts with one key mean the same name."""
    return "".join(singular(w) for w in words_of(text))
