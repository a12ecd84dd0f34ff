"""Lists in words: `my experimental python services without docs` as kinds, types, tags and conditions.

Words are taken from the left, the longest phrase first; one that is neither known nor an entity makes it no list.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from answers import filter_phrases as phrases
from answers.vocabulary import Vocabulary
from search.normalize import key_of

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


EVERY_KIND: Final = ("component", "api", "resource", "system", "domain", "group", "user", "template", "airesource")
"""What counts as the catalog where all of it is asked for, in the order in which it is told."""


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
    if phrases.WHOLE.match(text):
        return ListQuery(EVERY_KIND, count=phrases.COUNT.match(text) is not None, nouns=("things",))
    if phrases.EACH.search(text) or phrases.WHOSE.match(text):
        return None
    counted = phrases.COUNT.match(text)
    rest = text[counted.end() :] if counted else text
    listing = counted is not None or phrases.LISTING.match(text) is not None
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
        nouns=other.nouns if other.kinds or other.types else query.nouns,
    )


def _tells(reading: _Reading) -> bool:
    """A lone `deprecated` or `python` is a list; a lone team is that team."""
    return any(c.facet not in {"of", "owner"} for c in reading.conditions)


def _owner_first(text: str, finder: EntityFinder) -> str:
    """`apis does sales own` → `apis owned by sales`, where some words before the verb name somebody."""
    found = phrases.OWNS.match(text)
    if not found:
        return text
    words = found["who"].split()
    for start in range(len(words)):
        phrase = " ".join(words[start:])
        lowered = phrase.lower()
        if lowered in {"i", "we"} and phrases.HAVE.search(text):
            return text
        if lowered in {"i", "we", "my team", "our team"}:
            return f"{' '.join(words[:start])} owned by {'my team' if 'team' in lowered else 'me'}"
        if finder(phrase, True):
            before = [w for w in words[:start] if w.lower() not in {"does", "do", "did", "that", "which"}]
            return f"{' '.join(before) or 'everything'} owned by {phrase}"
    return text


def _take_pair(reading: _Reading) -> bool:
    found = phrases.PAIR.match(reading.rest)
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
    state = phrases.STATES.get(found[0].lower()) if found else None
    if found is None or state is None or phrases.OWNED.match(reading.rest):
        return False
    reading.add(state[0], negated=(not state[1]) != reading.negated)
    return _advance(reading, found.end())


def _take_lack(reading: _Reading) -> bool:
    found = phrases.LACKS.match(reading.rest)
    if not found or _names_something(reading, found.start("facet")):
        return False
    reading.add(phrases.FACETS[found["facet"].lower()], negated=True)
    return _advance(reading, found.end())


def _names_something(reading: _Reading, start: int) -> bool:
    """`not in system payments` speaks of one system, `not in a system` of any."""
    words = reading.rest[start:].split()
    return len(words) > 1 and reading.finder(" ".join(words[:3]), False) is not None


def _take_nobody(reading: _Reading) -> bool:
    found = phrases.NOBODY.match(reading.rest)
    if not found:
        return False
    reading.add(phrases.NOBODYS[found["verb"].lower().split()[0]], negated=True)
    return _advance(reading, found.end())


def _take_has(reading: _Reading) -> bool:
    found = phrases.HAS.match(reading.rest)
    if not found:
        return False
    reading.add(phrases.FACETS[found["facet"].lower()], negated=False)
    return _advance(reading, found.end())


def _take_mine(reading: _Reading) -> bool:
    found = phrases.MINE.match(reading.rest)
    if not found:
        return False
    reading.mine = True
    return _advance(reading, found.end())


def _take_not(reading: _Reading) -> bool:
    found = phrases.NOT.match(reading.rest)
    if not found or reading.negated:
        return False
    reading.negated = True
    return _advance(reading, found.end())


def _take_owned(reading: _Reading) -> bool:
    found = phrases.OWNED.match(reading.rest)
    return bool(found) and _take_entity(reading, found.end() if found else 0, "owner", needed=True)


def _take_part(reading: _Reading) -> bool:
    found = phrases.PART.match(reading.rest)
    return bool(found) and _take_entity(reading, found.end() if found else 0, "of")


def _take_tagged(reading: _Reading) -> bool:
    found = phrases.TAGGED.match(reading.rest)
    word = _WORD.match(reading.rest, found.end()) if found else None
    if word is None:
        return False
    reading.add("tags", _tag(word[0], reading.words) or word[0].lower())
    return _advance(reading, word.end())


def _take_made_in(reading: _Reading) -> bool:
    found = phrases.MADE_IN.match(reading.rest)
    return bool(found) and _take_word(reading, found.end() if found else 0)


def _take_filler(reading: _Reading) -> bool:
    found = phrases.FILLER.match(reading.rest)
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
    lifecycle = words.lifecycles.get(key_of(phrases.LIVE.get(lowered, lowered)))
    if lifecycle or lowered in {"deprecated", "experimental", "production"}:
        reading.add("lifecycle", lifecycle or lowered)
        return True
    noun = next((n for n in (lowered, key) if n in phrases.NOUNS), None)
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
    kinds, types = phrases.NOUNS[noun]
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
    for spelled in (word, *phrases.SPECIAL.get(word.lower(), ())):
        if (found := words.tags.get(key_of(spelled))) is not None:
            return found
    return None


def _advance(reading: _Reading, end: int) -> bool:
    rest = reading.rest[end:]
    reading.rest = rest.removeprefix("'s").lstrip(" ,;:-?!.")
    return True


def _takers() -> Iterator[Callable[[_Reading], bool]]:
    yield from (
        _take_pair,
        _take_state,
        _take_nobody,
        _take_lack,
        _take_has,
        _take_mine,
        _take_not,
        _take_owned,
        _take_tagged,
    )
    yield from (_take_part, _take_made_in, _take_plain, _take_filler)


_TAKERS: Final = tuple(_takers())
