"""Kinds of questions that plugins add: their patterns beside ours, their answers with our evidence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from answers.desk import Desk, answer_about
from answers.grammar import Rule
from answers.model import INTENTS, Answer
from answers.understood import Understood
from callboard.errors import ConfigError
from callboard.logs import get_logger
from callboard.parts import Asked, Intent

_log = get_logger("plugins")


class PluginIntents:
    """Raises ConfigError for a name that is taken and for a pattern that is none, so that the start says it."""

    def __init__(self, intents: Sequence[Intent]) -> None:
        wrong = list(_problems(intents))
        if wrong:
            raise ConfigError(wrong)
        self._by_name = {i.name: i for i in intents}
        self.rules = tuple(Rule(f"{i.name} | {pattern}") for i in intents for pattern in i.patterns)

    def answer(self, desk: Desk, asked: Understood, question: str) -> Answer | None:
        """The plugin's answer; what the entity is, where the plugin knows nothing or breaks; None for our own."""
        intent = self._by_name.get(asked.intent)
        entity = desk.entity(asked.subject) if intent is not None and asked.subject else None
        if intent is None or entity is None:
            return None
        try:
            told = intent.answer(Asked(entity.document, entity.ref, question, desk.actor))
        except Exception:  # noqa: BLE001 - somebody else's code must not cost the answer
            _log.exception("plugin failed", intent=intent.name, ref=entity.ref)
            told = None
        if told is None:
            text = f"I know nothing about that for {entity.title}."
            return replace(answer_about(entity, asked, text), intent="describe", owner=desk.owner(entity))
        return answer_about(entity, asked, told.text, contributed=told.parts)


def _problems(intents: Sequence[Intent]) -> Iterator[str]:
    taken = set(INTENTS)
    for intent in intents:
        if intent.name in taken:
            yield f"plugin intent {intent.name}: another one has that name"
        taken.add(intent.name)
        for pattern in intent.patterns:
            try:
                Rule(f"{intent.name} | {pattern}")
            except re.error as error:
                yield f"plugin intent {intent.name}: `{pattern}` is no regular expression: {error}"
