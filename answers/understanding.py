"""From a question to an intent and what it is about: the readings of the grammar, tried against the catalog."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from answers import followups
from answers.clauses import MOST_AT_ONCE, enumerated, halves
from answers.cues import telling_intent
from answers.filters import ListQuery, read_list
from answers.following import Following, Related
from answers.grammar import Rule, bare_phrases, parse
from answers.mentions import ANY, FITTING, Found, Mentions, noun_alone
from answers.model import Parsed, Topic
from answers.nouns import COMMON
from answers.spelling import mended
from answers.text import clean, without_mention
from answers.understood import Understood, settled
from answers.vocabulary import Vocabulary
from search.names import NameIndex
from search.normalize import words_of

_TALK: Final = frozenset({"greeting", "thanks", "help"})
_ALONE: Final = frozenset({"mine", "changes", "create", "user_teams", "person", "api_operation"})
"""Intents that need no entity."""
_SEARCHING: Final = frozenset({"docs", "howto"})
_LISTS: Final = frozenset({"list", "count", "mine"})
_OF_SEVERAL: Final = frozenset(
    {"owner", "oncall", "lifecycle", "describe", "dependents", "dependencies", "consumers", "provides_api",
     "api_providers", "links", "person", "who", "team_members", "user_teams", "channel", "impact"}
)  # fmt: skip
"""Intents that may be asked of several things at once, each answered by itself."""
_OPENING: Final = "what|which|where|when|why|how"
_WONDERING: Final = re.compile(rf"(?:{_OPENING})\b", re.IGNORECASE)
_QUESTION: Final = re.compile(rf"(?:who\w*|{_OPENING})\s", re.IGNORECASE)
_ASKS: Final = re.compile(rf"\b(?:{_OPENING}|can|may|should|does|is|are|do)\b", re.IGNORECASE)
_WORTH_SEARCHING: Final = 5
"""A sentence of so many words that isn't understood is looked for in the docs."""
_LONGEST_NAME: Final = 6
_TRIES: Final = 5


