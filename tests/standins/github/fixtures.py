"""For test modules: one server for all tests of a module, empty and well again before each."""

from collections.abc import Iterator

import pytest

from tests.standins.github.server import GithubStandIn


@pytest.fixture(scope="module")
def github_server() -> Iterator[GithubStandIn]:
    with GithubStandIn(org="acme") as standin:
        yield standin


@pytest.fixture
def github(github_server: GithubStandIn) -> GithubStandIn:
    github_server.reset()
    return github_server
