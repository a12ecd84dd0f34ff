"""Which paths a pattern takes."""

import pytest

from scaffolder import globs


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("*.md", {"a.md"}, {"a.mdx", "d/a.md"}),
        ("**/*.md", {"a.md", "d/a.md", "d/e/a.md"}, {"a.txt"}),
        ("d/**", {"d/a", "d/e/a"}, {"da"}),
        ("d", {"d", "d/a"}, {"da", "e/d"}),
        ("./d/*", {"d/a"}, {"a"}),
        ("{a,b}.txt", {"a.txt", "b.txt"}, {"c.txt"}),
        ("[ab]?", {"a1", "b2"}, {"c1", "a"}),
        ("[!a]", {"b"}, {"a"}),
        ("a+(b).txt", {"a+(b).txt"}, {"abb.txt"}),
    ],
)
def test_glob_matches(pattern: str, matching: set[str], others: set[str]) -> None:
    assert globs.select(matching | others, [pattern]) == matching


def test_glob_can_take_away() -> None:
    assert globs.select(["a.md", "b.md"], ["*.md", "!b.md"]) == {"a.md"}


def test_wildcards_leave_hidden_files_alone_when_asked() -> None:
    assert globs.select([".a", "b", ".c/d", "e/.f"], ["*", "**/*"], dot=False) == {"b"}
