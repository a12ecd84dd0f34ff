"""Finds the entity that words speak of, judged by what the question wants of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from answers.nouns import COMMON, KIND_NOUNS, VAGUE
from search.names import LIKELY, POSSIBLE, Match, NameIndex, similarity
from search.normalize import words_of

_THINGS: Final = ("component", "system", "resource", "api", "domain", "template", "airesource")
_GRAPH: Final = ("component", "resource", "api", "system", "domain", "group")
ANY: Final[tuple[str, ...]] = (*_THINGS, "group", "user")

FITTING: Final[dict[str, tuple[str, ...]]] = {
    "owner": ANY,
    "oncall": ("component", "system", "resource", "api", "group", "domain", "user", "template"),
    "dependents": _GRAPH,
    "consumers": ("api", *(k for k in _GRAPH if k != "api")),
    "dependencies": _GRAPH,
    "dependencies_yes": _GRAPH,
    "impact": (*_GRAPH, "user"),
    "provides_api": ("component",),
    "api_providers": ("api",),
    "api_definition": ("api", "component"),
    "lifecycle": ("component", "api", "resource", "system", "template", "airesource", "domain"),
    "parts": ("system", "domain"),
    "team_members": ("group", "component", "system", "api", "resource"),
    "count_members": ("group",),
    "count_dependents": _GRAPH,
    "team_parent": ("group", "user", *_THINGS),
    "team_children": ("group", "system", "domain"),
    "user_teams": ("user",),
    "person": ("user", "group", *_THINGS),
    "channel": ("group", "user", *_THINGS),
    "who": ("user", "group", *_THINGS),
    "team_members_only": ("group", "user"),
    "list_scope": ("system", "domain", "group", "user"),
}
"""The kinds an intent can be about, the likelier first; others aren't looked at. Not named: any kind."""
_DECIDED: Final = frozenset(
    {"team_members", "count_members", "team_parent", "team_children", "user_teams", "person", "who", "consumers",
     "api_definition", "channel"}
)  # fmt: skip
"""Intents that take the first fitting kind wherever something of it fits."""

_DETERMINERS: Final = re.compile(
    r"^(?:(?:the|a|an|our|my|your|their|its|his|her|that|this|these|those|old|called|named|about|of|for|to|on|is|are|"
    r"all|any|new|dear|whole|entire|famous|existing|current|named|actual|real|own|if|when|with|by|from|in|at)\s+)+",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"^(?:(?:the|a|an|our|my|your|their|this|that)\s+)+", re.IGNORECASE)
_CALLED: Final = re.compile(
    r"^(?P<noun>[a-z]+)(?: (?:called|named|by the name of|with name))?[: ]+(?P<rest>\S.*)$", re.IGNORECASE
)
_POSSESSIVE: Final = re.compile(r"(?:'s|s')$", re.IGNORECASE)
_MENTION: Final = re.compile(r"^[@#](?=\w)")
_SPACES: Final = re.compile(r"\s+")
_WIDE: Final = 5
_OFFERED: Final = POSSIBLE + 8.0
"""A name that is less near than this isn't suggested for one that doesn't exist."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a phrase may mean, best first, and how sure that is (0 to 1). More than one: as good as each other."""

    matches: tuple[Match, ...] = ()
    confidence: float = 0.0
    guessed: bool = False
    """Spelled differently from what was written."""

    @property
    def one(self) -> Match | None:
        return self.matches[0] if len(self.matches) == 1 else None


