"""What a question points back to: `the second one`, `what about refunds?`, `and that team?`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from answers import followups
from answers.filters import ListQuery, changed_by
from answers.grammar import bare_phrases, parse
from answers.mentions import Mentions, noun_alone
from answers.model import Parsed, Topic
from answers.understood import Understood, settled
from search.names import Match, NameIndex

_LISTS: Final = frozenset({"list", "count", "mine"})


class Related(Protocol):
    """Looks up, when a follow-up needs it, what belongs to the topic."""

    def of_kind(self, topic: Topic, kinds: Sequence[str]) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Following:
    """Reads questions as going on from `topic`; `read` reads a list."""

    topic: Topic
    names: NameIndex
    mentions: Mentions
    related: Related
    read: Callable[[str], ListQuery | None]

    def pointed(self, phrases: Sequence[str]) -> Understood | None:
        """`the second one`, alone: with the intent that it was offered for."""
        for phrase in phrases:
            if self.topic.intent in _LISTS and followups.is_counting(phrase) and (again := self._list_again("")):
                return replace(again, intent="count")
            if self.topic.intent in _LISTS and followups.asks_for_names(phrase) and (again := self._list_again("")):
                return replace(again, intent="list", query=replace(again.query, count=False) if again.query else None)
            rest = followups.about(phrase) or phrase
            ref = followups.ordinal(rest, self.topic)
            if ref:
                return Understood(self._pointed_intent(), Parsed(self._pointed_intent(), rest), ref, confidence=0.95)
            if followups.is_other(rest):
                return self.other(Parsed(self._pointed_intent(), rest))
        return None

    def _pointed_intent(self) -> str:
        """What is asked of a thing that was only pointed at: the same as of the others, else what it is."""
        topic = self.topic
        again = not topic.refs or topic.refs[0] in topic.items
        return topic.intent if again and topic.intent and topic.intent not in _LISTS else "describe"

    def other(self, parsed: Parsed) -> Understood:
        """`the other one` of what was listed."""
        others = [r for r in self.topic.items if r not in self.topic.refs]
        if len(others) == 1 and self.topic.refs:
            return Understood(parsed.intent, parsed, others[0], confidence=0.9)
        options = tuple(m for r in others[:6] if (m := self.match(r)))
        if options:
            return Understood("ambiguous", parsed, options=options, confidence=0.5)
        return Understood("unknown", parsed, missing=parsed.subject, confidence=0.3)

    def same_again(self, phrases: Sequence[str]) -> Understood | None:
        """`what about refunds?`: the question before, about something else."""
        topic = self.topic
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
            if kinds and not self.mentions.exact(rest, topic.intent).matches:
                return self._of_kind(topic.intent, rest, kinds)
            found_now = self.mentions.exact(rest, topic.intent)
            found_now = found_now if found_now.matches else self.mentions.similar(rest, topic.intent)
            if found_now.matches:
                return settled(Parsed(topic.intent, rest), found_now)
        return None

    def _list_again(self, rest: str) -> Understood | None:
        first, *changes = self.topic.question.split("\n")
        query = next((q for p in bare_phrases(first) if (q := self.read(p))), None)
        for change in (*changes, *([rest] if rest else ())):
            other = self.read(f"list things of {change}") or self.read(f"list {change}")
            if query is None or other is None:
                return None
            query = changed_by(query, other)
        if query is None:
            return None
        query = replace(query, text="\n".join((first, *changes, *([rest] if rest else ()))))
        return Understood("count" if query.count else "list", Parsed("list", text=rest), query=query, confidence=0.9)

    def _of_kind(self, intent: str, phrase: str, kinds: Sequence[str]) -> Understood | None:
        """`the api` of what was spoken about, `that team`."""
        refs = self.related.of_kind(self.topic, kinds)
        if not refs:
            return None
        parsed = Parsed(intent, phrase)
        if len(refs) == 1:
            return Understood(intent, parsed, refs[0], confidence=0.9)
        options = tuple(m for r in refs[:6] if (m := self.match(r)))
        return Understood("ambiguous", parsed, options=options, confidence=0.5)

    def match(self, ref: str) -> Match | None:
        found = self.names.exact(ref)
        return found[0] if found else None

    def referent(self, parsed: Parsed) -> Understood | None:
        """What a pronoun, an ordinal or `that team` stands for."""
        phrase, topic = parsed.subject, self.topic
        ref = followups.ordinal(phrase, topic)
        if ref:
            return Understood(parsed.intent, parsed, ref, confidence=0.95)
        if followups.is_other(phrase):
            return self.other(parsed)
        if followups.is_pronoun(phrase):
            return self.spoken_of(parsed)
        noun = followups.pointed_noun(phrase)
        kinds = noun_alone(phrase) if noun else ()
        if kinds and (topic.refs or topic.items) and not self.mentions.exact(phrase, parsed.intent).matches:
            return self._of_kind(parsed.intent, phrase, kinds) or (self.spoken_of(parsed) if topic.refs else None)
        if noun in {"one", "thing", "stuff", "project", "code", "repo"} and topic.refs:
            return self.spoken_of(parsed)
        return None

    def spoken_of(self, parsed: Parsed) -> Understood | None:
        topic = self.topic
        if topic.refs:
            return Understood(parsed.intent, parsed, topic.refs[0], confidence=0.9)
        if len(topic.items) == 1:
            return Understood(parsed.intent, parsed, topic.items[0], confidence=0.9)
        if topic.items:
            options = tuple(m for r in topic.items[:6] if (m := self.match(r)))
            return Understood("ambiguous", parsed, options=options, confidence=0.5)
        return Understood("unknown", parsed, missing=parsed.subject, confidence=0.3)
