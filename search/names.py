"""Which entity somebody means: exact ref, name, title or alias first, then the nearest by spelling.

The index lives in memory and follows the catalog's events. Candidates for the fuzzy part come from the rarest
trigrams of the question, so that a hundred thousand names cost little more than ten thousand.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import Connection, select

from callboard import entities as names_of
from callboard import outbox
from callboard.db import Database
from catalog.queries.lookup import ref_ids
from catalog.tables import entities, entity_fields, field_keys
from search.normalize import key_of, normalized

_DISPLAY_NAME: Final = "spec.profile.displayname"
_EMAIL: Final = "spec.profile.email"
_ALIASES: Final = f"metadata.annotations.{names_of.ALIASES}"
_MAX_CANDIDATES: Final = 300
_MAX_EVENTS: Final = 2_000
EXACT: Final = 100.0
LIKELY: Final = 86.0
"""From this score on, a lone best match is taken as meant."""
POSSIBLE: Final = 72.0
"""From this score on, a match is worth offering."""


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that can be asked for. `labels` are its name, title and aliases as written."""

    ref: str
    kind: str
    title: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A name that fits, how well (0 to 100), and the label that did."""

    ref: str
    title: str
    score: float
    label: str

    @property
    def exact(self) -> bool:
        return self.score >= EXACT


class _Snapshot:
    """An immutable-once-built index over names."""

    def __init__(self, found: Iterable[Name]) -> None:
        self.names: dict[str, Name] = {}
        self.keys: dict[str, list[str]] = defaultdict(list)
        self._labels: list[tuple[str, str]] = []
        self._grams: dict[str, list[int]] = defaultdict(list)
        for name in found:
            self.add(name)

    def add(self, name: Name) -> None:
        self.names[name.ref] = name
        short = name.ref.partition(":")[2].removeprefix("default/")
        for key in dict.fromkeys(key_of(label) for label in (*name.labels, short)):
            self.keys[key].append(name.ref)
        for label in dict.fromkeys(normalized(label) for label in name.labels):
            position = len(self._labels)
            self._labels.append((label, name.ref))
            for gram in _trigrams(label):
                self._grams[gram].append(position)

    def remove(self, ref: str) -> None:
        """Forget a name; its postings stay and are skipped."""
        gone = self.names.pop(ref, None)
        if gone:
            for label in (*gone.labels, ref.partition(":")[2].removeprefix("default/")):
                self.keys[key_of(label)] = [r for r in self.keys.get(key_of(label), ()) if r != ref]

    def candidates(self, query: str) -> Iterable[tuple[str, str]]:
        """Labels that share rare trigrams with the query, rarest first, up to a few hundred."""
        grams = sorted((g for g in _trigrams(query) if g in self._grams), key=lambda g: len(self._grams[g]))
        chosen: dict[int, None] = {}
        for gram in grams:
            chosen.update(dict.fromkeys(self._grams[gram][: _MAX_CANDIDATES * 4]))
            if len(chosen) >= _MAX_CANDIDATES:
                break
        for position in chosen:
            label, ref = self._labels[position]
            if ref in self.names:
                yield label, ref


class NameIndex:
    """Kept level with the catalog by `refresh`; safe to use from many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._seen = -1
        self._snapshot = _Snapshot(())

    def refresh(self) -> None:
        """Take in what changed since the last call; cheap when nothing did."""
        with self._database.read() as connection:
            newest = outbox.latest_id(connection)
            if newest == self._seen:
                return
            with self._lock:
                if self._seen < 0 or newest - self._seen > _MAX_EVENTS:
                    self._snapshot = _Snapshot(_load(connection, None))
                else:
                    self._follow(connection)
                self._seen = newest

    def _follow(self, connection: Connection) -> None:
        changed = outbox.refs_since(connection, self._seen)
        fresh = {n.ref: n for n in _load(connection, changed)}
        for ref in changed:
            self._snapshot.remove(ref)
            if ref in fresh:
                self._snapshot.add(fresh[ref])

    def __contains__(self, ref: str) -> bool:
        return ref in self._snapshot.names

    def __len__(self) -> int:
        return len(self._snapshot.names)

    def title_of(self, ref: str) -> str | None:
        name = self._snapshot.names.get(ref)
        return name.title if name else None

    def find(
        self, text: str, *, kinds: Collection[str] | None = None, limit: int = 5, cutoff: float = POSSIBLE
    ) -> list[Match]:
        """The best matches for what somebody typed, best first; `kinds` (lower case) narrows them."""
        allowed = _filter(kinds)
        exact = self._exact(text, allowed)
        if exact:
            return exact[:limit]
        query = normalized(text)
        best: dict[str, Match] = {}
        for label, ref in self._snapshot.candidates(query):
            if not allowed(ref):
                continue
            score = similarity(query, label)
            if score >= cutoff and (ref not in best or score > best[ref].score):
                best[ref] = Match(ref, self._snapshot.names[ref].title, score, label)
        ordered = sorted(best.values(), key=lambda m: (-m.score, len(m.label), m.ref))
        return ordered[:limit]

    def _exact(self, text: str, allowed: Callable[[str], bool]) -> list[Match]:
        names = self._snapshot.names
        folded = text.strip().lower()
        for ref in (folded, _with_namespace(folded)):
            if ref in names and allowed(ref):
                return [Match(ref, names[ref].title, EXACT, folded)]
        found = [r for r in self._snapshot.keys.get(key_of(text), ()) if r in names and allowed(r)]
        spelled = [r for r in found if any(label.lower() == folded for label in names[r].labels)]
        return [Match(r, names[r].title, EXACT, text) for r in dict.fromkeys((*spelled, *found))]


