"""Whole messages, modals and Home tabs."""

from collections.abc import Mapping
from typing import Any

from blocks.limits.layout import block
from blocks.limits.objects import plain
from blocks.limits.place import Page, Place, Problem

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_TEXT = 40_000
MOST_ATTACHMENTS = 100


def check_message(payload: Mapping[str, Any]) -> list[Problem]:
    """What Slack would refuse in a message: of chat.postMessage, an update or a response_url."""
    page = Page("message")
    place = Place(dict(payload), "", page)
    _blocks(place.at("blocks"))
    for attachment in place.at("attachments").count(least=0, most=MOST_ATTACHMENTS, what="attachments", required=False):
        _blocks(attachment.at("blocks"))
    place.at("text").string(most=MOST_TEXT)
    if not any(place.at(name).value for name in ("text", "blocks", "attachments", "markdown_text")):
        place.at("text").fail("no_text", "a message needs text, blocks or attachments")
    return page.problems


def check_view(view: Mapping[str, Any]) -> list[Problem]:
    """What Slack would refuse in a modal or Home tab."""
    kind = view.get("type")
    page = Page("home" if kind == "home" else "modal")
    place = Place(dict(view), "", page)
    place.at("type").one_of({"modal", "home"}, required=True)
    place.at("private_metadata").string(most=3000)
    place.at("callback_id").string(most=255)
    place.at("external_id").string(most=255)
    if place.at("blocks").needed():
        _blocks(place.at("blocks"))
    if kind == "modal":
        _modal(place)
    return page.problems


def _blocks(place: Place) -> None:
    surface = place.page.surface
    for each in place.count(least=0, most=MOST_BLOCKS[surface], what="blocks", required=False):
        block(each)


def _modal(place: Place) -> None:
    plain(place.at("title"), most=24, required=True)
    plain(place.at("submit"), most=24)
    plain(place.at("close"), most=24)
    place.at("clear_on_close").boolean()
    place.at("notify_on_close").boolean()
    inputs = place.page.inputs
    if inputs and place.at("submit").is_missing:
        place.at("submit").fail("missing", f"a modal with input blocks needs submit; {inputs[0]} is one")
