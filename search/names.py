"""Which entity somebody means: exact ref, name, title or alias first, then part of a name, then the nearest spelling.

The index lives in memory and follows the catalog's events. Candidates for the fuzzy part come from the rarest
trigrams of the question, so that a hundred thousand names cost little more than ten thousand.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from callboard import outbox
from callboard.db import Database
from callboard.ports import Visible
from search.labels import Name, load
from search.normalize import key_of, normalized, singular, words_of

_MAX_CANDIDATES: Final = 600
_MAX_POSTINGS: Final = 1_500
_RERANKED: Final = 12
_MAX_SHARING: Final = 400
"""A word that more labels than this hold says too little to look for."""
_MAX_EVENTS: Final = 2_000
EXACT: Final = 100.0
LIKELY: Final = 86.0
"""From this score on, a lone best match is taken as meant."""
POSSIBLE: Final = 72.0
"""From this score on, a match is worth offering."""
NAME, TITLE, ALIAS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Match:
    """A name that fits, how well (0 to 100), and the label that did: its NAME, its TITLE or an ALIAS."""

    ref: str
    title: str
    score: float
    label: str
    rank: int = NAME

    @property
    def exact(self) -> bool:
        return self.score >= EXACT

    @property
    def kind(self) -> str:
        return self.ref.partition(":")[0]


class _Snapshot:
    """An index over names. What only spelling mistakes need is built when the first one comes."""

    def __init__(self, found: Iterable[Name]) -> None:
        self.names: dict[str, Name] = {}
        self.keys: dict[str, list[str]] = {}
        self.handles: dict[str, list[str]] = {}
        self._labels: list[str] = []
        self._refs: list[str] = []
        self._words: dict[str, list[int]] = {}
        self._worded = 0
        self._joined: list[str] = []
        self._grams: dict[str, list[int]] = {}
        self._gone = 0
        self._lock = threading.Lock()
        for name in found:
            self.add(name)

    @property
    def is_worn(self) -> bool:
        """Half of the postings lead nowhere any more."""
        return self._gone > max(_MAX_EVENTS, len(self._labels) // 2)

    def add(self, name: Name) -> None:
        self.names[name.ref] = name
        labels = dict.fromkeys(words_of(label) for label in name.labels)
        keys = {"".join(map(singular, words)) for words in labels}
        if "/" in name.ref and not name.ref.startswith(f"{name.kind}:default/"):
            keys.add(key_of(_short(name.ref)))
        for key in keys:
            self.keys.setdefault(key, []).append(name.ref)
        for handle in name.handles:
            self.handles.setdefault(handle.lower(), []).append(name.ref)
        for words in labels:
            self._labels.append(" ".join(words))
            self._refs.append(name.ref)

    def remove(self, ref: str) -> None:
        """Forget a name; its postings stay and are skipped."""
        gone = self.names.pop(ref, None)
        if gone is None:
            return
        self._gone += len(gone.labels)
        for label in (*gone.labels, _short(ref)):
            _discard(self.keys, key_of(label), ref)
        for handle in gone.handles:
            _discard(self.handles, handle.lower(), ref)

    def words(self) -> dict[str, list[int]]:
        """Where each word stands, in the singular."""
        if self._worded < len(self._labels):
            with self._lock:
                for position in range(self._worded, len(self._labels)):
                    for word in {singular(w) for w in self._labels[position].split()}:
                        self._words.setdefault(word, []).append(position)
                self._worded = len(self._labels)
        return self._words

    def candidates(self, query: str) -> Iterable[tuple[str, str]]:
        """The labels nearest to the query among those that share its rarest trigrams."""
        postings = self._trigram_postings()
        lists = sorted((postings[g] for g in _trigrams(query.replace(" ", "")) if g in postings), key=len)
        chosen: dict[int, None] = {}
        for some in lists:
            chosen.update(dict.fromkeys(some[:_MAX_POSTINGS]))
            if len(chosen) >= _MAX_CANDIDATES:
                break
        joined = {p: self._joined[p] for p in chosen}
        best = process.extract(query.replace(" ", ""), joined, scorer=fuzz.ratio, limit=_RERANKED)
        if " " in query:
            spaced = {p: self._labels[p] for p in chosen}
            best += process.extract(query, spaced, scorer=fuzz.token_sort_ratio, limit=_RERANKED)
        for position in dict.fromkeys(p for _label, _score, p in best):
            if self._refs[position] in self.names:
                yield self._labels[position], self._refs[position]

    def _trigram_postings(self) -> dict[str, list[int]]:
        if len(self._joined) < len(self._labels):
            with self._lock:
                for position in range(len(self._joined), len(self._labels)):
                    joined = self._labels[position].replace(" ", "")
                    for gram in _trigrams(joined):
                        self._grams.setdefault(gram, []).append(position)
                    self._joined.append(joined)
        return self._grams

    def holding(self, words: Sequence[str]) -> Iterable[tuple[str, str]]:
        """Labels that hold every one of `words`; nothing when even the rarest is everywhere."""
        known = self.words()
        postings = [known.get(w, ()) for w in dict.fromkeys(words)]
        if not postings or not all(postings):
            return
        rarest = min(postings, key=len)
        if len(rarest) > _MAX_SHARING:
            return
        wanted = set(words)
        for position in rarest:
            label, ref = self._labels[position], self._refs[position]
            if ref in self.names and wanted <= {singular(w) for w in label.split()}:
                yield label, ref


class NameIndex:
    """Kept level with the catalog by `refresh`; safe to use from many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._seen = -1
        self._left: set[str] = set()
        self._snapshot = _Snapshot(())

    @property
    def version(self) -> int:
        """Moves with every change of the catalog that was taken in."""
        return self._seen

    def refresh(self) -> None:
        """Take in what changed since the last call; cheap when nothing did."""
        with self._database.read() as connection:
            newest = outbox.latest_id(connection)
            if newest == self._seen:
                return
            with self._lock:
                if newest <= self._seen:
                    return
                if self._seen < 0 or newest - self._seen > _MAX_EVENTS:
                    self._snapshot = _Snapshot(load(connection, None, self._left))
                else:
                    self._follow(connection)
                self._seen = newest

    def warm(self) -> None:
        """Build what the first misspelt name would have to wait for; worth a thread where there are many names."""
        list(self._snapshot.candidates("warm"))
        self._snapshot.words()

    def _follow(self, connection: Connection) -> None:
        changed = outbox.refs_since(connection, self._seen)
        fresh = {n.ref: n for n in load(connection, changed, self._left)}
        for ref in changed:
            if fresh.get(ref) == self._snapshot.names.get(ref):
                continue
            self._snapshot.remove(ref)
            if ref in fresh:
                self._snapshot.add(fresh[ref])
        if self._snapshot.is_worn:
            self._snapshot = _Snapshot(list(self._snapshot.names.values()))

    def __contains__(self, ref: str) -> bool:
        return ref in self._snapshot.names

    def __len__(self) -> int:
        return len(self._snapshot.names)

    def first(self, *, kinds: Collection[str] | None = None, limit: int) -> list[str]:
        """The first names of some kinds in order of title, for a picker before anything is typed."""
        allowed = _filter(kinds)
        names = [n for n in self._snapshot.names.values() if allowed(n.ref)]
        return [n.ref for n in sorted(names, key=lambda n: (n.title.lower(), n.ref))[:limit]]

    def title_of(self, ref: str) -> str | None:
        name = self._snapshot.names.get(ref)
        return name.title if name else None

    def former_name(self, ref: str, text: str) -> str | None:
        """The name or title that it had before, if `text` is that one and none that it has now."""
        name, key = self._snapshot.names.get(ref), key_of(text)
        if name is None or not name.former:
            return None
        today = {key_of(label) for label in name.labels[: len(name.labels) - len(name.former)]}
        return next((f for f in name.former if key_of(f) == key and key not in today), None)

    def knows_word(self, word: str) -> bool:
        """Whether some name, title or alias has this word."""
        return singular(word) in self._snapshot.words()

    def find(
        self, text: str, *, kinds: Collection[str] | None = None, limit: int = 5, cutoff: float = POSSIBLE
    ) -> list[Match]:
        """The best matches for what somebody typed, best first; `kinds` (lower case) narrows them."""
        found = self.exact(text, kinds=kinds)
        return found[:limit] if found else self.near(text, kinds=kinds, limit=limit, cutoff=cutoff)

    def exact(self, text: str, *, kinds: Collection[str] | None = None) -> list[Match]:
        """What has this ref, handle, name, title or alias; names as they are spelled come first, aliases last."""
        allowed = _filter(kinds)
        snapshot = self._snapshot
        folded = text.strip().lower()
        for ref in (folded, _with_namespace(folded)):
            if ref in snapshot.names and allowed(ref):
                return [Match(ref, snapshot.names[ref].title, EXACT, folded)]
        key = key_of(text)
        refs = [*snapshot.handles.get(folded, ()), *(snapshot.keys.get(key, ()) if key else ())]
        found = [_exactly(snapshot.names[r], text, key) for r in dict.fromkeys(refs) if r in snapshot.names]
        found = [m for m in found if allowed(m.ref)]
        joined = "".join(words_of(text))
        spelled = [m for m in found if folded in {m.label.lower(), m.ref} or "".join(words_of(m.label)) == joined]
        return sorted(spelled or found, key=lambda m: (m.rank, m.label.lower() != folded))

    def part(self, text: str, *, kinds: Collection[str] | None = None, limit: int = 8) -> list[Match]:
        """What has all these words in one of its labels, the shortest label first."""
        allowed = _filter(kinds)
        words = [singular(w) for w in words_of(text)]
        snapshot, best = self._snapshot, dict[str, Match]()
        for label, ref in snapshot.holding(words):
            name = snapshot.names[ref]
            score = 76.0 + 20.0 * sum(map(len, words)) / max(1, len(label.replace(" ", "")))
            if allowed(ref) and (ref not in best or score > best[ref].score):
                best[ref] = Match(ref, name.title, min(96.0, score), label, _rank(name, label))
        return sorted(best.values(), key=lambda m: (-m.score, m.rank, m.ref))[:limit]

    def near(
        self, text: str, *, kinds: Collection[str] | None = None, limit: int = 5, cutoff: float = POSSIBLE
    ) -> list[Match]:
        """What is spelled about like this, best first."""
        allowed = _filter(kinds)
        query = normalized(text)
        snapshot, best = self._snapshot, dict[str, Match]()
        for label, ref in snapshot.candidates(query):
            if not allowed(ref):
                continue
            score = similarity(query, label)
            if score >= cutoff and (ref not in best or score > best[ref].score):
                name = snapshot.names[ref]
                best[ref] = Match(ref, name.title, score, label, _rank(name, label))
        return sorted(best.values(), key=lambda m: (-m.score, len(m.label), m.rank, m.ref))[:limit]


