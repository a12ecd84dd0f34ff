"""Stored docs follow their files; what can't be read is told at the entity."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callboard.db import Database
from callboard.errors import FormatError, InputError, NotAllowedError
from callboard.outbox import Event
from catalog.ingest.reading import Content, MissingError, ReadError
from search.query import search
from techdocs import queries
from techdocs.finder import DocsFinder
from techdocs.indexer import DocsIndexer, TechdocsConsumer
from techdocs.source import docs_location
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import drain, entity, write_tree

REF = "component:default/svc"
FILE = "file:/repo/sub/catalog-info.yaml"
URL = "url:https://github.com/acme/r/blob/main/sub/catalog-info.yaml"


class FakeSite:
    """URLs from a dict, with versions and a record of what was asked."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        self.sent: list[str] = []

    def read(self, url: str, version: str) -> Content:
        if url not in self.files:
            raise MissingError(f"{url} does not exist")
        now = str(hash(self.files[url]))
        if version == now:
            return Content(None, now)
        self.sent.append(url)
        return Content(self.files[url].encode(), now)

    def listing(self, folder: str) -> Mapping[str, str]:
        prefix = f"{folder.rstrip('/')}/"
        return {u.removeprefix(prefix): str(hash(t)) for u, t in self.files.items() if u.startswith(prefix)}

    def search(self, url: str) -> list[str]:
        raise NotImplementedError


def problems(database: Database, ref: str = REF) -> str:
    with database.read() as connection:
        return "\n".join(p.text for p in queries.problems_of(connection, ref))


def pages(database: Database, ref: str = REF) -> list[str]:
    with database.read() as connection:
        return [p.path for p in queries.pages_of(connection, ref)]


@pytest.fixture
def tree(database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Path:
    """A component with two pages, indexed."""
    root = write_tree(tmp_path / "repo", {"catalog-info.yaml": entity("svc")})
    write_tree(root, {"mkdocs.yml": "nav: [index.md, {More: more.md}]", "docs/index.md": "# Zebra\n\nabout zebras\n"})
    write_tree(root, {"docs/more.md": "# More\n\nabout giraffes\n"})
    load_catalog(database, root / "catalog-info.yaml")
    drain(database)
    DocsIndexer(database).sync_all()
    return root


def test_docs_are_indexed_and_found(database: Database, tree: Path) -> None:
    assert pages(database) == ["index.md", "more.md"]
    with database.read() as connection:
        assert DocsFinder().find(connection, "giraffe")[0].page_title == "More"
        assert search(connection, "zebras").items[0].location == "/docs/default/component/svc/#zebra"
        assert search(connection, "zebras", filters={"owner": ["team-a"]}).total == 1


def test_only_changed_pages_are_split_again(database: Database, tree: Path) -> None:
    indexer = DocsIndexer(database)
    assert indexer.index(REF).changed == 0
    write_tree(tree, {"docs/more.md": "# More\n\nabout elephants\n"})
    counts = indexer.index(REF)
    assert (counts.pages, counts.changed) == (2, 1)
    with database.read() as connection:
        assert DocsFinder().find(connection, "giraffes") == []
        assert DocsFinder().find(connection, "elephants")


def test_a_touched_file_with_the_same_text_is_not_split_again(database: Database, tree: Path) -> None:
    os.utime(tree / "docs/more.md", (1_000, 1_000))
    assert DocsIndexer(database).index(REF).changed == 0


def test_pages_that_go_are_forgotten(database: Database, tree: Path) -> None:
    (tree / "docs/more.md").unlink()
    assert DocsIndexer(database).index(REF).removed == 1
    assert pages(database) == ["index.md"]
    assert "`More: more.md` names a page that doesn't exist" in problems(database)
    with database.read() as connection:
        assert DocsFinder().find(connection, "giraffes") == []


def test_a_new_place_in_the_nav_costs_no_splitting(database: Database, tree: Path) -> None:
    write_tree(tree, {"mkdocs.yml": "nav: [{Other: more.md}, index.md]"})
    assert DocsIndexer(database).index(REF).changed == 0
    with database.read() as connection:
        first, *_ = queries.pages_of(connection, REF)
    assert (first.path, first.title) == ("more.md", "Other")


def test_docs_leave_with_the_annotation(database: Database, tree: Path, load_catalog: LoadCatalog) -> None:
    write_tree(tree, {"catalog-info.yaml": entity("svc").replace("techdocs-ref", "something-else")})
    load_catalog(database, tree / "catalog-info.yaml")
    DocsIndexer(database).sync_all()
    assert pages(database) == []
    with database.read() as connection:
        assert queries.site_of(connection, REF) is None


def test_bad_pages_are_told_and_the_others_read(database: Database, tree: Path) -> None:
    long = "# Long\n\n" + "a line of text\n" * 80_000
    write_tree(tree, {"docs/bad.md": b"# Bad \xff\xfe\n\nbadger\n", "docs/big.md": b"x" * (6 * 1024 * 1024)})
    write_tree(tree, {"docs/long.md": long, "docs/empty.md": ""})
    DocsIndexer(database).index(REF)
    told = problems(database)
    assert "docs/bad.md: line 1: not valid UTF-8" in told
    assert "docs/big.md: has 6 MB; a page may have 5" in told
    assert "docs/long.md: is long; only its first megabyte is indexed" in told
    assert set(pages(database)) == {"index.md", "more.md", "bad.md", "long.md", "empty.md"}
    with database.read() as connection:
        assert DocsFinder().find(connection, "badger")


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("./docs", "Unable to parse location ref"),
        ("dir:..", "leads out of the folder of the catalog file"),
        ("s3:bucket", "has the type `s3`"),
    ],
)
def test_a_ref_that_cant_be_is_told_and_the_last_docs_stay(
    database: Database, tree: Path, load_catalog: LoadCatalog, ref: str, message: str
) -> None:
    write_tree(tree, {"catalog-info.yaml": entity("svc", ref)})
    load_catalog(database, tree / "catalog-info.yaml")
    assert DocsIndexer(database).index(REF).failed == [REF]
    assert message in problems(database)
    assert pages(database) == ["index.md", "more.md"]


