"""From a question to an intent and what it is about: the readings of the grammar, tried against the catalog."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from answers import followups
from answers.cues import telling_intent
from answers.filters import ListQuery, changed_by, read_list
from answers.grammar import bare_phrases, parse
from answers.mentions import ANY, FITTING, Found, Mentions, noun_alone
from answers.model import Parsed, Topic
from answers.nouns import COMMON
from answers.spelling import mended
from answers.text import clean
from answers.vocabulary import Vocabulary
from search.names import Match, NameIndex
from search.normalize import words_of

_TALK: Final = frozenset({"greeting", "thanks", "help"})
_ALONE: Final = frozenset({"mine", "changes", "create", "user_teams", "person", "api_operation"})
"""Intents that need no entity."""
_SEARCHING: Final = frozenset({"docs", "howto"})
_LISTS: Final = frozenset({"list", "count", "mine"})
_WONDERING: Final = re.compile(r"(?:what|which|where|when|why|how)\b", re.IGNORECASE)
_LONGEST_NAME: Final = 6
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks. `subject` is a full ref; several `options` mean that it could be any of them."""

    intent: str
    parsed: Parsed = field(default_factory=lambda: Parsed(""))
    subject: str = ""
    object: str = ""
    confidence: float = 1.0
    options: tuple[Match, ...] = ()
    missing: str = ""
    """The phrase that names nothing."""
    query: ListQuery | None = None
    guessed: bool = False


class Related(Protocol):
    """Looks up, when a follow-up needs it, what belongs to the topic."""

    def of_kind(self, topic: Topic, kinds: Sequence[str]) -> list[str]: ...


