"""The words that this catalog uses for types, lifecycles and tags; what lists are filtered by."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from answers import queries
from answers.mentions import readings
from callboard.db import Connection
from search.normalize import key_of

_LEAST_SECONDS: Final = 5.0
"""A large catalog that changes all the time isn't read for its words more often than this."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Written forms by comparable form: `s3bucket` → `s3-bucket`. Types lead to the kinds that have them."""

    types: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    lifecycles: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    missing_owners: Mapping[str, str] = field(default_factory=dict)
    """Refs that something names as its owner and that aren't there, by their names."""

    def missing_owner(self, phrase: str) -> str | None:
        """The ref of an owner that is only named."""
        texts = (text for text, _kinds in readings(phrase))
        return next((ref for t in texts if (ref := self.missing_owners.get(key_of(t)))), None)

    @classmethod
    def of(cls, types: Iterable[tuple[str, str]], lifecycles: Iterable[str], tags: Iterable[str]) -> "Vocabulary":
        kinds: dict[str, tuple[str, tuple[str, ...]]] = {}
        for kind, written in types:
            known = kinds.get(key_of(written), (written, ()))
            kinds[key_of(written)] = (known[0], tuple(dict.fromkeys((*known[1], kind))))
        return cls(kinds, {key_of(w): w for w in lifecycles}, {key_of(w): w for w in tags})


class VocabularyReader:
    """Keeps the words; reads them again when the catalog has changed."""

    def __init__(self) -> None:
        self._version = -2
        self._read_at = 0.0
        self._known = Vocabulary()

    def current(self, connection: Connection, version: int) -> Vocabulary:
        now = time.monotonic()
        if version != self._version and (self._version < 0 or now - self._read_at > self._patience):
            found = queries.known_words(connection)
            missing = {key_of(r.rpartition("/")[2]): r for r in queries.owned_by_the_missing(connection)}
            words = Vocabulary.of(found.types, found.lifecycles, found.tags)
            self._known = replace(words, missing_owners=missing)
            self._version, self._read_at = version, now
        return self._known

    @property
    def _patience(self) -> float:
        return _LEAST_SECONDS if len(self._known.tags) > 200 else 0.0