def similarity(query: str, label: str) -> float:
    """0 to 100. Word order counts little, length a lot: `payments` isn't `payments ledger export job`."""
    by_words = fuzz.token_sort_ratio(query, label)
    joined = fuzz.ratio(query.replace(" ", ""), label.replace(" ", ""))
    whole = max(by_words, joined)
    return min(99.0, 0.75 * whole + 0.25 * fuzz.WRatio(query, label))


def _filter(kinds: Collection[str] | None) -> Callable[[str], bool]:
    if not kinds:
        return lambda _ref: True
    return lambda ref: ref.partition(":")[0] in kinds


def _with_namespace(text: str) -> str:
    kind, colon, rest = text.partition(":")
    return f"{kind}:default/{rest}" if colon and "/" not in rest else text


def _trigrams(text: str) -> set[str]:
    padded = f" {text.replace(' ', '')} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _load(connection: Connection, only: Sequence[str] | None) -> list[Name]:
    ids = None if only is None else list(ref_ids(connection, only).values())
    extra = _extra_labels(connection, ids)
    columns = (entities.c.id, entities.c.kind, entities.c.namespace, entities.c.name, entities.c.title)
    query = select(*columns)
    if ids is not None:
        query = query.where(entities.c.id.in_(ids))
    found = []
    for row in connection.execute(query):
        labels = [row.name, *extra.get(row.id, ())]
        found.append(Name(f"{row.kind}:{row.namespace}/{row.name}", row.kind, _title(labels), tuple(labels)))
    return found


def _title(labels: Sequence[str]) -> str:
    return labels[1] if len(labels) > 1 else labels[0]


def _extra_labels(connection: Connection, ids: Sequence[int] | None) -> dict[int, list[str]]:
    """Titles, display names, mail addresses and aliases in the case they were written, the title first."""
    order = ["metadata.title", _DISPLAY_NAME, _ALIASES, _EMAIL]
    columns = (field_keys.c.key, entity_fields.c.entity_id, entity_fields.c.value, entity_fields.c.original)
    query = select(*columns).join(field_keys, field_keys.c.id == entity_fields.c.key_id)
    query = query.where(field_keys.c.key.in_(order))
    if ids is not None:
        query = query.where(entity_fields.c.entity_id.in_(ids))
    rows = sorted(connection.execute(query).tuples(), key=lambda r: order.index(r[0]))
    found: dict[int, list[str]] = defaultdict(list)
    for key, entity_id, value, original in rows:
        text = original or value
        found[entity_id] += [a.strip() for a in text.split(",") if a.strip()] if key == _ALIASES else [text]
    return found
