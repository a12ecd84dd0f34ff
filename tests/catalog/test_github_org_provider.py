"""People and teams of an organisation on the stand-in, over real HTTP, become Users and Groups."""

from collections.abc import Iterator
from typing import Any

import pytest

from callboard.config.github import GithubOrgProviderSettings
from callboard.config.model import AppConfig, GithubIntegration, Integrations
from callboard.config.model import Providers as ProviderSettings
from callboard.db import Database
from callboard.errors import ConfigError, NotFoundError
from catalog.github.errors import IncompleteListingError, RateLimitError
from catalog.ingest.urls import HttpUrlReader
from catalog.model import Entity
from catalog.providers.github_org import GithubOrgProvider
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, matching_ids
from catalog.queries.lookup import get_entity
from catalog.service import Catalog, build_catalog
from tests.standins.github import GithubStandIn, secondary_limit
from tests.standins.github.fixtures import github, github_server
from tests.standins.github.traffic import Answer

__all__ = ["github", "github_server"]


def provider(github: GithubStandIn, *, alone: bool = True, **given: Any) -> GithubOrgProvider:
    settings = GithubOrgProviderSettings.model_validate({"githubUrl": github.url, "orgs": ["acme"], **given})
    return GithubOrgProvider(settings=settings, integration=github.integration(), alone=alone)


@pytest.fixture
def catalog(sqlite_database: Database, github: GithubStandIn) -> Iterator[Catalog]:
    config = AppConfig(integrations=Integrations(github=[github.integration()]))
    reader = HttpUrlReader(config)
    yield build_catalog(sqlite_database, config, urls=reader, providers=[provider(github)])
    reader._client.close()


def entity(database: Database, ref: str) -> Entity | None:
    with database.read() as connection:
        return get_entity(connection, ref)


def count(database: Database, query: str) -> int:
    with database.read() as connection:
        return len(matching_ids(connection, EntityQuery(parse_filters([query]))))


def test_people_and_teams_become_users_and_groups(
    sqlite_database: Database, catalog: Catalog, github: GithubStandIn
) -> None:
    github.add_member("mia", name="Mia Lind", bio="Types: yaml\n\x07 \U0001f680", email="mia@acme.example")
    github.add_member("Tom-B")
    github.add_team("platform", name="Platform")
    github.add_team("edge", ["mia", "Tom-B"], parent="platform", description="Keeps the # doors")
    counts = catalog.sync_provider("github-org:default")
    assert (counts.created, counts.errors) == (4, 0)

    assert count(sqlite_database, "kind=user,relations.memberOf=group:default/edge") == 2
    assert count(sqlite_database, "kind=group,relations.childOf=group:default/platform") == 1
    assert count(sqlite_database, "metadata.annotations.github.com/team-slug=acme/edge") == 1
    mia = entity(sqlite_database, "user:default/mia")
    assert mia is not None
    assert mia.document["metadata"]["description"] == "Types: yaml\n \U0001f680"
    assert mia.document["spec"]["profile"]["displayName"] == "Mia Lind"
    assert mia.document["metadata"]["annotations"]["github.com/user-login"] == "mia"


def test_second_run_changes_nothing_and_a_leaver_goes(
    sqlite_database: Database, catalog: Catalog, github: GithubStandIn
) -> None:
    github.add_member("mia")
    github.add_member("tom")
    github.add_team("edge", ["mia", "tom"])
    catalog.sync_provider("github-org:default")
    again = catalog.sync_provider("github-org:default")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)

    del github.organization.members["tom"]
    github.organization.teams["edge"].members.discard("tom")
    catalog.sync_provider("github-org:default")
    assert count(sqlite_database, "metadata.annotations.backstage.io/orphan=true,metadata.name=tom") == 1


