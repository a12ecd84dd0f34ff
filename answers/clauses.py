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
