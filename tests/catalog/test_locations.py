"""Arithmetic on locations: relative targets, annotations, globs; and which kinds a location may bring in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.config.model import Rule
from callboard.refs import LocationRef
from catalog.ingest.globs import braces, compile_glob
from catalog.ingest.locations import (
    expand_glob,
    glob_root,
    is_glob,
    kind_of,
    location_annotations,
    resolve_target,
)
from catalog.rules import allowance

FILE = LocationRef("file", "/data/sub/catalog-info.yaml")
GITHUB = LocationRef("url", "https://github.com/acme/r/blob/main/sub/catalog-info.yaml")
PLAIN = LocationRef("url", "https://plain.example/sub/x.yaml")

TARGETS = [
    (FILE, "./a.yaml", "/data/sub/a.yaml"),
    (FILE, "a.yaml", "/data/sub/a.yaml"),
    (FILE, "../a.yaml", "/data/a.yaml"),
    (FILE, "/etc/a.yaml", "/etc/a.yaml"),
    (FILE, "./**/a.yaml", "/data/sub/**/a.yaml"),
    (FILE, "https://plain.example/a.yaml", "https://plain.example/a.yaml"),
    (GITHUB, "../../../../../../a", "https://github.com/acme/r/tree/main/a"),
    (PLAIN, "./a.yaml", "https://plain.example/sub/a.yaml"),
    (PLAIN, "/a.yaml", "https://plain.example/a.yaml"),
    (PLAIN, "../../../a.yaml", "https://plain.example/a.yaml"),
]


@pytest.mark.parametrize(("base", "target", "expected"), TARGETS)
def test_a_target_counts_from_the_file_it_stands_in(base: LocationRef, target: str, expected: str) -> None:
    assert expected == resolve_target(base, target)


@given(st.text(max_size=30))
def test_no_target_leaves_a_github_repository_or_raises(target: str) -> None:
    found = resolve_target(GITHUB, target)
    assert "://" in target or found.startswith("https://github.com/acme/r/tree/main/")


KINDS = [
    ("file", FILE, "/data/a.yaml", "file"),
    ("url", FILE, "/data/a.yaml", "file"),
    ("file", FILE, "https://plain.example/a.yaml", "url"),
    ("url", FILE, "https://plain.example/a.yaml", "url"),
    ("file", GITHUB, "https://github.com/acme/r/tree/main/a.yaml", "url"),
    ("github-discovery", FILE, "/data/a.yaml", "github-discovery"),
]


@pytest.mark.parametrize(("written", "base", "target", "kind"), KINDS)
def test_a_target_is_read_as_what_it_is(written: str, base: LocationRef, target: str, kind: str) -> None:
    assert kind == kind_of(written, base, target)


SHA = "a" * 40
ANNOTATIONS = [
    (GITHUB.target, "https://github.com/acme/r/edit/main/sub/catalog-info.yaml", "url:https://github.com/acme/r/tree/main/sub/"),
    (f"https://github.com/acme/r/blob/{SHA}/x.yaml", None, f"url:https://github.com/acme/r/tree/{SHA}/"),
    (PLAIN.target, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("target", "edit", "source"), ANNOTATIONS)
def test_annotations_follow_from_where_a_file_lies(target: str, edit: str | None, source: str | None) -> None:
    location = LocationRef("url", target)
    found = location_annotations(location, location)
    assert target == found["backstage.io/view-url"]
    assert (edit, source) == (found.get("backstage.io/edit-url"), found.get("backstage.io/source-location"))


GLOBS = [
    ("*.yaml", ["a.yaml"], ["x/a.yaml", "a.yml", "ayaml"]),
    ("**/a.yaml", ["a.yaml", "x/a.yaml", "x/y/a.yaml"], ["xa.yaml"]),
    ("x/**", ["x/a", "x/y/a"], ["y/a"]),
    ("?.yaml", ["a.yaml"], ["ab.yaml", "/.yaml"]),
    ("[ab].yaml", ["a.yaml"], ["c.yaml"]),
    ("[!ab].yaml", ["c.yaml"], ["a.yaml", "/.yaml"]),
    ("{a,b}/*.{yaml,yml}", ["a/x.yml", "b/x.yaml"], ["c/x.yaml"]),
    ("a+b(c).yaml", ["a+b(c).yaml"], ["aab.yaml"]),
    ("[", ["["], ["x"]),
    ("{a", ["{a"], ["a"]),
    ("[z-a].yaml", ["[z-a].yaml"], ["z.yaml"]),
]


@pytest.mark.parametrize(("pattern", "fits", "others"), GLOBS)
def test_a_glob_means_what_a_shell_would(pattern: str, fits: list[str], others: list[str]) -> None:
    compiled = compile_glob(pattern)
    assert (fits, []) == (
        [path for path in fits if compiled.fullmatch(path)],
        [path for path in others if compiled.fullmatch(path)],
    )


@given(st.text("ab*?[](){},!/.-\\^&~|", max_size=20))
def test_any_pattern_compiles_and_nothing_in_it_is_a_regular_expression(pattern: str) -> None:
    assert compile_glob(pattern).groups == 0
    assert len(braces(pattern)) <= 256


@given(st.text("ab.-_", min_size=1, max_size=12))
def test_a_name_without_wildcards_fits_itself_alone(name: str) -> None:
    assert compile_glob(name).fullmatch(name)
    assert not compile_glob(name).fullmatch(name + "x")


def test_braces_that_multiply_are_left_standing() -> None:
    assert len(braces("{a,b}" * 30)) <= 256


def test_files_of_a_glob_come_sorted_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", "x/c.yaml", ".hidden.yaml", ".git/d.yaml", "e.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = [str(Path(p).relative_to(tmp_path)) for p in expand_glob(f"{tmp_path}/**/*.yaml")]
    assert found == ["a.yaml", "b.yaml", "x/c.yaml"]
    assert str(tmp_path) == glob_root(f"{tmp_path}/**/*.yaml")


@pytest.mark.parametrize(("target", "glob"), [("/a/*.yaml", True), ("/a/{b,c}.yaml", True), ("/a/b.yaml", False)])
def test_wildcards_make_a_glob(target: str, *, glob: bool) -> None:
    assert glob == is_glob(target)


def rule(allow: list[object], **location: str) -> Rule:
    return Rule.model_validate({"allow": allow, **({"locations": [location]} if location else {})})


URL = LocationRef("url", "https://github.com/acme/r/blob/main/catalog-info.yaml")
RULES: list[tuple[list[Rule] | None, str, str, bool]] = [
    (None, "Component", "service", True),
    (None, "API", "openapi", True),
    (None, "Group", "team", False),
    ([], "Component", "service", False),
    ([rule(["Group"])], "group", "team", True),
    ([rule(["Group"])], "Component", "service", False),
    ([rule([{"kind": "Component", "spec.type": "Website"}])], "component", "website", True),
    ([rule([{"kind": "Component", "spec.type": "Website"}])], "Component", "service", False),
    ([rule(["User"], type="url", exact=URL.target)], "User", "", True),
    ([rule(["User"], type="file", exact=URL.target)], "User", "", False),
    ([rule(["User"], type="url", exact="https://x")], "User", "", False),
    ([rule(["User"], type="url", pattern="https://github.com/ACME/**")], "User", "", True),
    ([rule(["User"], type="url", pattern="https://github.com/acme/*")], "User", "", False),
    ([rule(["User"], type="url")], "User", "", False),
]


@pytest.mark.parametrize(("rules", "kind", "kind_type", "allowed"), RULES)
def test_rules_say_which_kinds_a_location_may_bring_in(
    rules: list[Rule] | None, kind: str, kind_type: str, *, allowed: bool
) -> None:
    assert allowed == allowance(URL, rules)({"kind": kind, "spec": {"type": kind_type}})


def test_a_location_s_own_rules_add_to_the_general_ones() -> None:
    allows = allowance(URL, [rule(["Component"])], [rule(["User"])])
    assert [allows({"kind": kind}) for kind in ("Component", "User", "Group")] == [True, True, False]
