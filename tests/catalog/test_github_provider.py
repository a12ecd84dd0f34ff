"""Discovery talks through PyGithub to a stand-in over real HTTP; requests are counted there."""

from datetime import timedelta
from typing import Any

import pytest

from callboard.config.model import GithubProviderSettings
from callboard.errors import ConfigError
from callboard.refs import LocationRef
from catalog.ingest.source import SourceFailure, SourceFile
from catalog.providers.github import GithubProvider
from tests.standins.github import GithubStandIn
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]

FILE = "catalog-info.yaml"


def provider(github: GithubStandIn, **settings: Any) -> GithubProvider:
    given = GithubProviderSettings.model_validate({"organization": "acme", "host": github.host, **settings})
    return GithubProvider(id="default", settings=given, integration=github.integration())


def run(one: GithubProvider, known: dict[str, str]) -> dict[str, SourceFile]:
    """A run without failures; `known` becomes what ingestion would know."""
    found: dict[str, SourceFile] = {}
    for item in one.read(known):
        assert isinstance(item, SourceFile), item
        found[str(item.location)] = item
    known.clear()
    known.update({name: item.version for name, item in found.items()})
    return found


def contents(found: dict[str, SourceFile]) -> list[bytes | None]:
    return [item.content for item in found.values()]


def names(found: dict[str, SourceFile]) -> set[str]:
    return {name.split("/")[4] for name in found}


def test_requests_are_few_for_a_thousand_repositories(github: GithubStandIn) -> None:
    for number in range(1000):
        github.add_repository(f"service-{number:04}", {FILE: f"number: {number}\n"})
    one, known = provider(github), dict[str, str]()

    first = run(one, known)
    assert (len(first), github.counted()) == (1000, {"graphql": 10 + 20})
    assert contents(first)[:2] == [b"number: 0\n", b"number: 1\n"]

    unchanged = run(one, known)
    assert (len(unchanged), github.counted()) == (1000, {"graphql": 10})
    assert set(contents(unchanged)) == {None}

    for number in range(0, 1000, 100):
        github.put_file(f"service-{number:04}", FILE, f"number: {number}, changed\n")
    changed = run(one, known)
    assert github.counted() == {"graphql": 10 + 1}
    assert sum(content is not None for content in contents(changed)) == 10
    assert b"number: 900, changed\n" in contents(changed)


def test_versions_are_enough_for_another_process(github: GithubStandIn) -> None:
    github.add_repository("one", {FILE: "a: 1\n"})
    known: dict[str, str] = {}
    run(provider(github), known)
    assert contents(run(provider(github), known)) == [None]


def test_location_is_the_file_on_its_default_branch(github: GithubStandIn) -> None:
    github.add_repository("one", {"infra/service info.yaml": "a: 1\n"}, default_branch="trunk")
    (found,) = run(provider(github, catalogPath="/infra/service info.yaml"), {}).values()
    assert found.location == LocationRef("url", f"{github.url}/acme/one/blob/trunk/infra/service%20info.yaml")


def test_repositories_without_the_file_or_without_commits_are_passed_over(github: GithubStandIn) -> None:
    github.add_repository("documented", {FILE: "a: 1\n"})
    github.add_repository("undocumented", {"README.md": "hello"})
    github.add_repository("empty")
    assert names(run(provider(github, validateLocationsExist=True), {})) == {"documented"}


def test_new_renamed_archived_and_deleted_repositories_are_noticed(github: GithubStandIn) -> None:
    for name in ("stays", "leaves", "old-name", "rests"):
        github.add_repository(name, {FILE: "a: 1\n"})
    one, known = provider(github), dict[str, str]()
    run(one, known)

    github.add_repository("arrives", {FILE: "a: 1\n"})
    github.delete_repository("leaves")
    github.rename("old-name", "new-name")
    github.archive("rests")
    assert names(run(one, known)) == {"stays", "arrives", "new-name"}