class Mentions:
    """Looks phrases up by how they are written, then by parts of names, then by spelling."""

    def __init__(self, names: NameIndex) -> None:
        self._names = names
        self._near: dict[tuple[str, tuple[str, ...]], list[Match]] = {}

    def exact(self, phrase: str, intent: str) -> Found:
        """What is called exactly so, with or without articles and a noun for its kind."""
        fitting = FITTING.get(intent, ANY)
        for text, hint in readings(phrase):
            kinds = [k for k in fitting if k in hint] if hint else fitting
            matches = self._names.exact(text, kinds=kinds) if kinds else []
            if matches:
                sure = 1.0 if not hint else 0.97
                return Found(_preferred(matches, intent, fitting), sure)
        return Found()

    def similar(self, phrase: str, intent: str) -> Found:
        """What has these words in its name, or is spelled nearly so; several when nothing stands out."""
        fitting = FITTING.get(intent, ANY)
        for text, hint in readings(phrase):
            kinds = [k for k in fitting if k in hint] if hint else fitting
            if not kinds or len(text) < 2:
                continue
            parts = self._names.part(text, kinds=kinds) if hint or not _all_vague(text) else []
            parts = _decided(parts, intent, fitting)
            if parts and (parts[0].score >= 80 or len(text) >= 3):
                chosen = _standing_out(parts, margin=15.0)
                sure = (0.85 if len(chosen) == 1 else 0.5) - (0.0 if parts[0].score > 82 else 0.05)
                return Found(chosen, sure, guessed=True)
        for text, hint in readings(phrase):
            kinds = [k for k in fitting if k in hint] if hint else fitting
            near = self._nearest(text, tuple(kinds)) if kinds and len(text) > 2 else []
            near = [m for m in near if _alike(text, m.label)]
            if near:
                chosen = _same_name(near, intent, fitting)
                sure = min(0.95, near[0].score / 100) if len(chosen) == 1 else 0.5
                return Found(chosen, sure, guessed=True)
        return Found()

    def called_after(self, noun: str) -> list[Match]:
        """What has a noun of kinds in its name: `the cache` is one of the caches, if there are any."""
        word = noun.lower().removesuffix("s")
        return self._names.part(word, kinds=ANY)[:6] if word in KIND_NOUNS or word in VAGUE else []

    def _nearest(self, text: str, kinds: tuple[str, ...]) -> list[Match]:
        """Each spelling is looked for once a question, however many readings it stands in."""
        known = self._near.get((text, ()))
        if known is None:
            known = self._near[text, ()] = self._names.near(text, cutoff=LIKELY, limit=12)
        return [m for m in known if m.kind in kinds]

    def suggestions(self, phrase: str) -> list[Match]:
        """Near names for something that isn't there; none that only share a letter or two."""
        found: dict[str, Match] = {}
        for text, _hint in readings(phrase):
            if len(text) > 2:
                for match in self._names.near(text, cutoff=_OFFERED):
                    found.setdefault(match.ref, match)
        return sorted(found.values(), key=lambda m: -m.score)[:3]

    def spotted(self, text: str) -> list[tuple[int, int, Match]]:
        """Entities named anywhere in a text, the longest names first, none inside another."""
        words = [w.strip(",.;:!?()[]") for w in text.split()]
        found: list[tuple[int, int, Match]] = []
        taken: set[int] = set()
        for width in range(min(_WIDE, len(words)), 0, -1):
            for start in range(len(words) - width + 1):
                span = range(start, start + width)
                if taken.isdisjoint(span) and (match := self._spot(words[start : start + width])):
                    taken.update(span)
                    found.append((start, start + width, match))
        return found

    def _spot(self, words: Sequence[str]) -> Match | None:
        phrase = _MENTION.sub("", _POSSESSIVE.sub("", " ".join(words)))
        if len(words) == 1 and (phrase.lower() in COMMON or len(phrase) < 3):
            return None
        matches = self._names.exact(phrase, kinds=ANY)
        noun = words[-1].lower()
        if not matches and len(words) > 1 and noun in KIND_NOUNS:
            matches = self._names.exact(" ".join(words[:-1]), kinds=KIND_NOUNS[noun])
        return _preferred(matches, "owner", ANY)[0] if matches else None


