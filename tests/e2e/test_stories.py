"""The demo company in a real browser, as somebody who has just typed `make run` sees it.

With CALLBOARD_SCREENSHOTS set to a folder, the pictures that the docs show are taken anew.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catalog.queries.lookup import get_entity
from tests.stories.conftest import Company, company

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium isn't installed")]
__all__ = ["company"]


@pytest.fixture
def transport() -> str:
    return "socket"


@pytest.fixture
def page(company: Company) -> "Iterator[Page]":
    """The workspace as Nora in #team-checkout."""
    assert company.replica.workspace is not None
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        opened = browser.new_page(viewport={"width": 1280, "height": 860})
        opened.set_default_timeout(15_000)
        opened.goto(company.replica.workspace.url)
        opened.get_by_role("link", name="team-checkout").click()
        yield opened
        browser.close()


def say(page: "Page", text: str) -> None:
    box = page.locator("textarea").first
    box.click()
    box.fill(text)
    box.press("Enter")


def keep(page: "Page", name: str) -> None:
    folder = os.environ.get("CALLBOARD_SCREENSHOTS")
    if folder:
        page.wait_for_timeout(400)
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_question_is_answered_and_leads_on(page: "Page") -> None:
    say(page, "/callboard who owns chekout?")
    page.get_by_text("catalog-info.yaml").first.wait_for()
    keep(page, "who-owns-checkout")
    page.get_by_role("button", name=re.compile("What depends on it")).click()
    page.get_by_text("What's On website").first.wait_for()
    page.get_by_role("button", name="Share to channel").last.click()
    page.get_by_text("Shared by").wait_for()
    keep(page, "shared")


def test_docs_are_quoted_with_their_steps(page: "Page") -> None:
    say(page, "/callboard docs how do I roll back checkout")
    page.get_by_text(re.compile("roll back", re.IGNORECASE)).first.wait_for()
    page.get_by_text("Runbook").first.wait_for()
    keep(page, "docs")


STATES = """() => {
  window.states = [];
  const look = () => document.querySelectorAll("article.message .body").forEach((body) => {
    const text = body.innerText;
    if (text.includes("Fetch the common files") && window.states.at(-1) !== text) window.states.push(text);
  });
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
"""Notes what the run's message says, one state after the other."""


def test_a_service_is_created_with_a_wrong_name_first(page: "Page", company: Company, tmp_path: Path) -> None:
    say(page, "/callboard create")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Choose").last.click()  # templates stand by title: "New service"
    dialog.get_by_label("Name", exact=True).fill("Interval Drinks")
    dialog.get_by_label("What is it for?").fill("Lets people order a drink before the interval")
    owner = dialog.get_by_label("Owner")
    owner.click()
    owner.fill("checkout")
    page.get_by_role("option", name=re.compile("Checkout")).first.click()
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_text("Lowercase letters, digits and dashes only").first.wait_for()
    keep(page, "create-error")
    dialog.get_by_label("Name", exact=True).fill("interval-drinks")
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_text("How it is built").wait_for()
    assert dialog.get_by_label("Name of the database").count() == 0
    dialog.get_by_label("Yes").check()
    dialog.get_by_label("Name of the database").fill("interval-drinks-db")
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_text("Review").first.wait_for()
    assert "interval-drinks-db" in dialog.inner_text()
    keep(page, "create-review")
    page.evaluate(STATES)
    dialog.get_by_role("button", name="Create").click()
    page.get_by_text("is done").first.wait_for()
    dialog.get_by_role("button", name="Close").last.click()
    keep(page, "created")
    page.get_by_role("link", name=re.compile("1 reply")).last.click()
    page.get_by_text("It is in the catalog now").wait_for()
    keep(page, "created-card")

    states = page.evaluate("window.states")
    assert len(dict.fromkeys(states)) >= 3
    assert "is running" in states[0] or "is waiting to start" in states[0]
    assert "is done" in states[-1]
    assert _made(company, tmp_path) == {
        ".gitignore", "Makefile", "README.md", "app.py", "catalog-info.yaml", "database.yaml", "tests/test_health.py",
    }  # fmt: skip
    with company.replica.runtime.database.read() as connection:
        entity = get_entity(connection, "component:default/interval-drinks")
    assert entity is not None
    assert entity.owner == "group:default/team-checkout"


def _made(company: Company, folder: Path) -> set[str]:
    """The files of the one commit, after a clone whose content is what the skeleton says."""
    bare = company.folder / "git" / "gods-and-stalls" / "interval-drinks.git"
    clone = folder / "clone"
    _git("clone", "--quiet", bare.as_uri(), str(clone))
    assert _git("-C", str(clone), "rev-list", "--count", "HEAD") == "1\n"
    assert _git("-C", str(clone), "log", "-1", "--format=%s") == "Initial commit\n"
    template = company.folder / "templates" / "new-service" / "skeleton"
    assert (clone / "app.py").read_text() == (template / "python" / "app.py").read_text().replace(
        "${{ values.name }}", "interval-drinks"
    )
    assert "name: interval-drinks-db" in (clone / "database.yaml").read_text()
    return set(_git("-C", str(clone), "ls-files").split())


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def test_a_deprecation_is_told_in_the_teams_channel(page: "Page", company: Company) -> None:
    file = company.folder / "catalog" / "legacy-cart" / "catalog-info.yaml"
    file.write_text(file.read_text().replace("lifecycle: production", "lifecycle: deprecated"), encoding="utf-8")
    page.get_by_text(re.compile("deprecated")).first.wait_for()
    keep(page, "notice")
