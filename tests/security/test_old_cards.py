"""Ids that nobody knows: a card of an earlier version, or something made up."""

from types import SimpleNamespace
from typing import cast

import pytest

from blocks.state import OutdatedStateError
from bot import routing
from bot.scope import Handler
from callboard.chat import Actor, Interaction
from handlers.services import Scope

TABLES = [routing.ACTIONS, routing.SUBMISSIONS, routing.OPTIONS, routing.SHORTCUTS]


@pytest.mark.parametrize("table", TABLES, ids=["action", "submission", "options", "shortcut"])
@pytest.mark.parametrize("name", ["", ":", "never.was", "__class__", "ask.owner'--", "create.form\n"])
def test_a_click_on_something_unknown_is_answered_and_does_nothing(table: dict[str, Handler], name: str) -> None:
    handler = routing.find(table, name)
    interaction = Interaction("action", Actor("U1"), action=name)
    with pytest.raises(OutdatedStateError):
        handler(interaction, cast("Scope", SimpleNamespace()))
