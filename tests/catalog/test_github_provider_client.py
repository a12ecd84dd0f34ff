"""The client below discovery: what it spends, what it is told not to repeat, where it refuses to go."""

from typing import Any

import pytest

from callboard.config.model import GithubIntegration
from catalog.github.client import GithubClient, path_to
from catalog.github.errors import GithubNotFoundError, RefusedError, SlowError
from catalog.ingest.costs import Quota
from tests.standins.github import GithubStandIn, bad_gateway
from tests.standins.github.fixtures import github, github_server
from tests.standins.github.traffic import Answer

__all__ = ["github", "github_server"]


def test_unchanged_resource_is_not_sent_again(github: GithubStandIn) -> None:
    github.add_repository("one", {"a.txt": "hello"})
    path = path_to("repos", "acme", "one", "contents", "a.txt")
    with GithubClient(github.integration(), about="a file") as client:
        first = client.get(path)
        again = client.get(path, etag=first.etag)
        github.put_file("one", "a.txt", "changed")
        changed = client.get(path, etag=first.etag)
    assert (first.body["size"], again.body, changed.body["size"]) == (5, None, 7)
    assert again.etag == first.etag != changed.etag
    assert client.spent.requests == {"rest": 3, "not modified": 1}


def test_quota_left_is_known_for_each_budget(github: GithubStandIn) -> None:
    with GithubClient(github.integration(), about="somebody") as client:
        client.get("/user")
        client.graphql("{ viewer { login } }", {})
    core, graphql = github.traffic.budgets["core"], github.traffic.budgets["graphql"]
    assert client.spent.quotas == {
        "core": Quota(5000, 4999, core.reset),
        "graphql": Quota(5000, 4999, graphql.reset),
    }


def test_client_without_a_token_reads_what_is_public(github: GithubStandIn) -> None:
    github.add_repository("open", visibility="public")
    github.add_repository("closed")
    anonymous = GithubIntegration(host=github.host, api_base_url=github.api_url)
    with GithubClient(anonymous, about="a repository") as client:
        assert client.get("/repos/acme/open").body["name"] == "open"
        with pytest.raises(GithubNotFoundError):
            client.get("/repos/acme/closed")


def test_redirect_to_another_host_is_not_followed_with_the_token(github: GithubStandIn) -> None:
    github.fail(Answer({}, 301, {"location": "http://elsewhere.example/api/v3/user"}))
    with GithubClient(github.integration(), about="somebody") as client, pytest.raises(RefusedError) as raised:
        client.get("/user")
    assert "sends us elsewhere while reading somebody" in raised.value.message
    assert github.token not in raised.value.user_text


@pytest.mark.parametrize("answer", [bad_gateway(500), bad_gateway(503), Answer("", 504)])
def test_servers_own_failures_count_as_slow(github: GithubStandIn, answer: Answer) -> None:
    github.fail(answer)
    with GithubClient(github.integration(), about="somebody") as client, pytest.raises(SlowError):
        client.get("/user")


@pytest.mark.parametrize(
    ("parts", "path"), [(("repos", "a", "b"), "/repos/a/b"), (("repos", "a/b", "c?d#e"), "/repos/a%2Fb/c%3Fd%23e")]
)
def test_path_keeps_its_parts_apart(parts: tuple[str, ...], path: str) -> None:
    assert path_to(*parts) == path


@pytest.mark.parametrize(
    "body", [{"data": {"viewer": None}, "errors": "odd"}, {"data": {"viewer": None}, "errors": [1]}]
)
def test_odd_errors_beside_data_do_no_harm(github: GithubStandIn, body: Any) -> None:
    github.fail(Answer(body))
    with GithubClient(github.integration(), about="somebody") as client:
        assert client.graphql("{ viewer { login } }", {}).problems == ()
