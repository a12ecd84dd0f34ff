"""What plugins add to cards and answers, in neutral parts that `blocks` draws. All text is plain and untrusted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from callboard.chat import Actor


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button, or a word of a fact, that leads out of Slack."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value on a card, e.g. `On call: Ada`. `url` makes the value a link; `links` follow it."""

    label: str
    value: str = ""
    url: str | None = None
    links: Sequence[LinkButton] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph of its own below the facts."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class CardParts:
    """Everything one contributor adds to a card; an empty one adds nothing."""

    facts: Sequence[Fact] = ()
    buttons: Sequence[LinkButton] = ()
    sections: Sequence[Section] = ()
    order: int = 50
    """Contributions are drawn in this order, built-in ones at 10, 20, …"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one entity, as a plugin gets it."""

    document: Mapping[str, Any]
    ref: str
    question: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class PluginAnswer:
    """What a plugin answers: a sentence or two, and what stands below it."""

    text: str
    parts: CardParts = CardParts()


@dataclass(frozen=True, slots=True)
class Intent:
    """A kind of question that a plugin answers about entities.

    `patterns` are regular expressions over whole questions without their closing mark, in which a lone `S` stands for
    the entity's name, e.g. `when was S (?:last )?deployed`. They are tried after the built-in ones. `answer` is called
    while somebody waits, so it answers from what it has; None for an entity of which it knows nothing.
    """

    name: str
    patterns: Sequence[str]
    answer: Callable[[Asked], PluginAnswer | None]
