"""Mends the words that questions are made of; names are left to the name index."""

from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from answers.nouns import words

_KNOWN: Final = words(
    "about affected alternative anyone blast break breaks broken called calls changed changes components component "
    "consume consumers consumes contact count dashboard databases database definition department dependencies "
    "dependency dependents depend depends deprecated describe docs documentation does down domain domains email "
    "experimental expose exposes happens help impact info libraries library lifecycle links list looks maintain "
    "maintainer maintains many member members oncall owner owned owners ownership owns page parent people person "
    "production provide provides radius relies rely replace replaced replaces repo repository resources responsible "
    "runbook runs schema service services show source status subteams successor swagger system systems team teams "
    "tell template templates uses what where which who whose websites without"
)
_WORDS: Final = tuple(sorted(_KNOWN))
_SHORT_FOR: Final = {
    "abt": "about", "ppl": "people", "svc": "service", "svcs": "services", "wat": "what", "wut": "what",
    "wich": "which", "teh": "the", "docu": "documentation", "infos": "info", "hwo": "how", "wo": "who", "whos": "who's",
    "mgmt": "management", "prod": "production", "kinda": "kind of",
}  # fmt: skip
_SHORTEST: Final = 4


@lru_cache(maxsize=4_096)
def mended(word: str) -> str | None:
    """The question word that `word` misspells or shortens, or None."""
    lowered = word.lower()
    if lowered in _SHORT_FOR:
        return _SHORT_FOR[lowered]
    if len(lowered) < _SHORTEST or not lowered.isalpha() or lowered in _KNOWN:
        return None
    allowed = 1 if len(lowered) < 8 else 2
    found = process.extractOne(lowered, _WORDS, scorer=OSA.distance, score_cutoff=allowed)
    if found is None or (len(found[0]) < _SHORTEST and len(lowered) > len(found[0])) or found[0][0] != lowered[0]:
        return None
    return str(found[0])