@pytest.mark.parametrize(
    ("base", "ref", "expected"),
    [
        (URL, "dir:./docs", "url:https://github.com/acme/r/tree/main/sub/docs"),
        (URL, "dir:.", "url:https://github.com/acme/r/tree/main/sub"),
        (URL, "url:https://github.com/acme/x/tree/dev", "url:https://github.com/acme/x/tree/dev"),
        (FILE, "dir:.", "file:/repo/sub"),
        (FILE, "dir:./docs", "file:/repo/sub/docs"),
    ],
)
def test_where_docs_are(base: str, ref: str, expected: str) -> None:
    annotations = {"backstage.io/managed-by-location": base, "backstage.io/techdocs-ref": ref}
    assert str(docs_location(annotations)) == expected


@pytest.mark.parametrize(("ref", "error"), [("dir:..", NotAllowedError), ("./a", FormatError), ("s3:b", InputError)])
def test_where_docs_cant_be(ref: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        docs_location({"backstage.io/managed-by-location": FILE, "backstage.io/techdocs-ref": ref})


def test_docs_behind_a_url_are_read_page_by_page(
    sqlite_database: Database, load_catalog: LoadCatalog, tmp_path: Path
) -> None:
    base = "https://github.com/acme/r/tree/main"
    site = FakeSite({f"{base}/mkdocs.yml": "nav: [index.md]", f"{base}/docs/index.md": "# Hello\n\nlemurs\n"})
    write_tree(tmp_path, {"catalog-info.yaml": entity("svc", f"url:{base}")})
    load_catalog(sqlite_database, tmp_path / "catalog-info.yaml")
    indexer = DocsIndexer(sqlite_database, site)
    assert indexer.index(REF).changed == 1
    site.sent.clear()
    assert indexer.index(REF).changed == 0
    assert f"{base}/docs/index.md" not in site.sent
    assert indexer.sync_all().sites == 1
    with sqlite_database.read() as connection:
        page = queries.page_of(connection, REF, "index.md")
    assert page is not None
    assert page.info.edit_url == "https://github.com/acme/r/blob/main/docs/index.md"


def test_a_source_that_fails_leaves_the_last_docs(
    sqlite_database: Database, load_catalog: LoadCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = "https://github.com/acme/r/tree/main"
    site = FakeSite({f"{base}/docs/index.md": "# Hello\n"})
    write_tree(tmp_path, {"catalog-info.yaml": entity("svc", f"url:{base}")})
    load_catalog(sqlite_database, tmp_path / "catalog-info.yaml")
    DocsIndexer(sqlite_database, site).index(REF)

    def fail(url: str, *_: str) -> Content:
        raise ReadError(f"{url} took too long to answer")

    monkeypatch.setattr(site, "read", fail)
    monkeypatch.setattr(site, "listing", fail)
    DocsIndexer(sqlite_database, site).index(REF)
    assert "took too long" in problems(sqlite_database)
    assert pages(sqlite_database) == ["index.md"]


def test_another_entitys_docs_are_searched_through_an_alias(
    sqlite_database: Database, load_catalog: LoadCatalog, tmp_path: Path
) -> None:
    write_tree(tmp_path / "a", {"catalog-info.yaml": entity("svc"), "docs/index.md": "# Otters\n\nswim\n"})
    pointing = entity("other").replace("techdocs-ref: dir:.", f"techdocs-entity: {REF}")
    write_tree(tmp_path / "b", {"catalog-info.yaml": pointing})
    load_catalog(sqlite_database, tmp_path / "a/catalog-info.yaml", tmp_path / "b/catalog-info.yaml")
    DocsIndexer(sqlite_database).sync_all()
    with sqlite_database.read() as connection:
        hits = DocsFinder().find(connection, "otters", ref="component:default/other")
        site = queries.resolved_site(connection, "component:default/other")
    assert [h.ref for h in hits] == [REF]
    assert site is not None
    assert site.ref == REF


def test_changes_of_documented_entities_become_jobs(database: Database, tree: Path) -> None:
    jobs: list[object] = []

    def enqueue(*args: object, **options: object) -> bool:
        jobs.append((args[1:], options))
        return True

    consumer = TechdocsConsumer(enqueue)
    events: Sequence[Event] = [Event("updated", REF), Event("updated", "group:default/none"), Event("deleted", REF)]
    with database.unit_of_work() as uow:
        consumer.consume(uow, events)
    assert jobs == [(("techdocs", "techdocs.index", {"ref": REF}), {"dedup": f"techdocs.index:{REF}"})]


@pytest.mark.parametrize(
    ("event", "jobs"),
    [
        (Event("updated", REF, body={"fields": {"metadata.description": ["a", "b"]}}), 0),
        (Event("updated", REF, body={"fields": {"metadata.title": ["a", "b"]}}), 1),
        (Event("updated", REF, body={"fields": {"metadata.annotations.backstage.io/techdocs-ref": ["a", "b"]}}), 1),
        (Event("created", REF, at=1.0), 0),
        (Event("created", REF, at=2**40), 1),
    ],
)
def test_docs_are_read_again_only_where_they_may_differ(
    database: Database, tree: Path, event: Event, jobs: int
) -> None:
    DocsIndexer(database).index(REF)
    asked: list[object] = []

    def enqueue(*args: object, **_options: object) -> bool:
        asked.append(args)
        return True

    consumer = TechdocsConsumer(enqueue)
    with database.unit_of_work() as uow:
        consumer.consume(uow, [event])
    assert len(asked) == jobs


def test_every_page_of_a_site_is_written_in_short_slices(database: Database, tree: Path) -> None:
    write_tree(tree, {f"docs/p{i}.md": f"# Page {i}\n\nnumber{i}\n" for i in range(250)})
    assert DocsIndexer(database).index(REF).changed == 250
    with database.read() as connection:
        assert DocsFinder().find(connection, "number249")[0].page == "p249.md"


def test_two_replicas_may_read_the_same_docs_at_once(database: Database, tree: Path) -> None:
    write_tree(tree, {f"docs/n{i}.md": f"# New {i}\n\nnumber{i}\n" for i in range(40)})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(DocsIndexer(database).index, [REF] * 4))
    assert len(pages(database)) == 42
    with database.read() as connection:
        assert search(connection, "number7").total == 1
