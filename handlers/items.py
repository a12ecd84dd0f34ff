"""Lists of objects: one item at a time, in the window of its page."""

from dataclasses import replace
from typing import Any

from blocks import forms
from callboard.chat import Interaction, Reply
from callboard.errors import NotFoundError
from handlers import drafting
from handlers.drafting import Opened, in_window
from handlers.services import Scope
from scaffolder.forms import Field, FieldKind
from scaffolder.forms.model import Path


@in_window
def add_item(interaction: Interaction, scope: Scope) -> Reply | None:
    """An empty item to fill in; it joins the list when it is done."""
    now = drafting.entered(drafting.opened(interaction, scope), interaction, scope)
    for field in _lists(now):
        if forms.block_id(field.path, "add") == interaction.block:
            items = forms.value_at(now.values, field.path)
            place = (*field.path, len(items) if isinstance(items, list) else 0)
            return _at_item(replace(now, is_new=True), place, scope)
    raise _gone()


@in_window
def change_item(interaction: Interaction, scope: Scope) -> Reply | None:
    """Edit an item, or take it away."""
    now = drafting.entered(drafting.opened(interaction, scope), interaction, scope)
    for field in _lists(now):
        items: Any = forms.value_at(now.values, field.path)
        for index in range(len(items) if isinstance(items, list) else 0):
            place = (*field.path, index)
            if forms.block_id(place, "item") != interaction.block:
                continue
            if interaction.value == "edit":
                return _at_item(replace(now, is_new=False), place, scope)
            now = without(now, place)
            return drafting.shown(now, scope, drafting.page_view(now, scope))
    raise _gone()


def without(now: Opened, place: Path) -> Opened:
    """The list without one item; a list that is empty then is left out."""
    values = forms.put(now.values, place, None)
    if forms.value_at(values, place[:-1]) == []:
        values = forms.put(values, place[:-1], None)
    return replace(now, draft=replace(now.draft, values=values))


def _lists(now: Opened) -> list[Field]:
    return [f for f in forms.leaves(now.fields()) if f.kind is FieldKind.OBJECTS]


def _at_item(now: Opened, place: Path, scope: Scope) -> Reply | None:
    now = replace(now, item=place, part=0)
    return drafting.shown(now, scope, drafting.page_view(now, scope))


def _gone() -> NotFoundError:
    return NotFoundError("That list has changed meanwhile.", hint="Open the form again with `/callboard create`.")