def test_requests_are_those_of_the_pages(github: GithubStandIn) -> None:
    for number in range(500):
        github.add_member(f"person-{number:03}")
    logins = list(github.organization.members)
    for number in range(60):
        github.add_team(f"team-{number:02}", logins[:120] if number < 2 else logins[:3])
    found = list(provider(github).read({}))
    assert len(found) == 560
    assert github.counted() == {"graphql": 10 + 3 + 2 * 2}
    big = next(f.content for f in found if str(f.location).endswith("/teams/team-00"))
    assert big is not None
    assert big.count(b"default/person-") == 120


def test_several_entries_have_namespaces_of_their_own(github: GithubStandIn) -> None:
    github.add_member("mia")
    github.add_team("edge", ["mia"])
    texts = [f.content or b"" for f in provider(github, alone=False).read({})]
    assert b'"acme/edge"' in texts[0]
    assert b'"namespace": "acme"' in texts[1]


def test_suspended_people_and_verified_addresses_are_minded(github: GithubStandIn) -> None:
    github.add_member("mia", email="mia@home.example", verified_emails=("mia@acme.example",))
    github.add_member("gone", suspended=True)
    github.add_team("edge", ["mia", "gone"])
    wanted = provider(github, excludeSuspendedUsers=True, defaultUserTransformer={"useVerifiedEmails": True})
    mia, edge = (f.content or b"" for f in wanted.read({}))
    assert b"mia@acme.example" in mia
    assert b"gone" not in edge


def test_organisation_that_cannot_be_read_leaves_the_others(github: GithubStandIn) -> None:
    github.add_member("mia")
    seen: list[str] = []
    items = provider(github, orgs=["renamed", "acme"]).read({})
    with pytest.raises(NotFoundError, match="no organisation `renamed`"):
        seen.extend(str(item.location) for item in items)
    assert seen == [f"url:{github.url}/mia"]


def test_limit_ends_the_run_and_nobody_is_deleted(
    sqlite_database: Database, catalog: Catalog, github: GithubStandIn
) -> None:
    github.add_member("mia")
    catalog.sync_provider("github-org:default")
    github.fail(secondary_limit(30), resource="graphql")
    with pytest.raises(RateLimitError):
        catalog.sync_provider("github-org:default")
    assert count(sqlite_database, "kind=user,metadata.name=mia") == 1


def test_without_orgs_and_apps_the_setting_is_named(github: GithubStandIn) -> None:
    with pytest.raises(ConfigError, match="`orgs` is needed"):
        list(provider(github, orgs=[]).read({}))


def test_app_lists_the_organisations_that_installed_it_and_asks_for_no_mail(github: GithubStandIn) -> None:
    github.add_member("mia", email="mia@acme.example")
    credentials = {"appId": 4711, "privateKey": github.install_app().private_key}
    given = {"host": github.host, "apiBaseUrl": github.api_url, "apps": [credentials]}
    settings = GithubOrgProviderSettings.model_validate({"githubUrl": github.url})
    integration = GithubIntegration.model_validate(given)
    (mia,) = GithubOrgProvider(settings=settings, integration=integration, alone=True).read({})
    assert mia.content is not None
    assert b"mia@acme.example" not in mia.content


def test_page_with_holes_removes_nobody(sqlite_database: Database, catalog: Catalog, github: GithubStandIn) -> None:
    github.add_member("mia")
    catalog.sync_provider("github-org:default")
    page = {"nodes": [None], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    body = {"data": {"organization": {"membersWithRole": page}}, "errors": [{"message": "Not for you"}]}
    github.fail(Answer(body), resource="graphql")
    with pytest.raises(IncompleteListingError, match="Not for you"):
        catalog.sync_provider("github-org:default")
    assert count(sqlite_database, "metadata.annotations.backstage.io/orphan=true") == 0


def test_one_object_or_several_are_accepted() -> None:
    one = {
        "id": "main",
        "githubUrl": "https://github.com",
        "orgs": ["acme"],
        "schedule": {"frequency": "1h", "timeout": "5m"},
    }
    assert [p.id for p in ProviderSettings.model_validate({"githubOrg": one}).github_org] == ["main"]
    assert len(ProviderSettings.model_validate({"githubOrg": [one, {**one, "id": "b"}]}).github_org) == 2
