"""From a repository on the stand-in to entities in SQL, and what a run that fails leaves there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from api.metrics import SourceMetrics
from callboard.config.model import AppConfig, Integrations
from callboard.db import Database
from catalog.github.errors import RateLimitError
from catalog.ingest.urls import HttpUrlReader
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, matching_ids
from catalog.service import Catalog, build_catalog
from tests.catalog.test_github_provider import FILE, provider
from tests.standins.github import GithubStandIn, secondary_limit
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]
KEY = "github-provider:default"


def component(name: str, lifecycle: str = "production") -> str:
    spec = f"spec: {{type: service, lifecycle: {lifecycle}, owner: team-a}}"
    return f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n{spec}\n"


@contextmanager
def catalog_over(database: Database, github: GithubStandIn) -> Iterator[Catalog]:
    config = AppConfig(integrations=Integrations(github=[github.integration()]))
    reader = HttpUrlReader(config)
    yield build_catalog(database, config, urls=reader, providers=[provider(github)])
    reader._client.close()


@pytest.fixture
def catalog(sqlite_database: Database, github: GithubStandIn) -> Iterator[Catalog]:
    with catalog_over(sqlite_database, github) as built:
        yield built


def count(database: Database, query: str = "kind=component") -> int:
    with database.read() as connection:
        return len(matching_ids(connection, EntityQuery(parse_filters([query]))))


def test_new_repository_is_known_at_the_next_run(
    sqlite_database: Database, catalog: Catalog, github: GithubStandIn
) -> None:
    github.add_repository("one", {FILE: component("one")})
    catalog.sync_provider(KEY)
    assert count(sqlite_database) == 1

    github.add_repository("two", {FILE: component("two")})
    github.put_file("one", FILE, component("one", "deprecated"))
    catalog.sync_provider(KEY)
    assert count(sqlite_database) == 2
    assert count(sqlite_database, "spec.lifecycle=deprecated") == 1


def test_included_files_are_read_from_the_same_branch(
    sqlite_database: Database, catalog: Catalog, github: GithubStandIn
) -> None:
    api = component("pets").replace("Component", "API").replace("type: service", "type: openapi")
    text = api.replace("spec: {", "spec: {definition: {$text: ./openapi.yaml}, ")
    github.add_repository("one", {FILE: text, "openapi.yaml": "openapi: 3.1.0\n"})
    catalog.sync_provider(KEY)
    assert count(sqlite_database, "kind=api,metadata.name=pets") == 1


def test_run_that_hits_the_limit_deletes_nothing_and_keeps_what_it_has(
    sqlite_database: Database, catalog: Catalog, github: GithubStandIn
) -> None:
    for number in range(150):
        github.add_repository(f"service-{number:03}", {FILE: component(f"service-{number:03}")})
    github.fail(secondary_limit(30), resource="graphql", after=3)
    with pytest.raises(RateLimitError):
        catalog.sync_provider(KEY)
    assert count(sqlite_database) == 100

    github.fail(secondary_limit(30), resource="graphql")
    with pytest.raises(RateLimitError):
        catalog.sync_provider(KEY)
    assert count(sqlite_database) == 100

    catalog.sync_provider(KEY)
    assert count(sqlite_database) == 150


def test_folder_that_appears_while_github_runs_is_ingested(sqlite_database: Database, tmp_path: Path) -> None:
    with GithubStandIn(root=tmp_path) as github, catalog_over(sqlite_database, github) as catalog:
        (tmp_path / "first").mkdir()
        (tmp_path / "first" / FILE).write_text(component("first"))
        catalog.sync_provider(KEY)
        assert count(sqlite_database) == 1
        (tmp_path / "later").mkdir()
        (tmp_path / "later" / FILE).write_text(component("later"))
        catalog.sync_provider(KEY)
        assert count(sqlite_database) == 2


def test_requests_are_added_up_run_by_run(database: Database, github: GithubStandIn) -> None:
    github.add_repository("one", {FILE: component("one")})
    with catalog_over(database, github) as catalog:
        catalog.sync_provider(KEY)
        catalog.sync_provider(KEY)
    with catalog_over(database, github) as catalog:
        github.fail(secondary_limit(30), resource="graphql")
        with pytest.raises(RateLimitError):
            catalog.sync_provider(KEY)
    registry = CollectorRegistry()
    registry.register(SourceMetrics(database))
    text = generate_latest(registry).decode()
    source = f'source="provider:{KEY}"'
    assert f'callboard_source_requests_total{{kind="graphql",{source}}} 4.0' in text, "2, 1 and 1 that was refused"
    assert f'callboard_source_run_requests{{kind="graphql",{source}}} 1.0' in text
    left = github.traffic.budgets["graphql"].remaining
    assert f'callboard_source_quota_remaining{{budget="graphql",{source}}} {left}.0' in text
    assert f"callboard_source_run_seconds{{{source}}}" in text
