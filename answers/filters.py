"""Lists in words: `my experimental python services without docs` as kinds, types, tags and conditions.

Words are taken from the left, the longest phrase first; one that is neither known nor an entity makes it no list.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from answers.vocabulary import Vocabulary
from search.normalize import key_of

_COMPONENT: Final = ("component",)
_NOUNS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "component": (_COMPONENT, ()),
    "service": (_COMPONENT, ("service",)),
    "microservice": (_COMPONENT, ("service",)),
    "website": (_COMPONENT, ("website",)),
    "site": (_COMPONENT, ("website",)),
    "frontend": (_COMPONENT, ("website",)),
    "webapp": (_COMPONENT, ("website",)),
    "library": (_COMPONENT, ("library",)),
    "lib": (_COMPONENT, ("library",)),
    "app": (_COMPONENT, ()),
    "application": (_COMPONENT, ()),
    "api": (("api",), ()),
    "resource": (("resource",), ()),
    "database": (("resource",), ("database",)),
    "db": (("resource",), ("database",)),
    "bucket": (("resource",), ("s3-bucket", "bucket", "gcs-bucket", "storage-bucket")),
    "cluster": (("resource",), ("kubernetes-cluster", "cluster")),
    "topic": (("resource",), ("kafka-topic", "topic")),
    "system": (("system",), ()),
    "domain": (("domain",), ()),
    "team": (("group",), ("team",)),
    "squad": (("group",), ("squad",)),
    "group": (("group",), ()),
    "department": (("group",), ("department", "business-unit")),
    "user": (("user",), ()),
    "people": (("user",), ()),
    "person": (("user",), ()),
    "member": (("user",), ()),
    "engineer": (("user",), ()),
    "developer": (("user",), ()),
    "dev": (("user",), ()),
    "employee": (("user",), ()),
    "colleague": (("user",), ()),
    "template": (("template",), ()),
    "location": (("location",), ()),
    "thing": ((), ()),
    "stuff": ((), ()),
    "entity": ((), ()),
    "everything": ((), ()),
    "anything": ((), ()),
    "something": ((), ()),
    "item": ((), ()),
    "asset": ((), ()),
    "one": ((), ()),
}
"""Nouns and what they ask for: kinds, and types within them. A type the catalog doesn't have isn't asked for."""

_FACETS: Final[Mapping[str, str]] = {
    "owner": "owner", "owners": "owner", "team": "owner", "known owner": "owner", "maintainer": "owner",
    "docs": "docs", "documentation": "docs", "techdocs": "docs", "doc": "docs", "tech docs": "docs",
    "system": "system", "systems": "system", "domain": "domain", "description": "description",
    "descriptions": "description", "tag": "tags", "tags": "tags", "lifecycle": "lifecycle", "type": "type",
    "link": "links", "links": "links", "on call": "oncall", "on-call": "oncall", "oncall": "oncall",
    "pager duty": "oncall", "pagerduty": "oncall", "on-call person": "oncall", "on call person": "oncall",
    "dependencies": "dependencies", "dependency": "dependencies", "deps": "dependencies",
    "dependents": "dependents", "dependants": "dependents", "api": "apis", "apis": "apis", "title": "title",
    "parent": "parent", "member": "members", "members": "members", "people": "members", "email": "email",
    "e-mail": "email", "slack channel": "channel", "channel": "channel", "replacement": "replacement",
    "successor": "replacement", "end of life": "eol", "end-of-life": "eol", "eol": "eol", "eol date": "eol",
    "consumers": "consumers", "consumer": "consumers", "provider": "providers", "providers": "providers",
    "users": "dependents", "slack id": "slack", "definition": "definition", "spec": "definition",
    "repo": "source", "repository": "source", "source": "source", "alias": "aliases", "aliases": "aliases",
    "runbook": "links", "dashboard": "links", "annotations": "annotations", "components": "parts", "parts": "parts",
}  # fmt: skip
_FACET: Final = "|".join(sorted(map(re.escape, _FACETS), key=len, reverse=True))
_ARTICLES: Final = r"(?:(?:an?|any|the|some|known|proper|real|actual|valid|existing)\s+)*"
_LACKS: Final = re.compile(
    r"(?:(?:that|which|who)\s+)?(?:without|with\s+(?:no|zero|missing)|(?:have|has|having|got|with)\s+(?:no|zero)|lack(?:s|ing)?|"
    r"missing|miss|(?:do\s+not|does\s+not|don'?t|doesn'?t|haven'?t|hasn'?t|not|never)\s+(?:have|having|got|specify|set)|"
    r"(?:haven'?t|hasn'?t)\s+(?:got\s+)?|no|not\s+assigned\s+to|(?:are\s+|is\s+)?not\s+(?:in|part\s+of|assigned\s+to)|"
    r"(?:aren'?t|isn'?t)\s+(?:in|part\s+of))\s+"
    rf"{_ARTICLES}(?P<facet>{_FACET})\b",
    re.IGNORECASE,
)
_HAS: Final = re.compile(
    rf"(?:(?:that|which|who)\s+)?(?:with|having|have|has)\s+{_ARTICLES}(?P<facet>{_FACET})\b(?!\s+\w+\s*$)",
    re.IGNORECASE,
)
_STATES: Final[Mapping[str, tuple[str, bool]]] = {
    "unowned": ("owner", False), "ownerless": ("owner", False), "undocumented": ("docs", False),
    "documented": ("docs", True), "owned": ("owner", True), "untagged": ("tags", False), "unused": ("dependents", False),
    "orphaned": ("owner", False), "homeless": ("system", False), "teamless": ("owner", False),
    "abandoned": ("owner", False), "empty": ("members", False),
}  # fmt: skip
_NOT: Final = re.compile(
    r"(?:(?:that|which|who)\s+)?(?:(?:are|is|were)\s+not|aren'?t|isn'?t|ain'?t|non(?=[ -])|not|except(?:\s+for)?|excluding|other\s+than|"
    r"besides|don'?t|doesn'?t|do\s+not|does\s+not|minus|but\s+not)(?:\s+|-)(?:(?:yet|yet in|in|tagged|owned by|a|an|the|written in|any|currently|"
    r"from|of|belong(?:ing)? to|part of|being|listed as|marked as)\s+)*",
    re.IGNORECASE,
)
_MINE: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:(?:i|we)\s+(?:own|maintain|look\s+after|are\s+responsible\s+for|manage)|(?:my|our)\s+(?:team|group)s?\s+(?:owns?|has|have|maintains?|runs?|looks?\s+after|manages?)"
    r"|(?:owned\s+by|belong(?:s|ing)?\s+to|of|for|from|in)\s+(?:me|us|mine|ours|my\s+(?:team|group|squad)s?|our\s+(?:team|group|squad)s?)"
    r"|(?:my|our)(?:\s+own)?(?:\s+(?:team|group|squad)(?:'?s'?|s)?(?!\w))?(?:\s+own)?|mine|ours|my\s+team)\b(?:'s)?",
    re.IGNORECASE,
)
_OWNED: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:are\s+|is\s+)?(?:owned|maintained|managed|run|built|looked\s+after|held)\s+by(?:\s+the)?\s+",
    re.IGNORECASE,
)
_PART: Final = re.compile(
    r"(?:(?:that|which|who)\s+)?(?:are\s+|is\s+)?(?:(?:part|members?)\s+of|belong(?:s|ing)?\s+to|inside|within|under|in|of|for|from|by|at|on|around|with)"
    r"(?:\s+(?:the|a))?\s+",
    re.IGNORECASE,
)
_TAGGED: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:are\s+|is\s+)?(?:tagged|labell?ed|marked)(?:\s+(?:as|with))?\s+|(?:with|having)\s+(?:the\s+|a\s+)?(?:tags?|labels?)\s+|"
    r"tags?(?:ged)?\s*[:=]?\s+",
    re.IGNORECASE,
)
_MADE_IN: Final = re.compile(
    r"(?:(?:that|which)\s+)?(?:are\s+|is\s+)?(?:(?:written|built|implemented|coded|developed|made)\s+)?(?:in|using|with|on)\s+",
    re.IGNORECASE,
)
_OWNS: Final = re.compile(
    r"^(?P<who>.+?)\s+(?:own|owns|have|has|maintains?|runs?|look(?:s)?\s+after|manages?|is\s+responsible\s+for|got|hold|holds|keeps?)\s*$",
    re.IGNORECASE,
)
_HAVE: Final = re.compile(r"\b(?:have|has|got|run|runs|keep)$", re.IGNORECASE)
_PAIR: Final = re.compile(
    r"(?P<key>kind|type|lifecycle|owner|system|tag|tags|domain|namespace)\s*(?:=|:(?!\w+/))\s*(?P<value>\S+)", re.I
)
_FILLER: Final = re.compile(
    r"(?:the|all|any|else|only|what'?s|who'?s|there'?s|ones?|every|each|of|a|an|that|which|who|what|are|is|was|there|do|does|did|have|has|we|you|list|show|me|"
    r"and|or|but|with|please|pls|still|currently|only|just|in total|exist|exists|existing|registered|known|"
    r"our|company|here|give|get|find|display|print|see|us|i|want|need|to|out|overview|names?|full|whole|be|being|"
    r"catalog|catalogue|total|different|various|current|available|in the (?:catalog|company|organi[sz]ation|org)|so far|right now|"
    r"now|whose|lifecycle|status|state|kind|type|language|based|set|defined|marked|as|also|got|some|see|"
    r"anywhere|can|could|tell|about|search|for|in|on|by|at|it|they|my company|written|version|at all|yet|belong|to|"
    r"belongs|own|owns|owned|us|s|count|number|one)(?=$|[\s,;:?!.])",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(
    r"^(?:(?:and|so|ok)\s+)*(?:how\s+many|how\s+much|(?:what(?:'?s|\s+is)\s+)?(?:the\s+)?(?:total\s+)?(?:number|count|amount|total)\s+of|count(?:\s+of|\s+all)?(?:\s+the)?|#\s*of)\s+",
    re.IGNORECASE,
)
_LISTING: Final = re.compile(
    r"^(?:list|show|which|what|all|find|give|any|every|display|get|are there|is there|do we have|tell|print|filter|search)\b",
    re.IGNORECASE,
)
_LIVE: Final[Mapping[str, str]] = {
    "prod": "production",
    "live": "production",
    "obsolete": "deprecated",
    "sunset": "deprecated",
}
_SPECIAL: Final[Mapping[str, tuple[str, ...]]] = {
    "golang": ("go",),
    "js": ("javascript",),
    "ts": ("typescript",),
    "postgres": ("postgresql",),
    "k8s": ("kubernetes",),
    "psql": ("postgresql",),
}
_WORD: Final = re.compile(r"[^\s,;?!]+")
_LONGEST: Final = 5
EntityFinder = Callable[[str, bool], str | None]
"""The ref of the Group, User, System or Domain that a phrase names; True asks for an owner."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing asked of each entity: `facet` is a field, `value` what it holds; None is "has any at all"."""

    facet: str
    value: str | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list as it was asked for. `owners` are refs; `mine` asks for the actor's own."""

    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    mine: bool = False
    count: bool = False
    nouns: tuple[str, ...] = ()
    """The nouns as written, to answer with."""
    text: str = ""
    """Words that make this list again; what a follow-up changes is added to them."""

    @property
    def bare_mine(self) -> bool:
        return self.mine and not (self.kinds or self.types or self.conditions)

    @property
    def refs(self) -> tuple[str, ...]:
        """The entities that the list is narrowed to."""
        found = (c.value for c in self.conditions if c.facet in {"of", "owner"} and c.value)
        return tuple(dict.fromkeys(found))


