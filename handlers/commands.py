"""Words after the slash command that do something of their own; everything else is a question."""

from collections.abc import Callable, Mapping
from dataclasses import replace
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


def find(text: str) -> Handler:
    """The handler of what was typed."""
    return WORDS.get(_first(text)) or question


def question(interaction: Interaction, scope: Scope) -> Reply | None:
    """A question, unless its first word is one of ours misspelt and nothing in the catalog is called so."""
    word = _meant(interaction.text, scope)
    if word is None:
        return ask.command(interaction, scope)
    scope.uow.commit()  # from here on something may be done: not twice for a repeated delivery
    rest = interaction.text.strip().partition(" ")[2]
    return WORDS[word](replace(interaction, text=f"{word} {rest}".strip()), scope)


def _meant(text: str, scope: Scope) -> str | None:
    written = _first(text)
    if len(written) < _SHORTEST or scope.services.names.knows_word(written):
        return None
    return next((w for w in WORDS if OSA.distance(written, w, score_cutoff=1) <= 1), None)


def _first(text: str) -> str:
    return text.strip().partition(" ")[0].lower()


ONLY_ANSWERS: Final = frozenset({question, ask.docs_command, ask.message, ask.click_question})
"""Handlers that do nothing to anybody before their reply is sent."""
