"""Questions written from the docs' text before the ranking was tuned, and where their answers stand."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from callboard.db import Database
from catalog.ingest.reading import Confinement
from search.question import Synonyms
from techdocs.finder import DocsFinder
from techdocs.indexer import DocsIndexer
from techdocs.model import Hit
from techdocs.sections import parse_page, split_front_matter
from techdocs.site import lay_out
from techdocs.tree import LocalTree
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import drain, entity

DATA = Path(__file__).parent / "data"
REAL_DOCS = Path(os.environ.get("CALLBOARD_REAL", Path(__file__).parents[3] / "shared" / "real")) / "docs"

real_docs = pytest.mark.skipif(
    not REAL_DOCS.is_dir(), reason="the sample of public documentation trees is not on this machine"
)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def is_expected(hit: Hit, row: Mapping[str, Any], default: str) -> bool:
    name, place = hit.ref.rpartition("/")[2], f"{hit.page}#{hit.anchor}"
    return any((e if ":" in e else f"{default}:{e}") == f"{name}:{place}" for e in row["expect"])


def wrong(database: Database, asked: Sequence[Mapping[str, Any]], default: str = "") -> list[str]:
    """The questions whose first hit is another section than expected."""
    finder, missed = DocsFinder(), []
    for row in asked:
        with database.read() as connection:
            hits = finder.find(connection, row["question"], ref=row.get("ref"), limit=3)
        if not hits or not is_expected(hits[0], row, row.get("tree") or default):
            missed.append(row["question"])
    return missed


def test_questions_about_the_demo_company_find_their_section_first(demo_docs: Database) -> None:
    asked = rows("demo_questions.jsonl")
    missed = wrong(demo_docs, asked, "checkout")
    assert len(missed) <= 2, missed


def portal(_ref: str, address: str) -> str:
    return f"https://portal.example{address}"


@pytest.mark.parametrize(
    "question", ["how do I roll back checkout", "rollback of checkout", "rolling back the checkout"]
)
@pytest.mark.parametrize("ref", [None, "component:default/checkout"])
def test_roll_back_is_one_word_in_every_form(demo_docs: Database, question: str, ref: str | None) -> None:
    with demo_docs.read() as connection:
        first, *_ = DocsFinder(link=portal).find(connection, question, ref=ref)
    assert (first.title, first.page) == ("Roll back checkout", "runbook.md")
    assert first.url == "https://portal.example/docs/default/component/checkout/runbook/#roll-back-checkout"
    assert (first.owner, first.heading) == ("group:default/team-checkout", "Runbook · Roll back checkout")
    assert first.text.startswith("Rolling back takes about three minutes")


def test_a_quote_has_links_that_work_anywhere(demo_docs: Database) -> None:
    with demo_docs.read() as connection:
        hits = DocsFinder(link=portal).find(connection, "what happens when a step fails")
    assert "(https://portal.example/docs/default/component/checkout/reference/errors/)" in hits[0].text


def test_words_of_the_company_are_understood(demo_docs: Database) -> None:
    finder = DocsFinder(synonyms=Synonyms([["bluelight", "incident"]]))
    with demo_docs.read() as connection:
        assert not DocsFinder().find(connection, "bluelight")
        assert finder.find(connection, "bluelight")[0].page == "incidents.md"


def test_nothing_is_found_for_words_that_stand_nowhere(demo_docs: Database) -> None:
    with demo_docs.read() as connection:
        assert DocsFinder().find(connection, "xyzzy plugh") == []
        assert DocsFinder().find(connection, "how do I") == []


@real_docs
def test_questions_about_real_docs_find_their_section_first(
    sqlite_database: Database, load_catalog: LoadCatalog, tmp_path: Path
) -> None:
    asked = rows("real_questions.jsonl")
    files = []
    for tree in sorted({row["tree"] for row in asked}):
        shutil.copytree(REAL_DOCS / tree, tmp_path / tree)
        file = tmp_path / tree / "described.yaml"
        file.write_text(entity(tree), encoding="utf-8")
        files.append(file)
    load_catalog(sqlite_database, *files)
    drain(sqlite_database)
    DocsIndexer(sqlite_database).sync_all()
    missed = wrong(sqlite_database, asked)
    assert len(missed) <= len(asked) - 17, missed


@real_docs
@pytest.mark.parametrize("config", sorted(REAL_DOCS.rglob("mkdocs.y*ml")), ids=lambda p: p.parent.name)
def test_every_real_tree_is_read(config: Path) -> None:
    tree = LocalTree(config.parent, Confinement((config.parent.resolve(),)))
    layout = lay_out(tree, "a site")
    assert layout.pages
    listed = {item.path for entry in layout.nav for item in entry.pages()}
    assert listed <= {page.path for page in layout.pages}
    for page in layout.pages:
        text = (tree.read(page.file).data or b"").decode()
        _front, body = split_front_matter(text)
        assert parse_page(text, page.path).cuts or not body.strip()