@dataclass(slots=True)
class _Reading:
    rest: str
    finder: EntityFinder
    words: Vocabulary
    kinds: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    nouns: list[str] = field(default_factory=list)
    mine: bool = False
    negated: bool = False
    any_noun: bool = False
    unknown: list[str] = field(default_factory=list)

    def add(self, facet: str, value: str | None = None, *, negated: bool | None = None) -> None:
        self.conditions.append(Condition(facet, value, self.negated if negated is None else negated))
        self.negated = False


def read_list(text: str, words: Vocabulary, finder: EntityFinder) -> ListQuery | None:
    """The list that a text asks for; None when some of its words make no sense in one."""
    text = " ".join(text.split()).strip(" ?!.")
    counted = _COUNT.match(text)
    rest = text[counted.end() :] if counted else text
    listing = counted is not None or _LISTING.match(text) is not None
    reading = _Reading(_owner_first(rest, finder), finder, words)
    steps = 0
    while reading.rest and steps < 60:
        steps += 1
        if not any(take(reading) for take in _TAKERS):
            return None
    asked = reading.kinds or reading.any_noun or reading.types or reading.mine
    if not (asked or (reading.conditions and (listing or _tells(reading)))):
        return None
    if not (reading.kinds or reading.types or reading.conditions or reading.mine):
        return None
    return ListQuery(
        tuple(dict.fromkeys(reading.kinds)),
        tuple(dict.fromkeys(reading.types)),
        tuple(dict.fromkeys(reading.conditions)),
        reading.mine,
        counted is not None,
        tuple(reading.nouns),
    )


