"""Answers, lists, Home, shortcuts and the dark theme, clicked in a real browser."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.test_stories import CHROMIUM, keep, page, say, transport
from tests.stories.conftest import company

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium isn't installed")]
__all__ = ["company", "page", "transport"]


def test_a_name_that_could_be_several_things_is_asked_back(page: "Page") -> None:
    say(page, "/callboard seat")
    page.get_by_text("I'm not sure what").wait_for()
    keep(page, "ambiguous")
    page.get_by_role("button", name=re.compile("^Seat")).first.click()
    page.get_by_text("catalog-info.yaml").first.wait_for()


def test_a_long_list_is_paged_and_filtered(page: "Page") -> None:
    say(page, "/callboard list services")
    page.get_by_role("button", name=re.compile("^Next 10 of")).click()
    page.get_by_role("button", name=re.compile("^Next ")).last.wait_for()
    say(page, "/callboard how many python services does team-checkout own")
    page.get_by_text(re.compile("python", re.IGNORECASE)).last.wait_for()


def test_home_finds_and_opens_and_follows(page: "Page") -> None:
    page.get_by_role("link", name="Callboard").click()
    page.get_by_text("Hello Nora").wait_for()
    keep(page, "home")
    field = page.get_by_placeholder("Find anything")
    field.click()
    field.fill("ordrs db")
    page.get_by_role("option", name=re.compile("Orders database", re.IGNORECASE)).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("orders/catalog-info.yaml").first.wait_for()
    dialog.get_by_role("button", name="Follow").click()
    dialog.get_by_text("I tell you when").wait_for()


def test_the_message_shortcut_names_the_owners_of_what_is_spoken_of(page: "Page") -> None:
    say(page, "refunds is slow and orders-db too, whose are they?")
    message = page.get_by_text("refunds is slow").first
    message.hover()
    page.get_by_label("More actions").last.click()
    page.get_by_role("menuitem", name=re.compile("Who owns this")).last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Refunds (component) is owned by").wait_for()
    dialog.get_by_text("Orders database (resource) is owned by").wait_for()
    keep(page, "who-owns-this")


def test_links_unfold_and_the_dark_theme_stays_readable(page: "Page") -> None:
    say(page, "see https://github.com/gods-and-stalls/checkout please")
    page.get_by_text("Turns a basket into a paid order").first.wait_for()
    page.get_by_role("button", name="Switch between light and dark").click()
    colours = "e => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]"
    text, ground = page.get_by_text("Turns a basket").first.evaluate(colours)
    assert _brightness(text) - _brightness(ground) > 100
    keep(page, "dark")


def _brightness(colour: str) -> float:
    red, green, blue = (int(n) for n in re.findall(r"\d+", colour)[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue
