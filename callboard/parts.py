"""What plugins add to cards, in neutral parts that `blocks` draws."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value on a card, e.g. `On call: Ada`. Plain text; `url` makes the value a link."""

    label: str
    value: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that leads out of Slack."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class CardParts:
    """Everything one contributor adds; an empty one adds nothing."""

    facts: Sequence[Fact] = ()
    buttons: Sequence[LinkButton] = ()
    order: int = 50
    """Contributions are drawn in this order, built-in ones at 10, 20, …"""
