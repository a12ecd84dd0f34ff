"""Finds the section that answers a question: candidates from the index, ranked by what their fields hold of it."""

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Final

from callboard.db import Connection
from callboard.ports import Visible
from callboard.refs import EntityRef
from catalog.queries.lookup import summaries
from search import query
from search.index import TECHDOCS
from search.question import Concept, Synonyms, concepts_of
from search.spelling import respelled
from search.words import chunks, stem
from techdocs import queries
from techdocs.links import absolute_links, page_url, resolve
from techdocs.model import Hit
from techdocs.portions import with_definitions
from techdocs.reader import open_page

_CAP: Final = 2_000
_CLOSER: Final = 30
"""So many of the likeliest are looked at word by word."""
_USUAL_LENGTH: Final = 80
_NEAR: Final = 3
Link = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class _Weighted:
    concept: Concept
    weight: float


class DocsFinder:
    """`link` makes a full address of a ref and the address of a page of its docs."""

    def __init__(self, *, link: Link = lambda _ref, address: address, synonyms: Synonyms | None = None) -> None:
        self._link = link
        self._synonyms = synonyms or Synonyms()

    def find(
        self,
        connection: Connection,
        question: str,
        *,
        ref: str | None = None,
        limit: int = 4,
        visible: Visible | None = None,
    ) -> list[Hit]:
        """The best sections first. With `ref`, only of that entity's docs, or of those it points to."""
        scope = _scope(connection, ref) if ref else None
        if scope and visible is not None and not visible(scope):
            return []
        concepts = respelled(connection, concepts_of(question, self._synonyms))
        asked = _without_names(concepts, scope) if scope else concepts
        found = query.candidates(connection, asked or concepts, type_=TECHDOCS, ref=scope, visible=visible)
        weighted = [_Weighted(c, _rarity(connection, c)) for c in asked or concepts]
        words = _all_words(question)
        held = sorted(((_held(c, weighted), c) for c in found), key=lambda pair: (-pair[0], pair[1].id))
        fitted = [(score * _fit(c, weighted, words), c) for score, c in held[:_CLOSER] if score > 0]
        best = sorted(fitted, key=lambda pair: (-pair[0], pair[1].id))[:limit]
        places = queries.located(connection, [(c.ref, c.key) for _s, c in best])
        owners = {ref: s.owner or "" for ref, s in summaries(connection, {c.ref for _s, c in best}).items()}
        found_places = [(places[c.ref, c.key], s) for s, c in best if (c.ref, c.key) in places]
        return [self._hit(place, score, owners.get(place.ref, "")) for place, score in found_places]

    def at(self, connection: Connection, ref: str, path: str, anchor: str) -> Hit | None:
        """One section, without an anchor the first of its page that says something; None when it is gone."""
        if not anchor and (page := queries.page_of(connection, ref, path)):
            anchor = next((s.anchor for s in page.sections if s.anchor and s.text.strip()), "")
        found = queries.located(connection, [(ref, queries.section_key(path, anchor))])
        owner = next((s.owner for s in summaries(connection, {ref}).values()), None)
        return next((self._hit(place, 1.0, owner or "") for place in found.values()), None)

    def after(self, connection: Connection, ref: str, path: str, anchor: str) -> Hit | None:
        """The section that follows it and has a text, on the same page or the next."""
        site = queries.site_of(connection, ref)
        opened = open_page(connection, site, path) if site else None
        if opened is None:
            return None
        anchors = [s.anchor for s in opened.page.sections]
        places = [(path, a) for a in (anchors[anchors.index(anchor) + 1 :] if anchor in anchors else [])]
        page = queries.page_of(connection, ref, opened.following.path) if opened.following else None
        places += [(page.info.path, s.anchor) for s in page.sections] if page else []
        found = (self.at(connection, ref, *place) for place in places)
        return next((hit for hit in found if hit and hit.text), None)

    def _hit(self, place: queries.Located, score: float, owner: str) -> Hit:
        section, page = place.section, place.page
        return Hit(
            text=self._quotable(place),
            title=section.title,
            trail=section.trail,
            page=page.path,
            page_title=page.title,
            anchor=section.anchor,
            ref=place.ref,
            url=self._link(place.ref, page_url(place.ref, page.path, section.anchor)),
            changed_at=page.changed_at,
            owner=owner,
            score=round(score, 3),
        )

    def _quotable(self, place: queries.Located) -> str:
        """The text without its heading, readable anywhere."""
        _, _, text = place.section.text.partition("\n") if place.section.level else ("", "", place.section.text)
        text = with_definitions(text, place.definitions)

        def change(target: str) -> str:
            address = resolve(place.ref, place.page.path, target)
            return self._link(place.ref, address) if address.startswith("/docs/") else address

        return absolute_links(text, change).strip()