def changed_by(query: ListQuery, other: ListQuery) -> ListQuery:
    """What "and the deprecated ones?" or "what about team-b?" makes of the list before."""
    facets = {c.facet for c in other.conditions}
    kept = tuple(c for c in query.conditions if c.facet not in facets)
    if other.mine:
        kept = tuple(c for c in kept if c.facet not in {"of", "owner"})
    return replace(
        query,
        kinds=other.kinds or query.kinds,
        types=other.types if other.kinds or other.types else query.types,
        conditions=(*kept, *other.conditions),
        mine=(query.mine and "of" not in facets and "owner" not in facets) or other.mine,
        count=query.count or other.count,
        nouns=other.nouns or query.nouns,
    )


def _tells(reading: _Reading) -> bool:
    """A lone `deprecated` or `python` is a list; a lone team is that team."""
    return any(c.facet not in {"of", "owner"} for c in reading.conditions)


def _owner_first(text: str, finder: EntityFinder) -> str:
    """`apis does sales own` → `apis owned by sales`, where some words before the verb name somebody."""
    found = _OWNS.match(text)
    if not found:
        return text
    words = found["who"].split()
    for start in range(len(words)):
        phrase = " ".join(words[start:])
        lowered = phrase.lower()
        if lowered in {"i", "we"} and _HAVE.search(text):
            return text
        if lowered in {"i", "we", "my team", "our team"}:
            return f"{' '.join(words[:start])} owned by {'my team' if 'team' in lowered else 'me'}"
        if finder(phrase, True):
            before = [w for w in words[:start] if w.lower() not in {"does", "do", "did", "that", "which"}]
            return f"{' '.join(before) or 'everything'} owned by {phrase}"
    return text


