"""What admins see of the questions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found nothing, how often it was asked, and when last."""

    question: str
    intent: str
    times: int
    last_at: float


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Votes on one question's answers."""

    question: str
    helpful: int
    unhelpful: int