class NamesInSight(NameIndex):
    """The names that one person may know of, as they are now; for one question."""

    def __init__(self, names: NameIndex, visible: Visible) -> None:
        super().__init__(names._database)  # noqa: SLF001 - it is one of them
        self._seen, self._snapshot = names._seen, names._snapshot  # noqa: SLF001
        self._visible = visible

    def __contains__(self, ref: str) -> bool:
        return super().__contains__(ref) and self._visible(ref)

    def first(self, *, kinds: Collection[str] | None = None, limit: int) -> list[str]:
        every = super().first(kinds=kinds, limit=len(self))
        return list(islice((ref for ref in every if self._visible(ref)), limit))

    def title_of(self, ref: str) -> str | None:
        return super().title_of(ref) if self._visible(ref) else None

    def exact(self, text: str, *, kinds: Collection[str] | None = None) -> list[Match]:
        return [m for m in super().exact(text, kinds=kinds) if self._visible(m.ref)]

    def part(self, text: str, *, kinds: Collection[str] | None = None, limit: int = 8) -> list[Match]:
        every = super().part(text, kinds=kinds, limit=_MAX_SHARING)
        return [m for m in every if self._visible(m.ref)][:limit]

    def near(
        self, text: str, *, kinds: Collection[str] | None = None, limit: int = 5, cutoff: float = POSSIBLE
    ) -> list[Match]:
        every = super().near(text, kinds=kinds, limit=_MAX_CANDIDATES, cutoff=cutoff)
        return [m for m in every if self._visible(m.ref)][:limit]


