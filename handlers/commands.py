"""Words after the slash command that do something of their own; everything else is a question."""

from collections.abc import Callable, Mapping
from typing import Final

from rapidfuzz.distance import OSA

from callboard.chat import Interaction, Reply
from handlers import ask, create, notices, register, search, settings
from handlers.services import Scope

Handler = Callable[[Interaction, Scope], Reply | None]
WORDS: Final[Mapping[str, Handler]] = {
    "create": create.open_picker,
    "docs": ask.docs_command,
    "follow": notices.follow_named,
    "unfollow": notices.follow_named,
    "register": register.preview,
    "search": search.command,
    "settings": settings.open_settings,
}
_SHORTEST: Final = 5
"""Letters that a misspelt word has at least."""


def find(text: str, *, is_name: Callable[[str], bool]) -> tuple[Handler, str]:
    """The handler of what was typed, and the text as it was meant: the first word may be one of ours misspelt.

    Not where `is_name` says that something in the catalog is called so: then it is a question.
    """
    written = _first(text)
    word = written if written in WORDS else _near(written, is_name)
    if word is None:
        return ask.command, text
    rest = text.strip().partition(" ")[2]
    return WORDS[word], f"{word} {rest}".strip()


def _near(written: str, is_name: Callable[[str], bool]) -> str | None:
    if len(written) < _SHORTEST or is_name(written):
        return None
    return next((w for w in WORDS if OSA.distance(written, w, score_cutoff=1) <= 1), None)


def _first(text: str) -> str:
    return text.strip().partition(" ")[0].lower()


ONLY_ANSWERS: Final = frozenset({ask.command, ask.docs_command, ask.message, ask.click_question})
"""Handlers that do nothing to anybody before their reply is sent."""
