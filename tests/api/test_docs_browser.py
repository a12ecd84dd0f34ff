"""The reader in a real browser, with a document that tries everything."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from api.docs import DocsPages, DocsSite, docs_router
from callboard.db import Database
from techdocs.access import DocsAccess
from techdocs.assets import DocsAssets
from techdocs.finder import DocsFinder
from techdocs.indexer import DocsIndexer
from tests.api.server import running
from tests.api.test_docs_reader import HOSTILE
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import DEMO, drain, entity, write_tree

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

CHROMIUM = which("chromium") or ""
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not CHROMIUM, reason="needs Debian's chromium")]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
def base(sqlite_database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Iterator[str]:
    write_tree(tmp_path, {"catalog-info.yaml": entity("evil"), "docs/index.md": HOSTILE})
    load_catalog(sqlite_database, DEMO / "all.yaml", tmp_path / "catalog-info.yaml")
    drain(sqlite_database)
    DocsIndexer(sqlite_database).sync_all()
    app = FastAPI()
    site = DocsSite(sqlite_database, DocsPages(), DocsAssets(), DocsFinder())
    app.include_router(docs_router(site, DocsAccess(Secretive())))
    with running(app) as url:
        yield f"{url}/docs/default/component"


@pytest.fixture
def page() -> Iterator["Page"]:
    from playwright.sync_api import sync_playwright

    with contextlib.ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        stack.callback(browser.close)
        yield browser.new_page(viewport={"width": 1280, "height": 900})


def test_a_hostile_document_runs_nothing_and_asks_nobody(page: "Page", base: str) -> None:
    asked: list[str] = []
    alerts: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def dismiss(dialog: "Dialog") -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(f"{base}/evil/")
    for link in page.locator("article a").all():
        link.click(timeout=2_000)
    assert alerts == []
    assert {url.split("/")[2] for url in asked} == {base.split("/")[2]}
    assert page.locator("article summary").inner_text() == "More"


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_fits_its_window(page: "Page", base: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("checkout/runbook/", "checkout/reference/errors/", "orders/", "evil/"):
        page.goto(f"{base}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_deep_link_opens_at_its_section(page: "Page", base: str) -> None:
    page.goto(f"{base}/checkout/runbook/#seats-are-sold-twice")
    heading = page.locator("#seats-are-sold-twice").bounding_box()
    assert heading is not None
    assert 0 < heading["y"] < 900


def test_search_and_links_lead_on(page: "Page", base: str) -> None:
    page.goto(f"{base}/checkout/")
    page.get_by_role("searchbox").fill("roll back")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Roll back checkout").click()
    assert page.url.endswith("/docs/default/component/checkout/runbook/#roll-back-checkout")
    page.get_by_role("link", name="How an order is made").first.click()
    assert page.locator("h1").inner_text().startswith("How an order is made")
