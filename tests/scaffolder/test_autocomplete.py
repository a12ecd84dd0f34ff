"""Names for a form's fields, by a person's own token, against the stand-in for GitHub."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import tests.scaffolder.github_routes as _routes  # noqa: F401 - what the stand-in answers to people
from api.app import ApiServices, create_app
from api.scaffolder import ScaffolderApi, scaffolder_router
from callboard.config.model import Auth, Backend, Integrations
from scaffolder.actions.base import ActionServices
from tests.api.server import running
from tests.conftest import NoUrls
from tests.scaffolder.bench import Bench
from tests.standins.github.server import GithubStandIn


@pytest.fixture
def github() -> Iterator[GithubStandIn]:
    with GithubStandIn(org="acme") as found:
        for name in ("seat-map", "drinks"):
            found.organization.create(name, {"README.md": "#\n"})
        found.organization["drinks"].git.commit({"a": b"a"}, branch="next/one", message="next")
        yield found


@pytest.fixture
def client(local: Bench, github: GithubStandIn) -> Iterator[httpx.Client]:
    auth = Auth.model_validate({"dangerouslyDisableDefaultAuthPolicy": True})
    update = {"backend": Backend(auth=auth), "integrations": Integrations(github=[github.integration()])}
    config = local.config.model_copy(update=update)
    actions = ActionServices(config, local.database, local.catalog, NoUrls())
    router = scaffolder_router(ScaffolderApi(local.database, local.scaffolder, actions))
    services = ApiServices(local.database, local.catalog, config, "1.2.3")
    with (
        running(create_app(services, routers=[router])) as url,
        httpx.Client(base_url=f"{url}/api/scaffolder/v2/autocomplete", trust_env=False, timeout=20) as found,
    ):
        yield found


def ask(client: httpx.Client, github: GithubStandIn, what: str, **context: Any) -> httpx.Response:
    return client.post(what, json={"token": github.token, "context": {"host": github.host, **context}})


@pytest.mark.parametrize(
    ("resource", "context", "expected"),
    [
        ("repositoriesWithOwner", {}, ["acme/seat-map", "acme/drinks"]),
        ("branches", {"owner": "acme", "repository": "drinks"}, ["main", "next/one"]),
        ("owners", {}, ["acme"]),
    ],
)
def test_names_are_those_that_the_token_shows(
    client: httpx.Client, github: GithubStandIn, resource: str, context: dict[str, str], expected: list[str]
) -> None:
    answer = ask(client, github, f"/github/{resource}", **context)

    assert answer.status_code == 200, answer.text
    assert sorted(r["id"] for r in answer.json()["results"]) == sorted(expected)


@pytest.mark.parametrize(
    ("what", "context", "message"),
    [
        ("/github/branches", {}, "Missing owner and/or repository context parameter"),
        ("/github/moons", {}, "Invalid resource: moons"),
        ("/gitlab/groups", {}, "Unsupported provider: gitlab"),
        ("/github/owners", {"host": "evil.example"}, "There is no integration for evil.example."),
    ],
)
def test_what_can_not_be_completed_is_refused(
    client: httpx.Client, github: GithubStandIn, what: str, context: dict[str, str], message: str
) -> None:
    answer = ask(client, github, what, **context)

    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]


def test_token_that_is_not_accepted_is_said_without_showing_it(client: httpx.Client, github: GithubStandIn) -> None:
    body = {"token": "ghp_wrong", "context": {"host": github.host}}

    answer = client.post("/github/owners", json=body)

    assert answer.status_code in {401, 403}
    assert "ghp_wrong" not in answer.text