def test_file_that_was_deleted_is_not_listed_again(github: GithubStandIn) -> None:
    github.add_repository("one", {FILE: "a: 1\n", "README.md": "hello"})
    one, known = provider(github), dict[str, str]()
    run(one, known)
    github.delete_file("one", FILE)
    assert run(one, known) == {}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"plain", "fork", "open", "secret", "tagged", "tagged-twice"}),
        ({"allowForks": False}, {"plain", "open", "secret", "tagged", "tagged-twice"}),
        ({"allowArchived": True}, {"plain", "fork", "archived", "open", "secret", "tagged", "tagged-twice"}),
        ({"repository": "tagged"}, {"tagged"}),
        ({"repository": "tag.*|plain"}, {"tagged", "tagged-twice", "plain"}),
        ({"visibility": ["public"]}, {"open"}),
        ({"visibility": ["public", "private"]}, {"open", "secret"}),
        ({"topic": {"include": ["backend", "web"]}}, {"tagged", "tagged-twice"}),
        ({"topic": {"exclude": ["web"]}}, {"plain", "fork", "open", "secret", "tagged"}),
        ({"topic": {"include": ["backend"], "exclude": ["web"]}}, {"tagged"}),
        ({"topic": {"include": ["Backend"]}}, {"tagged", "tagged-twice"}),
        ({"branch": "next"}, {"plain"}),
    ],
)
def test_filters_keep_the_right_repositories(
    github: GithubStandIn, filters: dict[str, Any], expected: set[str]
) -> None:
    files = {FILE: "a: 1\n"}
    github.add_repository("plain", files)
    github.push("plain", files, branch="next")
    github.add_repository("fork", files, fork=True)
    github.add_repository("archived", files, archived=True)
    github.add_repository("open", files, visibility="public")
    github.add_repository("secret", files, visibility="private")
    github.add_repository("tagged", files, topics=["backend"])
    github.add_repository("tagged-twice", files, topics=["backend", "web"])
    assert names(run(provider(github, filters=filters), {})) == expected


def test_branch_filter_reads_that_branch_and_names_it(github: GithubStandIn) -> None:
    github.add_repository("one", {FILE: "from: main\n"})
    github.push("one", {FILE: "from: next\n"}, branch="next")
    (found,) = run(provider(github, filters={"branch": "next"}), {}).values()
    assert (found.content, found.location.target) == (b"from: next\n", f"{github.url}/acme/one/blob/next/{FILE}")


@pytest.mark.parametrize(("size", "pages"), [(100, 1), (25, 2), (7, 5), (1000, 1)])
def test_page_size_is_configurable_up_to_githubs_limit(github: GithubStandIn, size: int, pages: int) -> None:
    known: dict[str, str] = {}
    for number in range(30):
        github.add_repository(f"service-{number}", {FILE: "a: 1\n"})
    one = provider(github, pageSizes={"repositories": size})
    run(one, known)
    github.counted()
    assert (len(run(one, known)), github.counted()) == (30, {"graphql": pages})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"# " + b"x" * 250_000, id="long"),
        pytest.param(b"# " + b"x" * 600_000, id="cut by GraphQL"),
        pytest.param(b"\x00\x01binary", id="binary"),
        pytest.param(b"name: caf\xe9\n", id="not UTF-8"),
        pytest.param("name: café\r\n".encode("utf-8-sig"), id="byte order mark"),
        pytest.param(b"", id="empty"),
    ],
)
def test_content_arrives_byte_for_byte(github: GithubStandIn, content: bytes) -> None:
    github.add_repository("one", {FILE: content})
    assert contents(run(provider(github), {})) == [content]


def test_folder_in_place_of_the_file_is_a_failure_of_that_repository(github: GithubStandIn) -> None:
    github.add_repository("odd", {f"{FILE}/inside.txt": "hello"})
    github.add_repository("good", {FILE: "a: 1\n"})
    odd, good = sorted(provider(github).read({}), key=lambda item: isinstance(item, SourceFile))
    assert isinstance(odd, SourceFailure)
    assert (odd.location.target, odd.message) == (
        f"{github.url}/acme/odd/blob/main/{FILE}",
        "It is a folder; a file is expected there.",
    )
    assert isinstance(good, SourceFile)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"filters": {"repository": "svc-("}}, "filters.repository: `svc-(` is not a regular expression"),
        ({"catalogPath": "/**/*.yaml", "validateLocationsExist": True}, "validateLocationsExist: can't be used while"),
    ],
)
def test_settings_that_cannot_work_name_their_key(
    github: GithubStandIn, settings: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        provider(github, **settings)
    assert f"catalog.providers.github.default.{problem}" in str(raised.value)


def test_default_schedule_is_three_hours_with_an_hour_to_finish(github: GithubStandIn) -> None:
    one = provider(github)
    assert (one.key, one.schedule.every, one.schedule.timeout) == (
        "github-provider:default",
        timedelta(hours=3),
        timedelta(hours=1),
    )