def _take_pair(reading: _Reading) -> bool:
    found = _PAIR.match(reading.rest)
    if not found:
        return False
    key, value = found["key"].lower(), found["value"].strip(",;")
    if key == "kind":
        reading.kinds.append(value.lower())
        reading.nouns.append(f"{value.lower()}s")
    elif key == "type":
        reading.types.append(value.lower())
    elif key in {"owner", "system", "domain"}:
        reading.add("owner" if key == "owner" else "of", reading.finder(value, key == "owner") or f"?{value}")
    else:
        reading.add("tags" if key.startswith("tag") else key, value.lower())
    return _advance(reading, found.end())


def _take_state(reading: _Reading) -> bool:
    found = _WORD.match(reading.rest)
    state = _STATES.get(found[0].lower()) if found else None
    if found is None or state is None or _OWNED.match(reading.rest):
        return False
    reading.add(state[0], negated=(not state[1]) != reading.negated)
    return _advance(reading, found.end())


def _take_lack(reading: _Reading) -> bool:
    found = _LACKS.match(reading.rest)
    if not found or _names_something(reading, found.start("facet")):
        return False
    reading.add(_FACETS[found["facet"].lower()], negated=True)
    return _advance(reading, found.end())


def _names_something(reading: _Reading, start: int) -> bool:
    """`not in system payments` speaks of one system, `not in a system` of any."""
    words = reading.rest[start:].split()
    return len(words) > 1 and reading.finder(" ".join(words[:3]), False) is not None


def _take_has(reading: _Reading) -> bool:
    found = _HAS.match(reading.rest)
    if not found:
        return False
    reading.add(_FACETS[found["facet"].lower()], negated=False)
    return _advance(reading, found.end())


def _take_mine(reading: _Reading) -> bool:
    found = _MINE.match(reading.rest)
    if not found:
        return False
    reading.mine = True
    return _advance(reading, found.end())


def _take_not(reading: _Reading) -> bool:
    found = _NOT.match(reading.rest)
    if not found or reading.negated:
        return False
    reading.negated = True
    return _advance(reading, found.end())


