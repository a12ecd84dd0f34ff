"""Sentences that name something first and then ask about it, and questions about several things at once."""

import re
from collections.abc import Iterator
from typing import Final

_BREAK: Final = re.compile(
    r"\s*[?!.;:,\n]+\s*|\s+-+\s*|\s*-+\s+|"
    r"\s+(?=(?:what|who|whom|where|how|which)(?:'?s| is| are| does| do| owns| runs)\b)",
    re.IGNORECASE,
)
_AND: Final = re.compile(
    r"\s*(?:[,;&+]|\b(?:and|or|as well as|plus|vs|versus)\b)\s*(?:\band\b\s*|\bor\b\s*|\balso\b\s*)?", re.IGNORECASE
)
MOST_AT_ONCE: Final = 5


def halves(text: str) -> Iterator[tuple[str, str]]:
    """Each way to cut a text into something said and something asked, the shortest question first."""
    for cut in reversed(list(_BREAK.finditer(text))):
        before, after = text[: cut.start()].strip(), text[cut.end() :].strip(" ?!.,")
        if before and after:
            yield before, after


def enumerated(phrase: str) -> list[str]:
    """`checkout, payments and refunds` as its members; empty for anything but two to five of them."""
    members = [m for part in _AND.split(phrase) if (m := part.strip())]
    return members if 2 <= len(members) <= MOST_AT_ONCE else []


_THEN: Final = re.compile(
    r"\s*[,;?.]?\s+and\s+(?:also\s+)?(?=(?:who|whom|whose|what|where|which|how|is|does|do|are)(?:'?s)?\b)",
    re.IGNORECASE,
)


def asked_in_turn(question: str) -> list[str]:
    """`who owns it and what depends on it` as its questions; empty for a single one, and for more than three."""
    asked = [part for part in _THEN.split(question) if part.strip()]
    return asked if 2 <= len(asked) <= 3 else []
