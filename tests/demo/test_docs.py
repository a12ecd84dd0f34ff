"""Each docs folder of the demo has its pages, and they lead where they say."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.demo.company import DEMO, by_ref, entities, repository_entities

LINK = re.compile(r"\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
DOCUMENTED = [
    entity for entity in (*entities(), *repository_entities()) if "backstage.io/techdocs-ref" in entity.annotations
]
FOLDERS = sorted({entity.file.parent for entity in DOCUMENTED})
PAGES = [page for folder in FOLDERS for page in sorted((folder / "docs").rglob("*.md"))]


def pages_of(nav: list[Any]) -> Iterator[str]:
    for item in nav:
        if isinstance(item, str):
            yield item
            continue
        for value in item.values():
            yield from pages_of(value) if isinstance(value, list) else [value]


def anchors_of(page: Path) -> set[str]:
    headings = HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w-]+", "-", heading.lower()).strip("-") for heading in headings}


def test_about_eight_entities_are_documented() -> None:
    assert len(DOCUMENTED) >= 8


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_docs_folder_has_an_index_and_every_page_of_its_nav(folder: Path) -> None:
    settings = yaml.safe_load((folder / "mkdocs.yml").read_text("utf-8"))
    docs = folder / settings.get("docs_dir", "docs")
    listed = set(pages_of(settings.get("nav", [])))

    assert (docs / "index.md").is_file()
    assert set() == {page for page in listed if not (docs / page).is_file()}
    if listed:
        assert listed == {page.relative_to(docs).as_posix() for page in docs.rglob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DEMO).as_posix())
def test_links_of_a_page_lead_to_pages_and_headings(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), path
        assert not anchor or anchor in anchors_of(target), f"{path}#{anchor}"


def test_checkout_runbook_says_how_to_roll_back() -> None:
    runbook = by_ref()["component:checkout"].file.parent / "docs" / "runbook.md"
    section = runbook.read_text("utf-8").split("## Roll back checkout", 1)[1].split("\n## ", 1)[0]

    assert len(re.findall(r"^\d+\. ", section, re.MULTILINE)) >= 5
    assert "stagehand rollback checkout" in section


def test_borrowed_docs_lead_to_a_page() -> None:
    borrower = by_ref()["component:legacy-cart"]
    lender = by_ref()["component:" + borrower.annotations["backstage.io/techdocs-entity"].rsplit("/", 1)[1]]
    path = borrower.annotations["backstage.io/techdocs-entity-path"]

    assert (lender.file.parent / "docs" / f"{path.strip('/')}.md").is_file()