def _take_owned(reading: _Reading) -> bool:
    found = _OWNED.match(reading.rest)
    return bool(found) and _take_entity(reading, found.end() if found else 0, "owner", needed=True)


def _take_part(reading: _Reading) -> bool:
    found = _PART.match(reading.rest)
    return bool(found) and _take_entity(reading, found.end() if found else 0, "of")


def _take_tagged(reading: _Reading) -> bool:
    found = _TAGGED.match(reading.rest)
    word = _WORD.match(reading.rest, found.end()) if found else None
    if word is None:
        return False
    reading.add("tags", _tag(word[0], reading.words) or word[0].lower())
    return _advance(reading, word.end())


def _take_made_in(reading: _Reading) -> bool:
    found = _MADE_IN.match(reading.rest)
    return bool(found) and _take_word(reading, found.end() if found else 0)


def _take_filler(reading: _Reading) -> bool:
    found = _FILLER.match(reading.rest)
    return bool(found) and _advance(reading, found.end() if found else 0)


def _take_plain(reading: _Reading) -> bool:
    return _take_entity(reading, 0, "of", least=2) or _take_word(reading, 0) or _take_entity(reading, 0, "of")


def _take_entity(reading: _Reading, start: int, facet: str, *, least: int = 1, needed: bool = False) -> bool:
    """The longest phrase from `start` that names a Group, User, System or Domain."""
    words = list(_WORD.finditer(reading.rest, start))[:_LONGEST]
    for width in range(len(words), least - 1, -1):
        phrase = reading.rest[start : words[width - 1].end()]
        ref = reading.finder(phrase, needed)
        if ref:
            reading.add("owner" if facet == "of" and ref.startswith(("group:", "user:")) else facet, ref)
            return _advance(reading, words[width - 1].end())
    if needed and words:
        reading.add(facet, f"?{reading.rest[start:].strip()}")
        return _advance(reading, len(reading.rest))
    return False


def _take_word(reading: _Reading, start: int) -> bool:
    """A lifecycle, a noun, a type or a tag, of one word or two."""
    words = list(_WORD.finditer(reading.rest, start))[:3]
    for width in range(len(words), 0, -1):
        phrase = reading.rest[start : words[width - 1].end()]
        if _understand(reading, phrase):
            return _advance(reading, words[width - 1].end())
    return False


def _understand(reading: _Reading, phrase: str) -> bool:
    key, words = key_of(phrase), reading.words
    lowered = phrase.lower().strip(".-")
    lifecycle = words.lifecycles.get(key_of(_LIVE.get(lowered, lowered)))
    if lifecycle or lowered in {"deprecated", "experimental", "production"}:
        reading.add("lifecycle", lifecycle or lowered)
        return True
    noun = next((n for n in (lowered, key) if n in _NOUNS), None)
    if noun:
        _take_noun(reading, noun, lowered)
        return True
    if key in words.types and not reading.negated:
        written, kinds = words.types[key]
        reading.types.append(written)
        reading.kinds += kinds
        reading.nouns.append(lowered)
        return True
    if tag := _tag(lowered, words):
        reading.add("tags", tag)
        return True
    if key in words.types:
        reading.add("type", words.types[key][0])
        return True
    return False


def _take_noun(reading: _Reading, noun: str, written: str) -> None:
    kinds, types = _NOUNS[noun]
    known = [t for t in types if key_of(t) in reading.words.types]
    if reading.negated:
        for kind in kinds:
            reading.add("type" if known else "kind", known[0] if known else kind)
        return
    reading.kinds += [k for k in kinds if k not in reading.kinds]
    reading.types += known
    reading.any_noun = True
    reading.nouns.append(written if kinds else "things")


def _tag(word: str, words: Vocabulary) -> str | None:
    for spelled in (word, *_SPECIAL.get(word.lower(), ())):
        if (found := words.tags.get(key_of(spelled))) is not None:
            return found
    return None


def _advance(reading: _Reading, end: int) -> bool:
    rest = reading.rest[end:]
    reading.rest = rest.removeprefix("'s").lstrip(" ,;:-?!.")
    return True


def _takers() -> Iterator[Callable[[_Reading], bool]]:
    yield from (_take_pair, _take_state, _take_lack, _take_has, _take_mine, _take_not, _take_owned, _take_tagged)
    yield from (_take_part, _take_made_in, _take_plain, _take_filler)


_TAKERS: Final = tuple(_takers())
