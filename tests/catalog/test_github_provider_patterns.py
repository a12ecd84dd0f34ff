"""Globs in `catalogPath`: which paths they mean, and how few trees are read for them."""

import re

import pytest

from catalog.providers.github_globs import compile_glob
from tests.catalog.test_github_provider import contents, provider, run
from tests.standins.github import GithubStandIn
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("**/info.yaml", ["info.yaml", "a/b/info.yaml"], ["a/b/xinfo.yaml", ".x/info.yaml"]),
        ("*.yaml", ["a.yaml"], ["a/b.yaml", ".hidden.yaml", "ayaml"]),
        ("services/*/info-?.yaml", ["services/a/info-1.yaml"], ["services/a/b/info-1.yaml", "services/a/info-.yaml"]),
        ("{apps,libs}/**/*.{yml,yaml}", ["apps/x.yml", "libs/a/b/x.yaml"], ["docs/x.yml", "apps/x.json"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "b/a", "a/.git/x"]),
        ("file[0-9].yaml", ["file1.yaml"], ["filex.yaml"]),
        ("file[!0-9].yaml", ["filex.yaml"], ["file1.yaml"]),
        ("a+b(c).yaml", ["a+b(c).yaml"], ["aab(c).yaml"]),
    ],
)
def test_pattern_means_what_a_shell_means(pattern: str, matching: list[str], other: list[str]) -> None:
    compiled: re.Pattern[str] = compile_glob(pattern)
    assert [p for p in matching + other if compiled.fullmatch(p)] == matching


def test_pattern_finds_several_files_of_a_repository(github: GithubStandIn) -> None:
    github.add_repository("mono", {"a/catalog-info.yaml": "a", "b/c/catalog-info.yaml": "c", "README.md": "hello"})
    github.add_repository("none", {"README.md": "hello"})
    found = run(provider(github, catalogPath="/**/catalog-info.yaml"), {})
    base = f"url:{github.url}/acme/mono/blob/main"
    assert set(found) == {f"{base}/a/catalog-info.yaml", f"{base}/b/c/catalog-info.yaml"}
    assert github.counted() == {"graphql": 2, "rest": 2}


def test_unchanged_trees_are_not_read_again_by_any_process(github: GithubStandIn) -> None:
    for number in range(20):
        github.add_repository(f"mono-{number}", {"a/info.yaml": f"{number} a", "b/info.yaml": f"{number} b"})
    known: dict[str, str] = {}
    run(provider(github, catalogPath="*/info.yaml"), known)
    github.counted()

    again = run(provider(github, catalogPath="*/info.yaml"), known)
    assert (len(again), set(contents(again)), github.counted()) == (40, {None}, {"graphql": 1})


def test_changed_tree_is_read_and_only_changed_files_fetched(github: GithubStandIn) -> None:
    github.add_repository("mono", {"a/info.yaml": "a", "b/info.yaml": "b"})
    one, known = provider(github, catalogPath="*/info.yaml"), dict[str, str]()
    run(one, known)
    github.counted()
    github.push("mono", {"a/info.yaml": "changed", "b/info.yaml": "b", "c/info.yaml": "new"})
    assert set(contents(run(one, known))) == {b"changed", None, b"new"}
    assert github.counted() == {"graphql": 2, "rest": 1}


def test_files_that_ingestion_could_not_keep_are_listed_again(github: GithubStandIn) -> None:
    github.add_repository("mono", {"a/info.yaml": "a", "b/info.yaml": "b"})
    known: dict[str, str] = {}
    run(provider(github, catalogPath="*/info.yaml"), known)
    forgotten = next(iter(known))
    del known[forgotten]
    found = run(provider(github, catalogPath="*/info.yaml"), known)
    assert {name for name, item in found.items() if item.content is not None} == {forgotten}
