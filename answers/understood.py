"""What a question was understood as, once names have been looked up."""

from dataclasses import dataclass, field

from answers.filters import ListQuery
from answers.mentions import Found
from answers.model import Parsed
from search.names import Match


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question asks. `subject` is a full ref, `also` further ones that the same is asked of; several `options`
    mean that it could be any of them.
    """

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
    also: tuple[str, ...] = ()


def settled(parsed: Parsed, found: Found) -> Understood:
    if found.one is not None:
        return Understood(parsed.intent, parsed, found.one.ref, confidence=found.confidence, guessed=found.guessed)
    return Understood("ambiguous", parsed, options=found.matches, confidence=0.5)
