"""Discovery as a GitHub App: its installation is found, its token renewed, other owners fall back to the token."""

from typing import Any

import pytest

from callboard.config.model import GithubIntegration, GithubProviderSettings
from callboard.errors import ConfigError
from catalog.github.errors import BadTokenError
from catalog.providers.github import GithubProvider
from tests.catalog.test_github_provider import FILE, names, run
from tests.standins.github import GithubStandIn
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]


def as_app(
    github: GithubStandIn, settings: dict[str, Any], *, app_id: int = 4711, key: str | None = None, **app: Any
) -> GithubProvider:
    installed = github.traffic.app or github.install_app()
    credentials = {"appId": app_id, "privateKey": key or installed.private_key, **app}
    integration = GithubIntegration.model_validate(
        {"host": github.host, "apiBaseUrl": github.api_url, "apps": [credentials]}
    )
    given = GithubProviderSettings.model_validate(settings)
    return GithubProvider(id="default", settings=given, integration=integration)


@pytest.mark.parametrize("settings", [{"organization": "acme"}, {"app": 4711}, {"organization": "acme", "app": 4711}])
def test_app_reads_where_it_is_installed(github: GithubStandIn, settings: dict[str, Any]) -> None:
    github.add_repository("one", {FILE: "a: 1\n"})
    assert names(run(as_app(github, settings), {})) == {"one"}


def test_installation_token_is_used_until_shortly_before_it_ends(github: GithubStandIn) -> None:
    github.add_repository("one", {FILE: "a: 1\n"})
    one, known = as_app(github, {"organization": "acme"}), dict[str, str]()
    run(one, known)
    run(one, known)
    assert github.counted()["app token"] == 1
    assert github.traffic.app is not None

    github.traffic.app.lifetime = 10
    brief = as_app(github, {"organization": "acme"})
    run(brief, known)
    run(brief, known)
    assert github.counted()["app token"] >= 2


def test_app_serves_only_allowed_owners(github: GithubStandIn) -> None:
    elsewhere = as_app(github, {"organization": "acme"}, allowedInstallationOwners=["umbrella"])
    with pytest.raises(BadTokenError) as raised:
        list(elsewhere.read({}))
    assert raised.value.message == f"GitHub at {github.host} wants credentials for organisation `acme`."
    assert list(as_app(github, {"app": 4711}, allowedInstallationOwners=["umbrella"]).read({})) == []


def test_app_that_is_not_configured_is_named_with_those_that_are(github: GithubStandIn) -> None:
    with pytest.raises(ConfigError, match=rf"no app 42 for {github.host}; its `apps` has 4711"):
        list(as_app(github, {"app": 42}).read({}))


def test_key_of_another_app_is_refused_in_plain_words(github: GithubStandIn) -> None:
    with pytest.raises(BadTokenError) as raised:
        list(as_app(github, {"organization": "acme"}, app_id=4712).read({}))
    assert raised.value.message == (
        f"GitHub at {github.host} doesn't accept the token while reading the installations of app 4712:"
        " A JSON web token could not be decoded."
    )


def test_text_that_is_no_key_says_so_without_showing_it(github: GithubStandIn) -> None:
    with pytest.raises(BadTokenError) as raised:
        list(as_app(github, {"organization": "acme"}, key="certainly-no-key").read({}))
    assert raised.value.message == f"The private key of app 4711 at {github.host} is no PEM key."
    assert "certainly-no-key" not in repr(raised.value)