class Understanding:
    """Tries readings in the order: written exactly so, a list, mended, nearly so, mentioned anywhere."""

    def __init__(self, names: NameIndex, words: Vocabulary, topic: Topic | None, *, related: Related) -> None:
        self._mentions = Mentions(names)
        self._names = names
        self._words = words
        self._topic = topic or Topic()
        self._related = related

    def of(self, question: str) -> Understood:
        readings = parse(question)
        if readings and readings[0].intent in _TALK:
            return Understood(readings[0].intent)
        phrases = bare_phrases(question)
        if not phrases:
            return Understood("greeting")
        attempts = self._attempts(question, readings, phrases)
        return next((found for found in attempts if found is not None), None) or self._nothing(readings, phrases)

    def _attempts(
        self, question: str, readings: Sequence[Parsed], phrases: Sequence[str]
    ) -> Iterator[Understood | None]:
        yield self._pointed(phrases)
        yield self._same_again(phrases)
        yield self._exactly(readings)
        yield self._called(phrases)
        yield self._listed(phrases)
        again = self._mend(clean(question))
        if again:
            yield self._exactly(parse(again))
            yield self._listed(bare_phrases(again))
        yield self._nearly(readings, phrases)
        if again:
            yield self._nearly(parse(again), bare_phrases(again))
        yield self._read_about(readings)
        yield self._mentioned(" ".join(clean(question).split()))

    # -- after what was said before

    def _pointed(self, phrases: Sequence[str]) -> Understood | None:
        """`the second one`, alone: with the intent that it was offered for."""
        for phrase in phrases:
            if self._topic.intent in _LISTS and followups.is_counting(phrase) and (again := self._list_again("")):
                return replace(again, intent="count")
            rest = followups.about(phrase) or phrase
            ref = followups.ordinal(rest, self._topic)
            if ref:
                return Understood(self._pointed_intent(), Parsed(self._pointed_intent(), rest), ref, confidence=0.95)
            if followups.is_other(rest):
                return self._other(Parsed(self._pointed_intent(), rest))
        return None

    def _pointed_intent(self) -> str:
        """What is asked of a thing that was only pointed at: the same as of the others, else what it is."""
        topic = self._topic
        again = not topic.refs or topic.refs[0] in topic.items
        return topic.intent if again and topic.intent and topic.intent not in _LISTS else "describe"

    def _other(self, parsed: Parsed) -> Understood:
        """`the other one` of what was listed."""
        others = [r for r in self._topic.items if r not in self._topic.refs]
        if len(others) == 1 and self._topic.refs:
            return Understood(parsed.intent, parsed, others[0], confidence=0.9)
        options = tuple(m for r in others[:6] if (m := self._match(r)))
        if options:
            return Understood("ambiguous", parsed, options=options, confidence=0.5)
        return Understood("unknown", parsed, missing=parsed.subject, confidence=0.3)

    def _same_again(self, phrases: Sequence[str]) -> Understood | None:
        """`what about refunds?`: the question before, about something else."""
        topic = self._topic
        if not topic.intent:
            return None
        for phrase in phrases:
            rest = followups.about(phrase) or (
                phrase if followups.pointed_noun(phrase) and noun_alone(phrase) else None
            )
            if rest is not None and topic.intent in _LISTS and (found := self._list_again(rest)):
                return found
            if rest is None or any(r.intent not in {"describe", "howto", "docs", "who"} for r in parse(rest)):
                continue
            kinds = noun_alone(rest)
            if kinds and not self._mentions.exact(rest, topic.intent).matches:
                return self._of_kind(topic.intent, rest, kinds)
            found_now = self._mentions.exact(rest, topic.intent)
            found_now = found_now if found_now.matches else self._mentions.similar(rest, topic.intent)
            if found_now.matches:
                return _settled(Parsed(topic.intent, rest), found_now)
        return None

    def _list_again(self, rest: str) -> Understood | None:
        first, *changes = self._topic.question.split("\n")
        query = next((q for p in bare_phrases(first) if (q := self._read_list(p))), None)
        for change in (*changes, *([rest] if rest else ())):
            other = self._read_list(f"list things of {change}") or self._read_list(f"list {change}")
            if query is None or other is None:
                return None
            query = changed_by(query, other)
        if query is None:
            return None
        query = replace(query, text="\n".join((first, *changes, *([rest] if rest else ()))))
        return Understood("count" if query.count else "list", Parsed("list", text=rest), query=query, confidence=0.9)

    def _read_list(self, text: str) -> ListQuery | None:
        return read_list(text, self._words, self._group_or_system)

    def _of_kind(self, intent: str, phrase: str, kinds: Sequence[str]) -> Understood | None:
        """`the api` of what was spoken about, `that team`."""
        refs = self._related.of_kind(self._topic, kinds)
        if not refs:
            return None
        parsed = Parsed(intent, phrase)
        if len(refs) == 1:
            return Understood(intent, parsed, refs[0], confidence=0.9)
        options = tuple(m for r in refs[:6] if (m := self._match(r)))
        return Understood("ambiguous", parsed, options=options, confidence=0.5)

    def _match(self, ref: str) -> Match | None:
        found = self._names.exact(ref)
        return found[0] if found else None

    # -- by the readings

    def _exactly(self, readings: Iterable[Parsed]) -> Understood | None:
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
        pointed = self._referent(parsed)
        if pointed is not None:
            return pointed
        if parsed.intent == "create":
            return Understood("create", parsed)
        found = self._mentions.exact(parsed.subject, parsed.intent)
        if not found.matches:
            return None
        if parsed.object:
            return self._pair(parsed, found, self._mentions.exact(parsed.object, "dependencies"))
        return _settled(parsed, found)

    def _pair(self, parsed: Parsed, subject: Found, other: Found) -> Understood | None:
        if subject.one is None or other.one is None:
            return None
        sure = min(subject.confidence, other.confidence)
        return Understood(
            parsed.intent, parsed, subject.one.ref, other.one.ref, sure, guessed=subject.guessed or other.guessed
        )

    def _referent(self, parsed: Parsed) -> Understood | None:
        """What a pronoun, an ordinal or `that team` stands for."""
        phrase, topic = parsed.subject, self._topic
        ref = followups.ordinal(phrase, topic)
        if ref:
            return Understood(parsed.intent, parsed, ref, confidence=0.95)
        if followups.is_other(phrase):
            return self._other(parsed)
        if followups.is_pronoun(phrase):
            return self._spoken_of(parsed)
        noun = followups.pointed_noun(phrase)
        kinds = noun_alone(phrase) if noun else ()
        if kinds and (topic.refs or topic.items) and not self._mentions.exact(phrase, parsed.intent).matches:
            return self._of_kind(parsed.intent, phrase, kinds) or (self._spoken_of(parsed) if topic.refs else None)
        if noun in {"one", "thing", "stuff", "project", "code", "repo"} and topic.refs:
            return self._spoken_of(parsed)
        return None

    def _spoken_of(self, parsed: Parsed) -> Understood | None:
        topic = self._topic
        if topic.refs:
            return Understood(parsed.intent, parsed, topic.refs[0], confidence=0.9)
        if len(topic.items) == 1:
            return Understood(parsed.intent, parsed, topic.items[0], confidence=0.9)
        if topic.items:
            options = tuple(m for r in topic.items[:6] if (m := self._match(r)))
            return Understood("ambiguous", parsed, options=options, confidence=0.5)
        return Understood("unknown", parsed, missing=parsed.subject, confidence=0.3)

    def _without_subject(self, parsed: Parsed) -> Understood | None:
        if parsed.intent in _ALONE:
            return Understood(parsed.intent, parsed)
        nothing_before = not self._topic.refs and not self._topic.items
        return None if nothing_before else self._spoken_of(parsed)

    def _searched(self, parsed: Parsed) -> Understood:
        """Docs and API operations are searched; an entity named in the query narrows the search."""
        if parsed.intent != "docs":
            return Understood(parsed.intent, parsed, confidence=0.9)
        whole = self._mentions.exact(parsed.query, "docs")
        if whole.matches:
            return _settled(replace(parsed, subject=parsed.query), whole)
        near = self._mentions.similar(parsed.query, "docs") if len(parsed.query.split()) <= 4 else Found()
        if near.one:
            return _settled(replace(parsed, subject=parsed.query), near)
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
                    return _settled(Parsed(self._asked_before(found), phrase, text=phrase), found)
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
        if owner and len(phrase) > 2:
            near = self._mentions.similar(phrase, intent)
            return near.one.ref if near.one else None
        return None

    # -- when nothing is written exactly so

    def _nearly(self, readings: Sequence[Parsed], phrases: Sequence[str]) -> Understood | None:
        best: Understood | None = None
        tried: dict[str, None] = {}
        bare = [Parsed("describe", p, text=p) for p in phrases if len(p.split()) <= _LONGEST_NAME]
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
            found = self._mentions.exact(parsed.subject, parsed.intent)
            found = found if found.matches else self._mentions.similar(parsed.subject, parsed.intent)
            found = self._among_offered(found)
            other = self._near_object(parsed)
            if not found.matches or (parsed.object and other is None):
                continue
            if parsed.intent == "describe":
                parsed = replace(parsed, intent=self._asked_before(found))  # noqa: PLW2901 - read with what was asked before
            settled = self._pair(parsed, found, other) if other else _settled(parsed, found)
            if settled is not None and (best is None or settled.confidence > best.confidence):
                best = settled
        return best

    def _near_object(self, parsed: Parsed) -> Found | None:
        if not parsed.object:
            return None
        found = self._mentions.exact(parsed.object, "dependencies")
        found = found if found.matches else self._mentions.similar(parsed.object, "dependencies")
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
        if named is not None:
            return Understood("not_found", named, missing=named.subject, confidence=0.9)
        last = phrases[-1]
        unnamed = next((r for r in readings if not r.subject and not r.query), None)
        if unnamed is not None:
            return Understood("unknown", unnamed, missing="it", confidence=0.3)
        if len(last.split()) <= 2 and not all(w in COMMON for w in words_of(last)):
            return Understood("not_found", Parsed("describe", last, text=last), missing=last, confidence=0.6)
        return Understood("unknown", Parsed("unknown", text=last), missing=last, confidence=0.2)


def _clearest(readings: Sequence[Parsed]) -> Parsed | None:
    """Of the readings with the likeliest intent, the one with the fewest words around the name."""
    same = [r for r in readings if r.intent == readings[0].intent]
    return min(same, key=lambda r: len(r.subject)) if same else None


def _settled(parsed: Parsed, found: Found) -> Understood:
    if found.one is not None:
        return Understood(parsed.intent, parsed, found.one.ref, confidence=found.confidence, guessed=found.guessed)
    return Understood("ambiguous", parsed, options=found.matches, confidence=0.5)
