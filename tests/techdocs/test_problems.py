"""What is wrong with docs is said where people look, as long as it is wrong."""

from pathlib import Path

import pytest

from bot.runtime import attention
from callboard.db import Database
from techdocs import queries
from techdocs.indexer import DocsIndexer
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import entity, write_tree

REF = "component:default/svc"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PAGE = "# Home\n\n![ok](img/ok.png) ![no](img/fake.png) <img src='img/gone.gif'> ![x](https://x.example/y.png)\n"


@pytest.fixture
def tree(database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {"catalog-info.yaml": entity("svc"), "docs/index.md": PAGE}
    files["docs/img/ok.png"] = PNG
    root = write_tree(tmp_path / "repo", files | {"docs/img/fake.png": "<script>", "docs/bad.md": b"# Bad \xff\n"})
    load_catalog(database, root / "catalog-info.yaml")
    DocsIndexer(database).sync_all()
    return root


def told(database: Database) -> list[str]:
    with database.read() as connection:
        return sorted(p.text for p in queries.problems_of(connection, REF))


WRONG = [
    "docs/bad.md: line 1: not valid UTF-8; unreadable characters are replaced",
    "docs/index.md: shows `docs/img/fake.png`, which is called a picture and isn't one",
    "docs/index.md: shows `docs/img/gone.gif`, which doesn't exist",
]


def test_pictures_that_are_none_and_bad_text_are_told(database: Database, tree: Path) -> None:
    assert told(database) == WRONG


def test_what_is_wrong_is_still_told_when_nothing_changed(database: Database, tree: Path) -> None:
    counts = DocsIndexer(database).index(REF)
    assert (counts.changed, counts.problems) == (0, 3)
    assert told(database) == WRONG


def test_what_was_mended_is_told_no_more(database: Database, tree: Path) -> None:
    write_tree(tree, {"docs/img/fake.png": PNG, "docs/img/gone.gif": b"GIF89a....", "docs/bad.md": "# Good\n"})
    DocsIndexer(database).index(REF)
    assert told(database) == []


def test_a_picture_that_no_page_shows_any_more_is_told_no_more(database: Database, tree: Path) -> None:
    write_tree(tree, {"docs/index.md": "# Home\n", "docs/bad.md": "# Good\n"})
    DocsIndexer(database).index(REF)
    assert told(database) == []


def test_docs_need_the_attention_of_their_owners(database: Database, tree: Path) -> None:
    with database.read() as connection:
        found = [p for p in attention(connection) if p.kind == "docs"]
        mine = [p for p in attention(connection, team="group:default/team-a") if p.kind == "docs"]
        others = [p for p in attention(connection, team="group:default/team-b") if p.kind == "docs"]
    assert (found, others) == (mine, [])
    (one,) = found
    assert one.message.startswith(f"The docs of {REF}: ")
    assert one.message.endswith(" And 2 more.")
    assert one.location.startswith("file:")


def test_docs_that_fail_keep_what_was_read(database: Database, tree: Path, load_catalog: LoadCatalog) -> None:
    write_tree(tree, {"catalog-info.yaml": entity("svc", "dir:..")})
    load_catalog(database, tree / "catalog-info.yaml")
    DocsIndexer(database).sync_all()
    with database.read() as connection:
        site, shelf = queries.site_of(connection, REF), queries.shelf_of(connection, REF)
    assert site is not None
    assert site.source.startswith("file:")
    assert shelf is not None
    assert (shelf.total, len(shelf.problems)) == (2, 1)
