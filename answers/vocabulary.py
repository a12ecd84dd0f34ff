"""The words that this catalog uses for types, lifecycles and tags; what lists are filtered by."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from answers import queries
from answers.mentions import readings
from callboard.db import Connection
from search.normalize import key_of

_AT_ONCE: Final = 0.01
"""Seconds of work that a reading may take to be done at every change."""
_RARELY: Final = 100.0
"""A longer one takes at most a hundredth of the time, however often a large catalog changes."""


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
    """Keeps the words; reads them again when the catalog has changed, one reader at a time."""

    def __init__(self) -> None:
        self._version = -2
        self._again_at = 0.0
        self._known = Vocabulary()
        self._reading = threading.Lock()

    def current(self, connection: Connection, version: int) -> Vocabulary:
        if version == self._version or time.monotonic() < self._again_at:
            return self._known
        if self._reading.acquire(blocking=self._version < 0):  # the others go on with the words of a moment ago
            try:
                if version != self._version:
                    self._read(connection, version)
            finally:
                self._reading.release()
        return self._known

    def _read(self, connection: Connection, version: int) -> None:
        began = time.thread_time()
        found = queries.known_words(connection)
        missing = {key_of(r.rpartition("/")[2]): r for r in queries.owned_by_the_missing(connection)}
        words = Vocabulary.of(found.types, found.lifecycles, found.tags)
        self._known, self._version = replace(words, missing_owners=missing), version
        cost = time.thread_time() - began
        self._again_at = time.monotonic() + _RARELY * cost if cost > _AT_ONCE else 0.0
