"""Which handler answers what. Exact ids only: an id that nobody knows is an old card, and says so."""

from collections.abc import Mapping
from typing import Final

from blocks import ids
from blocks.state import OutdatedStateError
from bot.scope import Handler
from callboard.chat import Interaction, Reply
from handlers import ask, create, items, notices, pictures, register, runs, settings
from handlers.services import Scope

ACTIONS: Final[Mapping[str, Handler]] = {
    **dict.fromkeys(ids.ASK_BUTTONS, ask.click_question),
    ids.PICK: ask.click_question,
    ids.PAGE: ask.click_question,
    ids.FEEDBACK: ask.rate,
    ids.SEARCH: ask.open_modal,
    ids.REFRESH: ask.refresh,
    ids.SHARE: ask.share,
    ids.CREATE: create.open_picker,
    ids.TEMPLATE_CHOICE: create.choose_template,
    ids.FORM_BACK: create.go_back,
    ids.FORM_CHOICE: create.change_choice,
    ids.FORM_ENTITY: create.change_choice,
    ids.FORM_EDIT: create.edit_page,
    ids.FORM_PREVIEW: create.preview,
    ids.FORM_ITEM: items.change_item,
    ids.FORM_ITEM_ADD: items.add_item,
    ids.DRAFT_CONTINUE: create.continue_draft,
    ids.DRAFT_RESTART: create.restart_draft,
    ids.ENTITY_ACTIONS: create.open_actions,
    ids.RUN_RETRY: runs.retry,
    ids.RUN_CANCEL: runs.cancel,
    ids.RUN_AGAIN: runs.again,
    ids.RUN_LOG: runs.log,
    ids.NOTICE_ACKNOWLEDGE: notices.acknowledge,
    ids.NOTICE_SNOOZE: notices.snooze,
    ids.NOTICE_PATH: notices.show_path,
    ids.NOTICE_MIGRATE: notices.migrate,
    ids.NOTICE_ASK: notices.ask_owner,
    ids.NOTICE_MORE: notices.more,
    ids.NOTICE_CHANNEL: notices.pick_channel,
    ids.SETTINGS: settings.open_settings,
    ids.SETTINGS_WHO: settings.choose_who,
    ids.SETTINGS_TEST: settings.send_test,
    ids.FOLLOW: notices.follow,
    **dict.fromkeys((ids.PICTURE, *ids.PICTURE_TURNS), pictures.show),
    ids.PICTURE_SHARE: pictures.share,
}
SUBMISSIONS: Final[Mapping[str, Handler]] = {
    ids.TEMPLATE_FORM: create.submit_page,
    ids.ITEM_FORM: create.submit_page,
    ids.RUN_SECRETS: runs.submit_secrets,
    ids.TEMPLATE_REVIEW: create.submit_review,
    ids.ASK_MODAL: ask.submit_modal,
    ids.REGISTER_VIEW: register.confirm,
    ids.NOTICE_ACKNOWLEDGE_MODAL: notices.submit_acknowledge,
    ids.NOTICE_ASK_MODAL: notices.submit_question,
    ids.SETTINGS_FORM: settings.submit,
}
OPTIONS: Final[Mapping[str, Handler]] = {
    ids.FORM_ENTITY: create.suggest_entities,
    ids.TEMPLATE_CHOICE: create.suggest_templates,
    ids.SETTINGS_FOLLOW: settings.suggest,
}
CLOSED: Final[Mapping[str, Handler]] = dict.fromkeys(
    (ids.TEMPLATE_FORM, ids.ITEM_FORM, ids.TEMPLATE_REVIEW), create.close_form
)
IN_PLACE: Final = frozenset(
    {
        create.choose_template, create.change_choice, create.go_back, create.edit_page, create.continue_draft,
        create.restart_draft, items.change_item, items.add_item, settings.choose_who,
        settings.send_test,
    }
)  # fmt: skip
"""Clicks inside a window that change that window: it stays as it is while they take their time."""
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
