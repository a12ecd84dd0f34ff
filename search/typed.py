"""A search as it is typed: words, and filters among them such as `kind:api` or `owner:team-a`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from search.index import API, CATALOG, TECHDOCS

_FILTER: Final = re.compile(r"(?<!\S)(kind|type|owner|lifecycle|namespace|in)[:=](\S+)", re.IGNORECASE)
_PLACES: Final = {
    **dict.fromkeys(("docs", "techdocs", "documentation"), TECHDOCS),
    **dict.fromkeys(("catalog", "entities", CATALOG), CATALOG),
    **dict.fromkeys(("api", "apis", "operations"), API),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, taken apart. `types` are those of the index."""

    term: str
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    types: Sequence[str] = ()


def read_typed(text: str) -> Typed:
    """Several values of one filter mean any of them; a word that only looks like a filter is a word."""
    filters, types = dict[str, list[str]](), list[str]()

    def taken(match: re.Match[str]) -> str:
        key, values = match[1].lower(), [v for v in match[2].split(",") if v]
        if key == "in":
            types.extend(_PLACES[v.lower()] for v in values if v.lower() in _PLACES)
            return "" if all(v.lower() in _PLACES for v in values) else match[0]
        filters.setdefault(key, []).extend(values)
        return ""

    term = " ".join(_FILTER.sub(taken, text).split())
    return Typed(term, filters, tuple(dict.fromkeys(types)))
