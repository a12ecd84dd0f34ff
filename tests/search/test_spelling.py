"""Words with mistakes, in names, titles and headings, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import text

from callboard.db import Database
from search.names import NameIndex
from search.query import Results, search
from search.spelling import add_trigrams, has_trigrams
from techdocs.finder import DocsFinder
from techdocs.indexer import DocsIndexer
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import drain, entity, write_tree

PAGE = "# Home\n\n## Rolling back a deployment\n\nPress undo.\n\n## Settlements\n\nWait for the night.\n"


@pytest.fixture
def shop(database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Database:
    root = write_tree(tmp_path / "shop", {"catalog-info.yaml": entity("checkout"), "docs/index.md": PAGE})
    load_catalog(database, root / "catalog-info.yaml")
    drain(database)
    DocsIndexer(database).sync_all()
    with database.write() as connection:
        assert add_trigrams(connection)
    return database


def found(database: Database, term: str) -> Results:
    names = NameIndex(database)
    names.refresh()
    with database.read() as connection:
        return search(connection, term, names=names.find)


@pytest.mark.parametrize(
    ("term", "title"),
    [
        ("chekout", "checkout"),
        ("setlements", "Settlements"),
        ("deploymnet", "Rolling back a deployment"),
        ("rollback deplyment", "Rolling back a deployment"),
        ("rolbback a deployment", "Rolling back a deployment"),
    ],
)
def test_a_misspelt_word_finds_what_has_it(shop: Database, term: str, title: str) -> None:
    results = found(shop, term)
    assert results.items[0].title == title
    assert results.guessed


@pytest.mark.parametrize("term", ["xyzzy", "zzzzzz qqqqqq", "';--\"*", "hunt"])
def test_what_is_near_nothing_finds_nothing(shop: Database, term: str) -> None:
    assert found(shop, term).total == 0


@pytest.mark.parametrize("question", ["how do I roll back a deploymnet", "what are setlements"])
def test_a_misspelt_question_is_answered_from_the_docs(shop: Database, question: str) -> None:
    with shop.read() as connection:
        assert DocsFinder().find(connection, question)[0].title in {"Rolling back a deployment", "Settlements"}


def test_words_as_they_are_written_are_not_bent(shop: Database) -> None:
    assert not found(shop, "settlement").guessed
    assert not found(shop, "settl").guessed


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_without_the_extension_names_are_still_found(shop: Database) -> None:
    with shop.write() as connection:
        connection.execute(text("DROP EXTENSION pg_trgm CASCADE"))
    with shop.read() as connection:
        assert not has_trigrams(connection)
    assert found(shop, "chekout").items[0].title == "checkout"
    assert found(shop, "setlements").total == 0


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_an_extension_that_may_not_be_had_is_done_without(shop: Database) -> None:
    with shop.write() as connection:
        connection.execute(text("DROP EXTENSION pg_trgm CASCADE"))
        connection.execute(text("DROP ROLE IF EXISTS guest"))
        connection.execute(text("CREATE ROLE guest"))
        connection.execute(text("SET LOCAL ROLE guest"))
        assert not add_trigrams(connection)
