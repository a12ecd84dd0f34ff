"""What the doctor says of GitHub, of what is read from it, and of PostgreSQL's trigrams."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.doctor import examine
from bot.doctor.check import Check
from bot.doctor.installation import typos
from bot.process import CATALOG_QUEUE, SYNC_PROVIDER, Process
from bot.runtime import Runtime
from callboard.config.build import build_config
from callboard.config.load import RawConfig
from callboard.config.model import AppConfig
from callboard.db import Database
from callboard.errors import AuthenticationError
from search.spelling import add_trigrams
from tests.standins.github import GithubStandIn
from tests.standins.github.fixtures import github, github_server
from tests.standins.github.traffic import Answer

__all__ = ["github", "github_server"]


def checks(folder: Path, *, migrate: bool = True, **sections: Any) -> dict[str, Check]:
    data = {"callboard": {"dataDir": str(folder / "data")}, **sections}
    runtime = Runtime(build_config(RawConfig(data)))
    try:
        if migrate:
            runtime.migrate()
        return {c.name: c for c in examine(runtime)}
    finally:
        runtime.close()


@pytest.fixture
def at_github(github: GithubStandIn, tmp_path: Path) -> Iterator[Runtime]:
    github.add_repository("one", {"catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\n"})
    provider = {"organization": "acme", "host": github.host, "schedule": {"frequency": "1h", "timeout": "5m"}}
    integration = {"host": github.host, "token": github.token, "apiBaseUrl": github.api_url}
    data = {
        "callboard": {"dataDir": str(tmp_path / "data")},
        "integrations": {"github": [integration]},
        "catalog": {"providers": {"github": provider}},
    }
    runtime = Runtime(build_config(RawConfig(data)))
    runtime.migrate()
    yield runtime
    runtime.close()


def github_checks(github: GithubStandIn, tmp_path: Path, **given: Any) -> dict[str, Check]:
    integration = {"host": github.host, "token": github.token, "apiBaseUrl": github.api_url, **given}
    people = {"githubUrl": github.url, "orgs": ["acme"]}
    sections: dict[str, Any] = {
        "integrations": {"github": [integration]},
        "catalog": {"providers": {"githubOrg": people}},
    }
    found = checks(tmp_path, **sections)
    return {name.removeprefix(f"github {github.host}"): c for name, c in found.items() if name.startswith("github ")}


def test_a_token_is_shown_with_its_scopes_and_both_budgets(github: GithubStandIn, tmp_path: Path) -> None:
    budgets = {name: {"limit": 5000, "remaining": 4321, "reset": 0} for name in ("core", "graphql")}
    github.fail(Answer({"resources": budgets}, headers={"x-oauth-scopes": "repo, read:org"}))
    found = github_checks(github, tmp_path)
    assert [(c.state, c.message) for c in found.values()] == [
        (
            "ok",
            "4321 of 5000 requests left (core), 4321 of 5000 requests left (graphql); scopes read:org, repo",
        )
    ]


def test_a_token_that_may_not_see_people_is_named(github: GithubStandIn, tmp_path: Path) -> None:
    github.fail(Answer({"resources": {}}, headers={"x-oauth-scopes": "repo"}))
    found = github_checks(github, tmp_path)[" scopes"]
    assert (found.state, found.message) == ("failed", "the token has the scopes repo, but not `read:org`")


def test_a_budget_that_runs_low_and_a_token_that_is_refused_are_told(github: GithubStandIn, tmp_path: Path) -> None:
    github.traffic.budgets["graphql"].remaining = 12
    scarce = github_checks(github, tmp_path)[""]
    assert scarce.state == "warning"
    assert "12 of 5000 requests left (graphql)" in scarce.message
    assert scarce.hint == "More in 60 minutes."
    refused = github_checks(github, tmp_path, token="ghp_" + "revoked0" * 5)[""]
    assert refused.state == "failed"
    assert "may have been revoked" in str(refused.hint)


def test_an_app_is_shown_with_who_installed_it(github: GithubStandIn, tmp_path: Path) -> None:
    app = {"appId": 4711, "privateKey": github.install_app().private_key}
    assert github_checks(github, tmp_path, apps=[app])[" app 4711"].message == "installed by acme"
    nobody = github_checks(github, tmp_path, apps=[{**app, "allowedInstallationOwners": ["umbrella"]}])[" app 4711"]
    assert nobody.state == "warning"
    broken = github_checks(github, tmp_path, apps=[{**app, "privateKey": "no key"}])[" app 4711"]
    assert (broken.state, broken.message.endswith("is no PEM key.")) == ("failed", True)


def source_check(runtime: Runtime) -> Check:
    return next(c for c in examine(runtime) if c.name == "provider:github-provider:default")


def test_a_provider_is_shown_with_what_its_run_cost_and_when_the_next_one_is(
    at_github: Runtime, github: GithubStandIn
) -> None:
    unread = source_check(at_github)
    assert (unread.state, unread.message) == ("warning", "not read yet")

    process = Process(at_github)
    process.clock.add(unread.name, at_github.providers[0].schedule, queue=CATALOG_QUEUE, kind=SYNC_PROVIDER)
    assert process.clock.tick(unread.name)
    assert process.workers[0].run_one()
    found = source_check(at_github)
    left = github.traffic.budgets["graphql"].remaining
    assert found.state == "ok"
    assert re.search(r"read well \d seconds ago; 2 graphql requests in [\d.]+ s; ", found.message)
    assert f"{left} of 5000 left (graphql, more in 60 minutes); next run in 60 minutes" in found.message
    assert found.details["run"]["requests"] == {"graphql": 2}
    assert found.details["last_error"] is None


def test_a_provider_that_fails_is_shown_with_its_last_success(at_github: Runtime, github: GithubStandIn) -> None:
    at_github.catalog.sync_provider("github-provider:default")
    github.traffic.token = "another"
    with pytest.raises(AuthenticationError):
        at_github.catalog.sync_provider("github-provider:default")
    found = source_check(at_github)
    assert found.state == "failed"
    assert "doesn't accept the token" in found.message
    assert re.search(r"\(last read well \d seconds ago; 1 graphql requests in", found.message)
    assert json.loads(json.dumps(found.as_json()))["details"]["last_error"]


def test_a_postgresql_without_trigrams_is_told_how_to_get_them(database: Database) -> None:
    runtime = Runtime(AppConfig())
    vars(runtime)["database"] = database
    found = list(typos(runtime))
    if database.is_sqlite:
        assert found == []
        return
    assert [(c.state, "CREATE EXTENSION pg_trgm" in str(c.hint)) for c in found] == [("warning", True)]
    with database.write() as connection:
        add_trigrams(connection)
    assert [c.state for c in typos(runtime)] == ["ok"]