def similarity(query: str, label: str) -> float:
    """0 to 100. Word order counts little, length a lot: `payments` isn't `payments ledger export job`."""
    by_words = fuzz.token_sort_ratio(query, label)
    joined = fuzz.ratio(query.replace(" ", ""), label.replace(" ", ""))
    whole = max(by_words, joined)
    return min(99.0, 0.75 * whole + 0.25 * fuzz.WRatio(query, label))


def _exactly(name: Name, text: str, key: str) -> Match:
    folded = text.strip().lower()
    spelled = next((label for label in name.labels if label.lower() == folded), None)
    label = spelled or next((label for label in name.labels if key_of(label) == key), text)
    return Match(name.ref, name.title, EXACT, label, _rank(name, normalized(label)))


def _rank(name: Name, label: str) -> int:
    if label == normalized(name.labels[0]) or label == normalized(_short(name.ref)):
        return NAME
    return TITLE if label == normalized(name.title) else ALIAS


def _short(ref: str) -> str:
    return ref.partition(":")[2].removeprefix("default/")


def _discard(index: dict[str, list[str]], key: str, ref: str) -> None:
    left = [r for r in index.get(key, ()) if r != ref]
    if left:
        index[key] = left
    else:
        index.pop(key, None)


def _filter(kinds: Collection[str] | None) -> Callable[[str], bool]:
    if not kinds:
        return lambda _ref: True
    return lambda ref: ref.partition(":")[0] in kinds


def _with_namespace(text: str) -> str:
    kind, colon, rest = text.partition(":")
    return f"{kind}:default/{rest}" if colon and "/" not in rest else text


def _trigrams(joined: str) -> set[str]:
    padded = f" {joined} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}
