"""The page in a real browser, by keyboard: a command, a modal with an error, a thread, light and dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playground.client import Control
from playground.server import RunningWorkspace
from tests.playground.conftest import bolt_app, over_sockets

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium isn't installed"),
]


@pytest.fixture
def page(running: RunningWorkspace, control: Control) -> "Iterator[Page]":
    """The page of Ada, with the sample app connected; an error in its script fails the test."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    broken: list[str] = []
    with over_sockets(bolt_app(running), running), sync_api.sync_playwright() as playwright:
        control.wait_for_app()
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        opened = browser.new_page(color_scheme="dark")
        opened.set_default_timeout(8000)
        opened.on("pageerror", lambda error: broken.append(str(error)))
        opened.goto(running.url)
        yield opened
        browser.close()
    assert broken == []


def test_an_order_by_keyboard(page: "Page") -> None:
    keys = page.keyboard
    page.get_by_role("textbox", name="Message #general").focus()
    keys.type("/sa")
    keys.press("Tab")
    keys.press("Enter")
    page.get_by_role("dialog", name="Order").wait_for()
    keys.type("ADA")
    keys.press("Tab")
    keys.type("apr")
    page.get_by_role("option", name="Apricot").wait_for()
    keys.press("Enter")
    page.get_by_role("button", name="Send", exact=True).last.click()
    assert page.get_by_role("alert").inner_text() == "Lower case, please."
    page.get_by_role("textbox", name="Name").fill("ada")
    keys.press("Enter")
    page.get_by_text("ada: apricot").wait_for()
    assert page.get_by_role("dialog").count() == 0


def test_a_thread_and_both_themes(page: "Page", control: Control) -> None:
    control.message("ada", "general", "@sample hello?")
    page.get_by_text("1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    thread.get_by_text("Hello @ada").wait_for()
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between light and dark").click()
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (before, after) == ("rgb(26, 29, 33)", "rgb(255, 255, 255)")


def test_what_happens_before_the_page_listens_is_shown_all_the_same(page: "Page", control: Control) -> None:
    page.route("**/_ui/stream", lambda route: (control.message("ada", "general", "just now"), route.continue_())[1])
    page.reload()
    page.get_by_text("just now").wait_for()
