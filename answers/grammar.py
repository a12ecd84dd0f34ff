"""What a question asks for, from its words alone: candidates to be looked up, the likeliest first."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from answers.model import Parsed
from answers.phrases import RULES
from answers.small_talk import talk
from answers.text import clean, sentences, variants, without_mention

_GROUP: Final = re.compile(r"(?<!\\)\b([SOQ])\b")
_MAX_SENTENCES: Final = 4
_NAMES: Final = {"S": "s", "O": "o", "Q": "q"}


class Rule:
    """One line, `intent | pattern`; the groups of its alternatives are numbered, because a name may stand only once."""

    __slots__ = ("_pattern", "intent")

    def __init__(self, line: str) -> None:
        intent, _, pattern = line.partition(" | ")
        self.intent = intent.strip()
        numbers = iter(range(100))
        body = _GROUP.sub(lambda m: f"(?P<{_NAMES[m[1]]}_{next(numbers)}>.+{'?' if m[1] != 'Q' else ''})", pattern)
        self._pattern = re.compile(body, re.IGNORECASE)

    def read(self, text: str) -> dict[str, str] | None:
        found = self._pattern.fullmatch(text)
        if found is None:
            return None
        return {name.split("_")[0].rstrip("2"): value for name, value in found.groupdict().items() if value}


@lru_cache(maxsize=1)
def _rules() -> tuple[Rule, ...]:
    return tuple(Rule(line) for line in RULES)


def parse(question: str, more: Sequence[Rule] = ()) -> list[Parsed]:
    """Every reading of a question, those of `more` rules after the built-in ones. Small talk is one reading; a bare
    phrase is the last: a wish to hear about it.
    """
    text = clean(question)
    said = talk(text)
    if said:
        return [Parsed(said)]
    readings: dict[tuple[str, str, str], Parsed] = {}
    for part in _parts(text):
        for variant in variants(part):
            for reading in _readings(variant, (*_rules(), *more)):
                readings.setdefault((reading.intent, reading.subject, reading.object), reading)
    return list(readings.values())


def bare_phrases(question: str) -> list[str]:
    """A question's sentences with as little around them as can be, most literal first."""
    found = [v for part in _parts(clean(question)) for v in variants(part)]
    return list(dict.fromkeys(found))


def _parts(text: str) -> list[str]:
    found = []
    for whole in dict.fromkeys((without_mention(text), text)):
        parts = sentences(whole)
        joined = " ".join(whole.split()).strip(" ?!.,;:")
        found += [*parts[:_MAX_SENTENCES], joined]
    return [p for p in dict.fromkeys(found) if p]


def _readings(text: str, rules: Sequence[Rule]) -> Iterator[Parsed]:
    for rule in rules:
        groups = rule.read(text)
        if groups is not None:
            yield Parsed(
                rule.intent,
                groups.get("s", "").strip(" ,"),
                object=groups.get("o", "").strip(" ,"),
                noun=groups.get("what", ""),
                query=groups.get("q", ""),
                me="me" in groups,
                text=text,
            )