def readings(phrase: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A phrase as names to look for, each with the kinds that a noun beside it asks for."""
    text = _MENTION.sub("", phrase.strip(" ?!.,;:'\""))
    named = _ARTICLE.sub("", text).strip()
    bare = _DETERMINERS.sub("", named).strip()
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for base in dict.fromkeys((text, named, _POSSESSIVE.sub("", named), bare, _POSSESSIVE.sub("", bare))):
        for reading in ((base, ()), *_with_noun(base)):
            if reading[0] and reading not in seen:
                seen.add(reading)
                yield reading


def _with_noun(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    words = text.split()
    if len(words) > 1:
        last, rest = words[-1].lower(), " ".join(words[:-1])
        for noun in dict.fromkeys((last, last.removesuffix("s"))):
            if noun in KIND_NOUNS:
                yield _POSSESSIVE.sub("", rest), KIND_NOUNS[noun]
                yield from _with_noun_inside(rest)
                break
            if noun in VAGUE:
                yield _POSSESSIVE.sub("", rest), ()
    called = _CALLED.match(text)
    if called and (noun := called["noun"].lower()) in KIND_NOUNS:
        yield called["rest"], KIND_NOUNS[noun]


def _with_noun_inside(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`www artist site component`: two nouns in a row are one too many."""
    words = text.split()
    if len(words) > 1 and words[-1].lower() in KIND_NOUNS:
        yield " ".join(words[:-1]), KIND_NOUNS[words[-1].lower()]


def noun_alone(phrase: str) -> tuple[str, ...]:
    """The kinds that `the api`, `that team` ask for; empty when there is more than a noun."""
    bare = _DETERMINERS.sub("", phrase.strip(" ?!.,")).lower()
    return KIND_NOUNS.get(bare) or KIND_NOUNS.get(bare.removesuffix("s")) or ()


def _preferred(matches: Sequence[Match], intent: str, fitting: Sequence[str]) -> tuple[Match, ...]:
    """One where the question or the name decides. A bare name that two kinds bear equally stays both."""
    if intent == "describe":
        best = min(m.rank for m in matches)
        return tuple(sorted((m for m in matches if m.rank == best), key=lambda m: _kind_order(m.kind, fitting)))
    kind = min((m.kind for m in matches), key=lambda k: _kind_order(k, fitting))
    same = [m for m in matches if m.kind == kind]
    best = min(m.rank for m in same)
    return tuple(m for m in same if m.rank == best)


def _kind_order(kind: str, fitting: Sequence[str]) -> int:
    return fitting.index(kind) if kind in fitting else len(fitting)


def _decided(matches: list[Match], intent: str, fitting: Sequence[str]) -> list[Match]:
    first = [m for m in matches if m.kind == fitting[0]] if intent in _DECIDED else []
    return first or matches


def _standing_out(matches: Sequence[Match], margin: float) -> tuple[Match, ...]:
    top = matches[0].score
    return tuple(m for m in matches if m.score > top - margin)[:6]


def _same_name(matches: Sequence[Match], intent: str, fitting: Sequence[str]) -> tuple[Match, ...]:
    """The nearest by spelling, with those that bear the same name when the intent can't choose."""
    close = [m for m in matches if m.score > matches[0].score - 2.0]
    labels = {m.label for m in close}
    return _preferred(close, intent, fitting) if len(labels) == 1 else tuple(close)


def _alike(text: str, label: str) -> bool:
    """`cart v3` isn't a misspelt `cart v2`, nor `each team` a misspelt `search team`: a noun in common tells little."""
    if re.findall(r"\d+", text) != re.findall(r"\d+", label):
        return False
    asked, known = words_of(text), label.split()
    shared = {w for w in asked if w in known and w in KIND_NOUNS}
    asked_rest, known_rest = (" ".join(w for w in some if w not in shared) for some in (asked, known))
    return not shared or (bool(asked_rest) and similarity(asked_rest, known_rest) >= LIKELY)


def _all_vague(text: str) -> bool:
    return all(w in COMMON or w in VAGUE or w in KIND_NOUNS for w in words_of(text))
