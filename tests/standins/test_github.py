"""The stand-in is only worth something where it says no as GitHub does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from github import Auth, BadCredentialsException, Github, GithubException, UnknownObjectException

from tests.standins.github import GithubStandIn, secondary_limit
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]


@pytest.fixture(scope="module")
def shared() -> Iterator[GithubStandIn]:
    """For tests that only look."""
    with GithubStandIn(org="acme") as standin:
        for number in range(37):
            standin.add_repository(f"service-{number:02}", {"README.md": f"# {number}\n", "docs/index.md": "hello"})
        standin.add_repository("open", {"README.md": "open"}, visibility="public", topics=["web", "api"])
        yield standin


def client(standin: GithubStandIn, token: str | None = None) -> Github:
    return Github(
        auth=Auth.Token(token or standin.token), base_url=standin.api_url, retry=None, seconds_between_requests=0,
        seconds_between_writes=0, per_page=10,
    )  # fmt: skip


def ask(standin: GithubStandIn, query: str, **variables: Any) -> Any:
    headers = {"authorization": f"bearer {standin.token}"}
    body = {"query": query, "variables": variables}
    return httpx.post(f"{standin.url}/api/graphql", json=body, headers=headers).raise_for_status().json()


def rest(standin: GithubStandIn, path: str, **headers: str) -> httpx.Response:
    given = {"authorization": f"token {standin.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return httpx.get(standin.api_url + path, headers=given)


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Nora", "-c", "user.email=nora@example.com"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_pygithub_pages_through_the_organisation(shared: GithubStandIn) -> None:
    github = client(shared)
    assert github.get_user().login == "callboard-bot"
    assert len(list(github.get_organization("acme").get_repos())) == 38
    assert github.get_rate_limit().resources.core.limit == 5000


def test_pygithub_reads_files_trees_blobs_commits_and_branches(shared: GithubStandIn) -> None:
    repository = client(shared).get_repo("acme/service-07")
    readme = repository.get_contents("README.md")
    assert not isinstance(readme, list)
    assert readme.decoded_content == b"# 7\n"
    assert repository.get_git_blob(readme.sha).size == 4
    paths = [e.path for e in repository.get_git_tree("main", recursive=True).tree]
    assert paths == ["README.md", "docs", "docs/index.md"]
    branch = repository.get_branch("main")
    assert repository.get_commit(branch.commit.sha).commit.message == "Initial commit"
    assert [b.name for b in repository.get_branches()] == ["main"]


def test_last_page_has_no_next(shared: GithubStandIn) -> None:
    first, last = (rest(shared, f"/orgs/acme/repos?per_page=30&page={page}") for page in (1, 2))
    assert set(first.links) == {"next", "last"}
    assert set(last.links) == {"prev", "first"}
    assert len(last.json()) == 8


def test_same_answer_is_not_sent_twice_and_costs_nothing(github: GithubStandIn) -> None:
    github.add_repository("one", {"a.txt": "first"})
    path = "/repos/acme/one/contents/a.txt"
    first = rest(github, path)
    again = rest(github, path, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]
    github.put_file("one", "a.txt", "second")
    assert rest(github, path, if_none_match=first.headers["etag"]).status_code == 200


def test_raw_accept_header_gives_the_bytes(shared: GithubStandIn) -> None:
    answer = rest(shared, "/repos/acme/service-01/contents/README.md", accept="application/vnd.github.v3.raw")
    assert answer.content == b"# 1\n"


def test_bad_token_is_refused_and_none_sees_only_what_is_public(shared: GithubStandIn) -> None:
    with pytest.raises(BadCredentialsException):
        client(shared, "wrong-token").get_user().login  # noqa: B018 - reading it asks the server
    assert [r["name"] for r in httpx.get(f"{shared.api_url}/orgs/acme/repos").json()] == ["open"]
    assert httpx.get(f"{shared.api_url}/repos/acme/service-01").status_code == 404
    assert httpx.post(f"{shared.url}/api/graphql", json={"query": "{ viewer { login } }"}).status_code == 401


def test_renamed_repository_is_found_under_its_old_name(github: GithubStandIn) -> None:
    github.add_repository("old", {"a.txt": "content"})
    github.rename("old", "new")
    assert rest(github, "/repos/acme/old").status_code == 301
    assert client(github).get_repo("acme/old").full_name == "acme/new"


def test_unknown_things_are_not_found(shared: GithubStandIn) -> None:
    with pytest.raises(UnknownObjectException):
        client(shared).get_repo("acme/nothing")
    assert rest(shared, "/orgs/umbrella/repos").status_code == 404
    assert rest(shared, "/repos/acme/open/contents/none.txt").json()["message"] == "Not Found"


def test_repository_can_be_created_once(github: GithubStandIn) -> None:
    organization = client(github).get_organization("acme")
    made = organization.create_repo("fresh", private=True, auto_init=True)
    assert (made.full_name, made.private, made.clone_url) == ("acme/fresh", True, f"{github.url}/acme/fresh.git")
    with pytest.raises(GithubException, match="name already exists on this account"):
        organization.create_repo("fresh")


def test_graphql_answers_aliases_fragments_and_variables(shared: GithubStandIn) -> None:
    query = """
    query Q($org: String!, $size: Int!, $full: Boolean = false) {
      owner: repositoryOwner(login: $org) {
        __typename
        repositories(first: $size) {
          totalCount
          pageInfo { hasNextPage }
          nodes { name file: object(expression: "HEAD:README.md") { ... on Blob { text } ... on Tree { oid } } }
        }
        extra: login @include(if: $full)
      }
      repository(owner: $org, name: "open") { repositoryTopics(first: 5) { nodes { topic { name } } } }
    }
    """
    data = ask(shared, query, org="acme", size=1)["data"]
    assert data["owner"] == {
        "__typename": "Organization",
        "repositories": {
            "totalCount": 38,
            "pageInfo": {"hasNextPage": True},
            "nodes": [{"name": "service-00", "file": {"text": "# 0\n"}}],
        },
    }
    assert [n["topic"]["name"] for n in data["repository"]["repositoryTopics"]["nodes"]] == ["api", "web"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ viewer { nickname } }", "Field 'nickname' doesn't exist on type 'User'"),
        ("{ viewer(id: 1) { login } }", "Field 'viewer' doesn't accept argument 'id'"),
        ("{ organization { login } }", "Field 'organization' is missing required arguments: login"),
        ("{ viewer }", "Field must have selections (field 'viewer' returns User but has no selections.)"),
        ("{ viewer { login { x } } }", "Selections can't be made on scalars (field 'login' returns String)"),
        ("query Q($a: Int!) { viewer { login } }", "Variable $a is declared by Q but not used"),
        ("query Q { organization(login: $a) { login } }", "Variable $a is used by Q but not declared"),
        (
            "query Q($a: Int!) { organization(login: $a) { login } }",
            "Type mismatch on variable $a and argument login (Int! / String!)",
        ),
        (
            "query Q($a: String) { organization(login: $a) { login } }",
            "Nullability mismatch on variable $a and argument login (String / String!)",
        ),
        ("{ viewer { ... on Blob { text } } }", "Fragment on Blob can't be spread inside User"),
        ("{ viewer { login @only(if: true) } }", "Directive @only is not defined"),
        ("{ viewer { login }", "Parse error: Expected NAME"),
    ],
)
def test_graphql_refuses_what_github_does_not_have(shared: GithubStandIn, query: str, message: str) -> None:
    answer = ask(shared, query, a=1)
    assert "data" not in answer
    assert answer["errors"][0]["message"].startswith(message)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("", "MISSING_PAGINATION_BOUNDARIES"),
        ("(first: 101)", "EXCESSIVE_PAGINATION"),
        ('(first: 1, after: "x")', "INVALID_CURSOR_ARGUMENTS"),
    ],
)
def test_graphql_connection_needs_sane_bounds(shared: GithubStandIn, page: str, kind: str) -> None:
    answer = ask(shared, f'{{ organization(login: "acme") {{ repositories{page} {{ totalCount }} }} }}')
    assert [(e["type"], e["path"]) for e in answer["errors"]] == [(kind, ["organization", "repositories"])]


def test_graphql_error_of_one_field_leaves_the_others(shared: GithubStandIn) -> None:
    answer = ask(shared, '{ a: organization(login: "umbrella") { login } b: viewer { login } }')
    assert answer["data"] == {"a": None, "b": {"login": "callboard-bot"}}
    assert answer["errors"][0]["path"] == ["a"]


def test_cursor_survives_the_repository_it_points_at(github: GithubStandIn) -> None:
    for name in ("a", "b", "c"):
        github.add_repository(name)
    query = (
        'query Q($after: String) { organization(login: "acme") { repositories(first: 2, after: $after)'
        " { nodes { name } pageInfo { endCursor } } } }"
    )  # fmt: skip
    cursor = ask(github, query)["data"]["organization"]["repositories"]["pageInfo"]["endCursor"]
    github.delete_repository("b")
    assert ask(github, query, after=cursor)["data"]["organization"]["repositories"]["nodes"] == [{"name": "c"}]


def test_fault_comes_when_it_is_due_and_once(github: GithubStandIn) -> None:
    github.fail(secondary_limit(7, 429), resource="core", after=1)
    answers = [rest(github, "/user") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 429, 200]
    assert answers[1].headers["retry-after"] == "7"


def test_budget_that_is_spent_refuses_until_it_resets(github: GithubStandIn) -> None:
    github.traffic.budgets["core"].remaining = 1
    first, second = rest(github, "/user"), rest(github, "/user")
    assert (first.status_code, second.status_code) == (200, 403)
    assert second.json()["message"].startswith("API rate limit exceeded")
    assert second.headers["x-ratelimit-remaining"] == "0"
    assert rest(github, "/rate_limit").status_code == 200


def test_git_clones_what_the_api_committed_and_pushes_what_the_api_then_sees(
    github: GithubStandIn, tmp_path: Path
) -> None:
    github.add_repository("one", {"a/b.txt": "first", "run.sh": "exit 0", "a.txt": "beside a folder"})
    git(tmp_path, "clone", "-q", github.clone_url("one"), "work")
    work = tmp_path / "work"
    assert git(work, "fsck", "--strict") == ""
    (work / "a" / "b.txt").write_text("second")
    git(work, "commit", "-qam", "Change b")
    git(work, "push", "-q")
    assert rest(github, "/repos/acme/one/contents/a/b.txt", accept="application/vnd.github.raw").text == "second"


def test_git_push_of_a_first_branch_fills_an_empty_repository(github: GithubStandIn, tmp_path: Path) -> None:
    github.add_repository("empty")
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "README.md").write_text("hello")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "First")
    git(tmp_path, "push", "-q", github.clone_url("empty"), "main")
    assert client(github).get_repo("acme/empty").get_commit("main").commit.message == "First"


def test_git_push_without_the_token_is_refused(github: GithubStandIn, tmp_path: Path) -> None:
    github.add_repository("one", {"a.txt": "first"}, visibility="public")
    git(tmp_path, "clone", "-q", github.clone_url("one", with_token=False), "work")
    answer = httpx.get(f"{github.url}/acme/one.git/info/refs?service=git-receive-pack")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Basic realm="GitHub"')


def test_folders_are_repositories_and_follow_the_disk(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "a.txt").write_text("one")
    with GithubStandIn(root=tmp_path) as github:
        organization = client(github).get_organization("acme")
        assert [r.name for r in organization.get_repos()] == ["first"]

        (tmp_path / "later" / "docs").mkdir(parents=True)
        (tmp_path / "later" / "docs" / "index.md").write_text("hello")
        (tmp_path / "first" / "a.txt").write_text("changed")
        assert {r.name for r in organization.get_repos()} == {"first", "later"}
        raw = "application/vnd.github.raw"
        assert rest(github, "/repos/acme/first/contents/a.txt", accept=raw).text == "changed"
        assert rest(github, "/repos/acme/later/contents/docs/index.md", accept=raw).text == "hello"

        (tmp_path / "first" / "a.txt").unlink()
        (tmp_path / "first").rmdir()
        assert [r.name for r in organization.get_repos()] == ["later"]


def test_links_to_repositories_and_files_lead_somewhere(shared: GithubStandIn) -> None:
    assert 'href="/acme/service-01"' in httpx.get(f"{shared.url}/acme").text
    assert 'href="/acme/service-01/tree/HEAD/docs"' in httpx.get(f"{shared.url}/acme/service-01").text
    file = httpx.get(f"{shared.url}/acme/service-01/blob/main/docs/index.md")
    assert (file.text, file.headers["content-type"]) == ("hello", "text/plain; charset=utf-8")
    for path in ("umbrella", "acme/nothing", "acme/open/blob/main/none", "acme/open/settings"):
        assert httpx.get(f"{shared.url}/{path}").status_code == 404


def test_command_serves_a_folder_until_it_is_told_to_stop(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.txt").write_text("hello")
    command = [sys.executable, "-m", "tests.standins.github", "--root", str(tmp_path), "--org", "acme", "--port", "0"]
    environment = {**os.environ, "GITHUB_TOKEN": "a-token-for-this-test"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        _url, _word, api, *_rest, token = process.stdout.readline().split()
        answer = httpx.get(f"{api}/orgs/acme/repos", headers={"authorization": f"token {token}"})
        process.terminate()
    assert [r["name"] for r in answer.json()] == ["one"]
    assert (token, process.returncode) == ("a-token-for-this-test", 0)
