"""Short private messages: refusals, apologies, and what to do instead."""

from blocks import kit
from callboard.chat import Message
from callboard.errors import CallboardError


def note(text: str, *, emoji: str = ":information_source:") -> Message:
    """A sentence or two of plain text."""
    return Message(text, [kit.section(f"{emoji} {kit.escape(text)}")])


def refusal(error: CallboardError) -> Message:
    """What was wrong and what would work, in the error's own words."""
    return note(error.user_text, emoji=":warning:")


def outdated() -> Message:
    return note(
        "This card is from an older version of Callboard. Ask again and you get a fresh one.", emoji=":hourglass:"
    )


def database_away() -> Message:
    return note("I can't reach my database right now. Nothing was changed; try again in a minute.", emoji=":warning:")


def defect(reference: str) -> Message:
    """Something we didn't foresee; the reference finds it in the log."""
    text = f"Something went wrong on our side and was logged under {reference}. Nothing was changed by it."
    return note(text, emoji=":warning:")
