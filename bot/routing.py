"""Which handler answers what. Exact ids only: an id that nobody knows is an old card, and says so."""

from collections.abc import Mapping
from typing import Final

from blocks import ids
from blocks.state import OutdatedStateError
from bot.scope import Handler
from callboard.chat import Interaction, Reply
from handlers import ask, create, register, runs
from handlers.services import Scope

ACTIONS: Final[Mapping[str, Handler]] = {
    **dict.fromkeys(ids.ASK_BUTTONS, ask.click_question),
    ids.PICK: ask.click_question,
    ids.PAGE: ask.click_question,
    ids.FEEDBACK: ask.rate,
    ids.SHARE: ask.share,
    ids.CREATE: create.open_picker,
    ids.TEMPLATE_CHOICE: create.choose_template,
    ids.FORM_BACK: create.go_back,
    ids.FORM_CHOICE: create.change_choice,
    ids.RUN_RETRY: runs.retry,
    ids.RUN_CANCEL: runs.cancel,
}
SUBMISSIONS: Final[Mapping[str, Handler]] = {
    ids.TEMPLATE_FORM: create.submit_page,
    ids.TEMPLATE_REVIEW: create.submit_review,
    ids.ASK_MODAL: ask.submit_modal,
    ids.REGISTER_VIEW: register.confirm,
}
OPTIONS: Final[Mapping[str, Handler]] = {
    ids.FORM_ENTITY: create.suggest_entities,
    ids.TEMPLATE_CHOICE: create.suggest_templates,
}
SHORTCUTS: Final[Mapping[str, Handler]] = {
    ids.SHORTCUT_ASK: ask.open_modal,
    ids.SHORTCUT_OWNER: ask.who_owns_message,
}
SILENT: Final = frozenset({ids.LINK})
"""Buttons that only lead somewhere: Slack reports the click, nobody acts on it."""


def find(table: Mapping[str, Handler], name: str) -> Handler:
    """The handler of an id; form fields carry their field after a colon."""
    return table.get(name) or table.get(name.partition(":")[0]) or _outdated


def _outdated(interaction: Interaction, _scope: Scope) -> Reply:
    raise OutdatedStateError(interaction.action)
