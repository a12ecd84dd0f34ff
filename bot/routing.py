"""Which handler answers what. Exact ids only: an id that nobody knows is an old card, and says so."""

from collections.abc import Mapping
from typing import Final

from blocks import ids
from blocks.state import OutdatedStateError
from bot.scope import Handler
from callboard.chat import Interaction, Reply
from handlers import (
    ask,
    create,
    definitions,
    home,
    items,
    notices,
    pictures,
    reader,
    register,
    runs,
    search,
    settings,
)
from handlers.services import Scope

ACTIONS: Final[Mapping[str, Handler]] = {
    **dict.fromkeys(ids.ASK_BUTTONS, ask.click_question),
    ids.PICK: ask.click_question,
    ids.OPEN: ask.click_question,
    ids.PAGE: ask.click_question,
    ids.FEEDBACK: ask.rate,
    ids.SEARCH: ask.open_modal,
    ids.HOME_FIND: home.open_found,
    ids.HOME_OPEN: home.open_line,
    ids.REFRESH: ask.refresh,
    ids.SHARE: ask.share,
    ids.DEFINITION: definitions.send_file,
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
    ids.SEARCH_OPEN: search.open_form,
    ids.SEARCH_MORE: search.more,
    ids.READ: reader.open_reader,
    ids.READ_ON: reader.turn,
    ids.READ_BACK: reader.turn,
    ids.READ_PAGE: reader.pick_page,
    ids.PICTURE_SHARE: pictures.share,
}
SUBMISSIONS: Final[Mapping[str, Handler]] = {
    ids.TEMPLATE_FORM: create.submit_page,
    ids.ITEM_FORM: create.submit_page,
    ids.RUN_SECRETS: runs.submit_secrets,
    ids.TEMPLATE_REVIEW: create.submit_review,
    ids.ASK_MODAL: ask.submit_modal,
    ids.SEARCH_FORM: search.submit,
    ids.REGISTER_VIEW: register.confirm,
    ids.NOTICE_ACKNOWLEDGE_MODAL: notices.submit_acknowledge,
    ids.NOTICE_ASK_MODAL: notices.submit_question,
    ids.SETTINGS_FORM: settings.submit,
}
OPTIONS: Final[Mapping[str, Handler]] = {
    ids.FORM_ENTITY: create.suggest_entities,
    ids.TEMPLATE_CHOICE: create.suggest_templates,
    ids.SETTINGS_FOLLOW: home.suggest,
    ids.HOME_FIND: home.suggest,
    ids.READ_PAGE: reader.suggest_pages,
}
CLOSED: Final[Mapping[str, Handler]] = dict.fromkeys(
    (ids.TEMPLATE_FORM, ids.ITEM_FORM, ids.TEMPLATE_REVIEW), create.close_form
)
SHORTCUTS: Final[Mapping[str, Handler]] = {
    ids.SHORTCUT_ASK: ask.open_modal,
    ids.SHORTCUT_OWNER: ask.who_owns_message,
}
WINDOWS: Final = frozenset(
    {
        *SHORTCUTS.values(), reader.open_reader, search.open_form, ask.open_modal, home.open_found, home.open_line,
        create.open_picker, create.open_actions, notices.acknowledge,
        notices.ask_owner, notices.migrate, notices.more, register.preview, runs.again, runs.retry,
        settings.open_settings,
    }
)  # fmt: skip
"""What opens a window: one that isn't ready within a second opens with "Loading…", before its trigger expires."""
PATIENT: Final = frozenset({ask.refresh, register.confirm})
"""What may have to wait for a source, or for others who read it: a few at a time, so that questions go on."""
SILENT: Final = frozenset({ids.LINK})
"""Buttons that only lead somewhere: Slack reports the click, nobody acts on it."""


def find(table: Mapping[str, Handler], name: str) -> Handler:
    """The handler of an id; form fields carry their field after a colon."""
    return table.get(name) or table.get(name.partition(":")[0]) or _outdated


def _outdated(interaction: Interaction, _scope: Scope) -> Reply:
    raise OutdatedStateError(interaction.action)
