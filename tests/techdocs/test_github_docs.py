"""Docs in GitHub repositories: found from the catalog file's place, and read with as few requests as can be."""

from collections.abc import Iterator

import pytest

from callboard.config.model import AppConfig, Integrations
from callboard.db import Database
from catalog.ingest.urls import HttpUrlReader
from catalog.service import build_catalog
from search.query import search
from techdocs import queries
from techdocs.assets import DocsAssets
from techdocs.indexer import DocsIndexer
from tests.catalog.test_github_provider import FILE, provider
from tests.standins.github import GithubStandIn, html_page
from tests.standins.github.fixtures import github, github_server
from tests.techdocs.conftest import entity

__all__ = ["github", "github_server"]
REF = "component:default/one"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PAGES = {f"docs/page-{n}.md": f"# Page {n}\n\nnumber{n}\n" for n in range(20)}


@pytest.fixture
def reader(github: GithubStandIn) -> Iterator[HttpUrlReader]:
    made = HttpUrlReader(AppConfig(integrations=Integrations(github=[github.integration()])))
    yield made
    made.close()


@pytest.fixture
def indexer(sqlite_database: Database, github: GithubStandIn, reader: HttpUrlReader) -> DocsIndexer:
    """A repository with twenty pages, known to the catalog."""
    nav = "site_name: One\nnav: [page-3.md, page-1.md, {Sub: '!include ./sub/mkdocs.yml'}]\n"
    files = {FILE: entity("one"), "mkdocs.yml": nav, "docs/.hidden/x.md": "# Hidden\n", "README.md": "# Code\n"}
    sub = {"sub/mkdocs.yml": "site_name: Sub\n", "sub/docs/index.md": "# Below\n\n![x](x.png)\n"}
    github.add_repository("one", files | PAGES | sub)
    github.put_file("one", "sub/docs/x.png", PNG)
    config = AppConfig(integrations=Integrations(github=[github.integration()]))
    catalog = build_catalog(sqlite_database, config, urls=reader, providers=[provider(github)])
    catalog.sync_provider("github-provider:default")
    return DocsIndexer(sqlite_database, reader, github_hosts=("github.com", github.host))


def test_docs_beside_a_catalog_file_are_read_with_nav_and_includes(
    sqlite_database: Database, indexer: DocsIndexer, github: GithubStandIn, reader: HttpUrlReader
) -> None:
    counts = indexer.index(REF)
    assert (counts.pages, counts.problems) == (21, 0)
    with sqlite_database.read() as connection:
        site = queries.site_of(connection, REF)
        page = queries.page_of(connection, REF, "page-3.md")
        assert search(connection, "number7", types=["techdocs"]).total == 1
        assert search(connection, "Hidden", types=["techdocs"]).total == 0
        assert site is not None
        assert DocsAssets(reader).read(connection, site, "sub/x.png").data == PNG
    assert [i.path for i in site.pages()] == ["page-3.md", "page-1.md", "sub/index.md"]
    assert page is not None
    assert page.info.edit_url == f"{github.url}/{github.organization.login}/one/blob/main/docs/page-3.md"
    assert page.info.changed_at is None


def test_unchanged_docs_cost_one_conditional_request(indexer: DocsIndexer, github: GithubStandIn) -> None:
    indexer.index(REF)
    github.counted()
    assert indexer.index(REF).changed == 0
    assert github.counted() == {"rest": 1, "not modified": 1}


def test_a_changed_page_costs_the_list_and_the_page(
    sqlite_database: Database, indexer: DocsIndexer, github: GithubStandIn
) -> None:
    indexer.index(REF)
    github.put_file("one", "docs/page-5.md", "# Page 5\n\nrewritten\n")
    github.counted()
    assert indexer.index(REF).changed == 1
    assert github.counted() == {"rest": 2}
    with sqlite_database.read() as connection:
        page = queries.page_of(connection, REF, "page-5.md")
    assert page is not None
    assert page.info.changed_at is not None


def test_another_process_reads_no_page_again(
    sqlite_database: Database, indexer: DocsIndexer, github: GithubStandIn, reader: HttpUrlReader
) -> None:
    indexer.index(REF)
    github.counted()
    later = HttpUrlReader(AppConfig(integrations=Integrations(github=[github.integration()])))
    assert DocsIndexer(sqlite_database, later, github_hosts=(github.host,)).index(REF).changed == 0
    later.close()
    assert github.counted() == {"rest": 3}


def test_a_proxys_page_in_place_of_the_list_leaves_the_docs(
    sqlite_database: Database, indexer: DocsIndexer, github: GithubStandIn
) -> None:
    indexer.index(REF)
    github.put_file("one", "docs/page-5.md", "# Page 5\n\nrewritten\n")
    github.fail(html_page(), mentions="/git/trees/")
    assert indexer.index(REF).failed == [REF]
    with sqlite_database.read() as connection:
        assert len(queries.pages_of(connection, REF)) == 21
        assert queries.problems_of(connection, REF)