def _scope(connection: Connection, ref: str) -> str:
    site = queries.site_of(connection, ref)
    return site.alias if site and site.alias else ref


def _without_names(concepts: Sequence[Concept], ref: str) -> list[Concept]:
    """What is asked of an entity: its name only says which one was meant."""
    names = {w for c in concepts_of(EntityRef.from_full(ref).name) for w in (*c.words, *c.parts)}
    return [c for c in concepts if not names.intersection(c.words)]


def _rarity(connection: Connection, concept: Concept) -> float:
    return log(1 + _CAP / (query.frequency(connection, concept, cap=_CAP) + 1))


def _held(candidate: query.Candidate, asked: Sequence[_Weighted]) -> float:
    """From 0 to 1: how much of what was asked, by rarity, the section holds."""
    body = candidate.text.split()
    counts = Counter(body)
    title, headings = set(candidate.title.split()), set(candidate.headings.split())
    total = sum(w.weight for w in asked) or 1.0
    held = 0.0
    for one in asked:
        missing = (1 - 0.65 * _in(one.concept, title)) * (1 - 0.35 * _in(one.concept, headings))
        missing *= 1 - 0.6 * _often(one.concept, counts, len(body))
        held += one.weight * (1 - missing)
    return held / total


def _fit(candidate: query.Candidate, asked: Sequence[_Weighted], question: Sequence[str]) -> float:
    """From 0.7 to 1: whether the heading is the question and its words stand together."""
    close = _close(asked, [*candidate.title.split(), *candidate.text.split()])
    return 0.7 + 0.15 * _about(candidate.label, question) + 0.15 * close


def _in(concept: Concept, words: Container[str]) -> float:
    if any(w in words for w in concept.words) or any(all(p in words for p in phrase) for phrase in concept.phrases):
        return 1.0
    return 0.5 if concept.parts and all(p in words for p in concept.parts) else 0.0


def _often(concept: Concept, counts: Mapping[str, int], length: int) -> float:
    """Once in a short section says more than once in a long one."""
    times = sum(counts.get(w, 0) for w in concept.words)
    times += sum(min(counts.get(p, 0) for p in phrase) for phrase in concept.phrases)
    if not times:
        return 0.5 * _in(concept, counts)
    return times / (times + 0.25 + 0.25 * length / _USUAL_LENGTH)


def _about(title: str, question: Sequence[str]) -> float:
    """How alike the heading and the question are, little words included: "when not to release"."""
    words = _all_words(title)
    shared = len(set(words) & set(question))
    return 2 * shared / (len(set(words)) + len(set(question))) if words else 0.0


def _close(asked: Sequence[_Weighted], words: Sequence[str]) -> float:
    """The share of neighbouring words of the question that stand close together here too."""
    places = [[i for i, w in enumerate(words) if w in one.concept.words] for one in asked]
    pairs = list(pairwise(places))
    if not pairs:
        return 1.0 if places and places[0] else 0.0
    return sum(_nearness(first, second) for first, second in pairs) / len(pairs)


def _nearness(first: Sequence[int], second: Sequence[int]) -> float:
    """1 where one word follows the other, less with words between, 0 from some distance on."""
    after = set(second)
    return next((1 / gap for gap in range(1, _NEAR + 1) if any(a + gap in after for a in first)), 0.0)


def _all_words(text: str) -> list[str]:
    return [stem(part) for parts in chunks(text) for part in parts]