class Understanding:
    """Tries readings in the order: written exactly so, a list, mended, nearly so, mentioned anywhere."""

    def __init__(
        self,
        names: NameIndex,
        words: Vocabulary,
        topic: Topic | None,
        *,
        related: Related,
        more: Sequence[Rule] = (),
    ) -> None:
        self._mentions = Mentions(names)
        self._names = names
        self._words = words
        self._topic = topic or Topic()
        self._related = related
        self._more = more
        self._following = Following(self._topic, names, self._mentions, related, self._read_list)

    def of(self, question: str) -> Understood:
        readings = self._parse(question)
        if readings and readings[0].intent in _TALK:
            return Understood(readings[0].intent)
        phrases = bare_phrases(question)
        if not phrases:
            return Understood("greeting")
        attempts = self._attempts(question, readings, phrases)
        found = next((a for a in attempts if a is not None), None) or self._nothing(readings, phrases)
        return (self._led(clean(question)) or found) if found.intent == "unknown" else found

    def _attempts(
        self, question: str, readings: Sequence[Parsed], phrases: Sequence[str]
    ) -> Iterator[Understood | None]:
        yield self._following.pointed(phrases)
        yield self._following.same_again(phrases)
        yield self.exactly(readings)
        yield self._called(phrases)
        yield self._listed(phrases)
        yield self._led(clean(question))
        again = self._mend(clean(question))
        if again:
            yield self.exactly(self._parse(again))
            yield self._listed(bare_phrases(again))
            yield self._led(again)
        yield self._nearly(readings, phrases)
        if again:
            yield self._nearly(self._parse(again), bare_phrases(again))
        yield self._read_about(readings)
        yield self._mentioned(" ".join(clean(question).split()))

    def _parse(self, text: str) -> list[Parsed]:
        return parse(text, self._more)

    def _read_list(self, text: str) -> ListQuery | None:
        return read_list(text, self._words, self._group_or_system)

    # -- by the readings

    def exactly(self, readings: Iterable[Parsed]) -> Understood | None:
        """The first reading whose names are written just so."""
        for parsed in readings:
            if parsed.intent == "howto":
                continue
            if not parsed.subject and not parsed.query:
                if (found := self._without_subject(parsed)) is not None:
                    return found
                continue
            if parsed.query:
                return self._searched(parsed)
            if (found := self._subject(parsed)) is not None:
                return found
        return None

    def _subject(self, parsed: Parsed) -> Understood | None:
        pointed = self._following.referent(parsed)
        if pointed is not None:
            return pointed
        if parsed.intent == "create":
            return Understood("create", parsed)
        found = self._mentions.exact(parsed.subject, parsed.intent)
        if not found.matches:
            return self._several(parsed, self._mentions.exact)
        if parsed.object:
            return self._pair(parsed, found, self._mentions.exact(parsed.object, "dependencies"))
        return settled(parsed, found)

    def _several(self, parsed: Parsed, find: Callable[[str, str], Found]) -> Understood | None:
        """The same asked of each of several things, when every one of them is known."""
        members = enumerated(parsed.subject) if parsed.intent in _OF_SEVERAL and not parsed.object else []
        found = [find(m, parsed.intent) for m in members]
        refs = list(dict.fromkeys(f.one.ref for f in found if f.one is not None))
        if len(refs) < 2 or len(refs) < len(members):
            return None
        sure = min(f.confidence for f in found)
        guessed = any(f.guessed for f in found)
        return Understood(parsed.intent, parsed, refs[0], confidence=sure, guessed=guessed, also=tuple(refs[1:]))

    def _led(self, text: str) -> Understood | None:
        """`order-events, who publishes them?`: what the first half names is what the second half points at."""
        for before, after in halves(" ".join(text.split())):
            readings = self._parse(after)
            if not readings:
                continue
            named = list(dict.fromkeys(m.ref for _s, _e, m in self._mentions.spotted(before)))
            topic = Topic(refs=(named[0],)) if len(named) == 1 else self._topic if not named else Topic()
            if topic.refs:
                following = Understanding(self._names, self._words, topic, related=self._related, more=self._more)
                found = following.exactly(readings)
                if found is not None and found.subject == topic.refs[0]:
                    return replace(found, confidence=min(found.confidence, 0.85))
        return None

    def _pair(self, parsed: Parsed, subject: Found, other: Found) -> Understood | None:
        if subject.one is None or other.one is None:
            return None
        sure = min(subject.confidence, other.confidence)
        return Understood(
            parsed.intent, parsed, subject.one.ref, other.one.ref, sure, guessed=subject.guessed or other.guessed
        )

    def _without_subject(self, parsed: Parsed) -> Understood | None:
        if parsed.intent in _ALONE:
            return Understood(parsed.intent, parsed)
        nothing_before = not self._topic.refs and not self._topic.items
        return None if nothing_before else self._following.spoken_of(parsed)

    def _searched(self, parsed: Parsed) -> Understood:
        """Docs and API operations are searched; an entity named in the query narrows the search."""
        if parsed.intent != "docs":
            return Understood(parsed.intent, parsed, confidence=0.9)
        whole = self._mentions.exact(parsed.query, "docs")
        if whole.matches:
            return settled(replace(parsed, subject=parsed.query), whole)
        near = self._mentions.similar(parsed.query, "docs") if len(parsed.query.split()) <= 4 else Found()
        if near.one:
            return settled(replace(parsed, subject=parsed.query), near)
        spots = self._mentions.spotted(parsed.query)
        ref = spots[0][2].ref if spots else self._topic_ref(parsed.query)
        return Understood("docs", parsed, ref, confidence=0.85 if ref else 0.7)

    def _topic_ref(self, query: str) -> str:
        pointing = any(followups.is_pronoun(w) for w in query.split())
        return self._topic.refs[0] if pointing and self._topic.refs else ""

    def _called(self, phrases: Sequence[str]) -> Understood | None:
        """Nothing but a name: a wish to hear about it."""
        for phrase in phrases:
            if len(phrase.split()) <= _LONGEST_NAME:
                found = self._among_offered(self._mentions.exact(phrase, "describe"))
                if found.matches and not (
                    noun_alone(phrase) and len(phrase.split()) == 1 and found.matches[0].rank > 1
                ):
                    return settled(Parsed(self._asked_before(found), phrase, text=phrase), found)
        return None

    def _among_offered(self, found: Found) -> Found:
        """Of several that could be meant, those that were just offered."""
        offered = tuple(m for m in found.matches if m.ref in self._topic.items)
        return replace(found, matches=offered) if offered and not self._topic.refs else found

    def _asked_before(self, found: Found) -> str:
        """The intent that a name is an answer to, when we asked which one was meant."""
        chosen = found.one is not None and found.one.ref in self._topic.items and not self._topic.refs
        return self._topic.intent if chosen and self._topic.intent not in _LISTS else "describe"

    def _listed(self, phrases: Sequence[str]) -> Understood | None:
        for phrase in phrases:
            query = self._read_list(phrase)
            if query is not None:
                missing = next((r[1:] for r in query.refs if r.startswith("?")), "")
                if missing:
                    return Understood("not_found", Parsed("list", missing, text=phrase), missing=missing)
                query = replace(query, text=phrase)
                intent = "count" if query.count else "mine" if query.bare_mine else "list"
                return Understood(intent, Parsed(intent, text=phrase), query=query, confidence=0.95)
        return None

    def _group_or_system(self, phrase: str, owner: bool) -> str | None:  # noqa: FBT001 - one of two roles
        """What narrows a list: an owner, or something that has parts."""
        intent = "team_members_only" if owner else "list_scope"
        if (ref := followups.ordinal(phrase, self._topic)) is not None:
            return ref
        if followups.is_pronoun(phrase) or (followups.pointed_noun(phrase) and noun_alone(phrase) and self._topic.refs):
            known = [*self._topic.refs, *self._topic.items]
            return next((r for r in known if r.startswith(("group:", "user:", "system:", "domain:"))), None)
        for match in self._mentions.exact(phrase, intent).matches[:1]:
            return match.ref
        if missing := self._words.missing_owner(phrase):
            return missing
        if owner and len(phrase) > 2:
            near = self._mentions.similar(phrase, intent)
            return near.one.ref if near.one else None
        return None

    # -- when nothing is written exactly so

    def _nearly(self, readings: Sequence[Parsed], phrases: Sequence[str]) -> Understood | None:
        best: Understood | None = None
        tried: dict[str, None] = {}
        bare = [
            Parsed("describe", p, text=p)
            for p in phrases
            if len(p.split()) <= _LONGEST_NAME and not _QUESTION.match(p)  # a long name makes any sentence look like it
        ]
        for parsed in [*readings, *bare[-1:]]:
            if (
                not parsed.subject
                or parsed.intent in {"howto", "create"}
                or len(parsed.subject.split()) > _LONGEST_NAME
            ):
                continue
            tried.setdefault(f"{parsed.intent} {parsed.subject}")
            if len(tried) > _TRIES:
                break
            found = self._among_offered(self._at_least_similar(parsed.subject, parsed.intent))
            other = self._near_object(parsed)
            if not found.matches and (each := self._several(parsed, self._at_least_similar)):
                return each
            if not found.matches or (parsed.object and other is None):
                continue
            if parsed.intent == "describe":
                parsed = replace(parsed, intent=self._asked_before(found))  # noqa: PLW2901 - read with what was asked before
            likely = self._pair(parsed, found, other) if other else settled(parsed, found)
            if likely is not None and (best is None or likely.confidence > best.confidence):
                best = likely
        return best

    def _at_least_similar(self, phrase: str, intent: str) -> Found:
        found = self._mentions.exact(phrase, intent)
        return found if found.matches else self._mentions.similar(phrase, intent)

    def _near_object(self, parsed: Parsed) -> Found | None:
        if not parsed.object:
            return None
        found = self._at_least_similar(parsed.object, "dependencies")
        return found if found.matches else None

    def _read_about(self, readings: Sequence[Parsed]) -> Understood | None:
        """Docs of something that is named among other words: those are what to look for in them."""
        for parsed in readings:
            spots = self._mentions.spotted(parsed.subject) if parsed.intent == "docs" and parsed.subject else []
            if spots:
                return Understood("docs", replace(parsed, query=parsed.subject), spots[0][2].ref, confidence=0.75)
        return None

    def _mentioned(self, text: str) -> Understood | None:
        """An entity is named somewhere: the words around it tell what is wanted, less surely."""
        spots = self._mentions.spotted(text)
        refs = list(dict.fromkeys(m.ref for _s, _e, m in spots))
        if not refs:
            return None
        covered = sum(end - start for start, end, _match in spots)
        intent = telling_intent(text) or ""
        if not intent and len(text.split()) - covered > 2:
            return self._of_its_docs(text, refs)
        fitting = FITTING.get(intent, ANY)
        intent = intent if intent and spots[0][2].kind in fitting else "describe"
        parsed = Parsed(intent, spots[0][2].label, text=text, query=text if intent == "docs" else "")
        options = tuple(m for _s, _e, m in spots)
        if 1 < len(refs) <= MOST_AT_ONCE and intent in _OF_SEVERAL - {"describe"}:
            return Understood(intent, parsed, refs[0], confidence=0.6, also=tuple(refs[1:]))
        if len(refs) > 1 and intent != "docs":
            return Understood("ambiguous", parsed, options=options[:6], confidence=0.45)
        return Understood(intent, parsed, refs[0], confidence=0.65)

    @staticmethod
    def _of_its_docs(text: str, refs: Sequence[str]) -> Understood | None:
        """`what are the scopes of stage door`: something that only its documentation may tell."""
        if len(refs) > 1 or not _WONDERING.match(text):
            return None
        return Understood("docs", Parsed("docs", text=text, query=text), refs[0], confidence=0.45)

    def _mend(self, text: str) -> str | None:
        words = text.split()
        better = [w if self._names.knows_word(w) else mended(w) or w for w in (x.strip("?!.,") for x in words)]
        return " ".join(better) if better != [x.strip("?!.,") for x in words] else None

    def _nothing(self, readings: Sequence[Parsed], phrases: Sequence[str]) -> Understood:
        asked = [r for r in readings if r.subject and r.intent not in {"howto", "describe", "who"}]
        described = [r for r in readings if r.subject and r.intent in {"describe", "who"}]
        searching = next((r for r in readings if r.intent in _SEARCHING), None)
        if searching is not None and (searching.intent == "howto" or not asked):
            return Understood("docs", replace(searching, query=searching.query or searching.text), confidence=0.4)
        named = _clearest(asked) or _clearest(described)
        if named is not None and (some := self._one_of_a_kind(named)) is not None:
            return some
        if named is not None:
            return Understood("not_found", named, missing=self._absent(named), confidence=0.9)
        last = without_mention(phrases[-1])
        unnamed = next((r for r in readings if not r.subject and not r.query), None)
        if unnamed is not None:
            return Understood("unknown", unnamed, missing="it", confidence=0.3)
        if len(last.split()) <= 2 and not all(w in COMMON for w in words_of(last)):
            return Understood("not_found", Parsed("describe", last, text=last), missing=last, confidence=0.6)
        if len(last.split()) >= _WORTH_SEARCHING and _ASKS.search(last):
            return Understood("docs", Parsed("docs", query=last, text=last), confidence=0.3)
        return Understood("unknown", Parsed("unknown", text=last), missing=last, confidence=0.2)

    def _absent(self, named: Parsed) -> str:
        """Of two names the one that nothing bears."""
        known = bool(named.object) and bool(self._at_least_similar(named.subject, named.intent).matches)
        return without_mention(named.object if known else named.subject)

    def _one_of_a_kind(self, named: Parsed) -> Understood | None:
        """`the cache`, where nothing is called so: one of those that have it in their names."""
        if not noun_alone(named.subject):
            return None
        found = self._mentions.called_after(named.subject.split()[-1])
        fitting = FITTING.get(named.intent, ANY)
        options = tuple(m for m in found if m.kind in fitting)
        if len(options) == 1:
            return Understood(named.intent, named, options[0].ref, confidence=0.6, guessed=True)
        return Understood("ambiguous", named, options=options, confidence=0.4) if options else None


def _clearest(readings: Sequence[Parsed]) -> Parsed | None:
    """Of the readings with the likeliest intent, the one with the fewest words around the name."""
    same = [r for r in readings if r.intent == readings[0].intent]
    return min(same, key=lambda r: len(r.subject)) if same else None
