"""Words of a company that mean the same, in search and in docs."""

from pathlib import Path

import pytest

from callboard.config.build import build_config
from callboard.config.load import load_config
from callboard.db import Database
from callboard.errors import ConfigError
from search.query import search
from search.question import Synonyms
from techdocs.finder import DocsFinder
from techdocs.indexer import DocsIndexer
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import drain, entity, write_tree

COMPANY = Synonyms([["bluelight", "blue light", "incident"], ["till", "cashdesk", "point of sale"]])


@pytest.fixture
def shop(database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Database:
    root = write_tree(
        tmp_path / "shop",
        {
            "catalog-info.yaml": entity("till-api"),
            "docs/index.md": "# Shop\n\n## Blue light\n\nCall the desk.\n\n## Opening\n\nBright lights, in blue.\n",
            "docs/more.md": "# Devices\n\nEvery point of sale has a printer.\n",
        },
    )
    load_catalog(database, root / "catalog-info.yaml")
    drain(database)
    DocsIndexer(database).sync_all()
    return database


@pytest.mark.parametrize("question", ["what do I do in an incident", "bluelight", "there is a blue light"])
def test_a_docs_question_in_other_words_finds_the_section(shop: Database, question: str) -> None:
    with shop.read() as connection:
        first, *_ = DocsFinder(synonyms=COMPANY).find(connection, question)
    assert first.title == "Blue light"


@pytest.mark.parametrize(
    ("term", "title"), [("incident", "Blue light"), ("cashdesk printer", "Devices"), ("point of sale api", "till-api")]
)
def test_a_search_in_other_words_finds_it(shop: Database, term: str, title: str) -> None:
    with shop.read() as connection:
        assert title in [f.title for f in search(connection, term, synonyms=COMPANY).items]
        assert title not in [f.title for f in search(connection, term).items]


def test_words_that_mean_the_same_everywhere_need_no_setting(database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(database, entity("kubernetes-tools"))
    drain(database)
    with database.read() as connection:
        assert search(connection, "k8s tools").items[0].name == "kubernetes-tools"


def test_a_group_of_one_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "app-config.yaml"
    file.write_text("search:\n  synonyms:\n    - [alone]\n", encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"app-config.yaml:3: search.synonyms\[0\]: a group of synonyms has two words"
    ):
        build_config(load_config([file]))
