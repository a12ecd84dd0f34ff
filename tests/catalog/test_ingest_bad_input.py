"""Bad input gets a clear sentence with its line, and everything beside it comes in."""

import os
from pathlib import Path

import pytest

from callboard.db import Database
from catalog.ingest.reading import MAX_BYTES
from tests.catalog.ingesting import Folder, component, entity, joined, location

GOOD = component("good")


@pytest.fixture
def folder(sqlite_database: Database, tmp_path: Path) -> Folder:
    return Folder(sqlite_database, tmp_path / "src")


DOCUMENTS = [
    ("tab", "a:\n\tb: 1\n", 2, "indented with a tab; YAML wants spaces"),
    ("conflict marker", "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", 2, "a git conflict marker"),
    ("syntax", "a: [1, 2\n", 2, "did not find expected"),
    ("duplicate key", "kind: A\nkind: B\n", 2, 'duplicate key "kind"'),
    ("unquoted reserved character", "a: @x\n", 1, "cannot start any token"),
    ("list", "- a\n- b\n", 1, "Expected object at root, got array"),
    ("text", "just a string\n", 1, "Expected object at root, got string"),
    ("number", "12\n", 1, "Expected object at root, got number"),
    ("missing kind", "apiVersion: backstage.io/v1alpha1\nmetadata: {name: x}\n", 1, "kind"),
    ("missing name", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  title: x\n", 3, "name"),
    ("missing metadata", "apiVersion: backstage.io/v1alpha1\nkind: Component\n", 1, "metadata"),
    ("unknown kind", entity("Componnent", "x", type="a"), 2, "Did you mean `Component`?"),
    ("null map", GOOD.replace("  name: good", "  name: x\n  annotations:"), 5, "annotations"),
    ("bad name", component("a b"), 4, '"metadata.name" is not valid'),
    ("no owner", component("x", owner=None), 5, "owner"),
    ("empty owner", component("x", owner=""), 5, "owner"),
    ("bad reference", component("x", dependsOn=["a"]), 5, "dependsOn"),
    ("alias bomb", "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)
    ), 6, "aliases expand to more values"),
    ("NUL", GOOD.replace("  name: good", '  name: x\n  title: "a\\0b"'), 5, "NUL"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), [d[1:] for d in DOCUMENTS], ids=[d[0] for d in DOCUMENTS])
def test_a_broken_document_is_named_with_its_line_and_its_neighbours_come_in(
    folder: Folder, text: str, line: int, message: str
) -> None:
    before = GOOD + "---\n"
    counts = folder.sync({"catalog-info.yaml": joined(GOOD, text, component("after"))})
    assert {"good", "after"} == folder.names()
    [(found_line, found)] = folder.problems()
    assert message in found
    assert line == found_line - before.count("\n")
    assert counts.errors == 1


WHOLE_FILES = [
    ("binary", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe" * 50, "is not UTF-8 text (is it binary?)"),
    ("NUL bytes", b"kind: A\x00\x00\n", "characters that no text file has"),
    ("UTF-16", "kind: Component\n".encode("utf-16"), "is not UTF-8 text"),
    ("deeply nested", b"a: " + b"[" * 20_000, "nested"),
]


@pytest.mark.parametrize(("content", "message"), [w[1:] for w in WHOLE_FILES], ids=[w[0] for w in WHOLE_FILES])
def test_a_file_that_is_no_catalog_file_is_an_error_of_its_own(folder: Folder, content: bytes, message: str) -> None:
    folder.name("*.yaml")
    folder.sync({"bad.yaml": content, "good.yaml": GOOD})
    assert {"good"} == folder.names()
    [(line, found)] = folder.problems()
    assert message in found
    assert line == 1


def test_a_byte_order_mark_is_no_error(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": b"\xef\xbb\xbf" + GOOD.encode()})
    assert {"good"} == folder.names()


def test_empty_documents_and_empty_files_are_skipped(folder: Folder) -> None:
    folder.name("*.yaml")
    counts = folder.sync({"catalog-info.yaml": f"---\n---\n{GOOD}---\n\n---\n# only words\n", "empty.yaml": ""})
    assert {"good"} == folder.names()
    assert counts.errors == 0


def test_a_file_of_200_mb_is_refused_unread(folder: Folder) -> None:
    folder.name("*.yaml")
    folder.write({"good.yaml": GOOD})
    with (folder.root / "huge.yaml").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    folder.sync()
    assert {"good"} == folder.names()
    assert {"huge.yaml": f"file {folder.root}/huge.yaml has 200 MB; a catalog file may have 20 MB"} == folder.failing()
    assert MAX_BYTES < 200 * 1024 * 1024


UNREADABLE = [
    ("./missing.yaml", "missing.yaml", "does not exist"),
    ("./a-folder", "a-folder", "is a folder. Name a file in it, or use a glob like"),
    ("../outside.yaml", "outside.yaml", "lies outside"),
    ("./link.yaml", "link.yaml", "leads to"),
    ("./loop.yaml", "loop.yaml", "is a symbolic link that leads back to itself"),
    ("./pipe.yaml", "pipe.yaml", "is not a regular file"),
    ("./.env.yaml", ".env.yaml", "is private to this installation"),
    ("/etc/passwd", "passwd", "lies outside"),
    ("../../**/*.yaml", "*.yaml", "lies outside"),
    ("./none/*.yaml", "*.yaml", "none does not exist"),
    ("https://example.com/x.yaml", "x.yaml", "not read in this test"),
]


@pytest.mark.parametrize(("target", "name", "message"), UNREADABLE)
def test_an_unreadable_target_is_an_error_of_its_own(folder: Folder, target: str, name: str, message: str) -> None:
    folder.sync({"catalog-info.yaml": location("all", target, "./good.yaml"), "good.yaml": GOOD, ".env.yaml": GOOD})
    folder.write({"a-folder/x.txt": "", "../outside.yaml": GOOD})
    (folder.root / "link.yaml").symlink_to(folder.root / ".." / "outside.yaml")
    (folder.root / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(folder.root / "pipe.yaml")
    counts = folder.sync()
    assert {"all", "good"} == folder.names()
    failing = folder.failing()
    assert [name] == list(failing)
    assert message in failing[name]
    assert counts.errors == 1


def test_an_unreadable_target_may_be_optional(folder: Folder) -> None:
    targets = ["./missing.yaml", "./none/*.yaml", "./good.yaml"]
    counts = folder.sync({"catalog-info.yaml": location("all", *targets, presence="optional"), "good.yaml": GOOD})
    assert {"all", "good"} == folder.names()
    assert (folder.failing(), counts.errors) == ({}, 0)


def test_optional_forgives_only_that_nothing_is_there(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": location("all", "../x.yaml", presence="optional"), "../x.yaml": GOOD})
    assert list(folder.failing()) == ["x.yaml"]


def test_a_location_that_points_at_itself_ends(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined(location("me", "./catalog-info.yaml"), GOOD)})
    assert {"me", "good"} == folder.names()
    [(line, message)] = folder.problems()
    assert line == 5
    assert message.startswith("Location target ./catalog-info.yaml leads back to")


def test_locations_that_lead_to_each_other_end(folder: Folder) -> None:
    files = {"catalog-info.yaml": location("one", "./two.yaml"), "two.yaml": location("two", "./catalog-info.yaml")}
    folder.sync(files)
    before = folder.snapshot()
    folder.sync()
    assert {"one", "two"} == folder.names()
    assert len(folder.problems()) == 1
    assert before == folder.snapshot()


def test_a_location_of_a_type_nobody_reads_says_so(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined(location("all", "x", type="github-discovery"), GOOD)})
    [message] = folder.failing().values()
    assert "no reader for locations of type `github-discovery`. Use `file` or `url`." in message


BREAKS = [
    component("a", owner=None),
    component("a", dependsOn=["b"]),
    component("a").replace("name: a", "name: a\n  namespace: default\n  tags: nope"),
    component("a").replace("kind: Component", "kind: Component\n\tx: 1"),
    "- " + component("a").replace("\n", "\n  ").rstrip() + "\n",
    component("a").replace("kind: Component\n", ""),
    component("a", definition={"$text": "./nothing.txt"}),
]


@pytest.mark.parametrize("broken", BREAKS)
def test_the_last_good_version_stays_until_the_document_is_whole_again(folder: Folder, broken: str) -> None:
    folder.sync({"catalog-info.yaml": joined(component("a"), component("b"))})
    for _again in range(2):
        counts = folder.sync({"catalog-info.yaml": joined(broken, component("b", owner="new"))})
        assert (0, {"a", "b"}) == (counts.deleted, folder.names())
    assert folder.document("component:default/a")["spec"]["owner"] == "team-a"
    assert folder.document("component:default/b")["spec"]["owner"] == "new"
    assert len(folder.problems()) == 1
    folder.sync({"catalog-info.yaml": joined(component("a", owner="healed"), component("b"))})
    assert folder.document("component:default/a")["spec"]["owner"] == "healed"
    assert folder.problems() == []
    types = [e.type for e in folder.events()]
    assert tuple(t for t in types if t in {"failed", "recovered"}) == ("failed", "recovered")


def test_a_failing_file_keeps_its_date_and_recovers(folder: Folder) -> None:
    folder.name("a.yaml")
    folder.sync({"a.yaml": component("a")})
    folder.sync({"a.yaml": None})
    first = folder.snapshot()["targets"]
    assert folder.sync().errors == 1
    assert first == folder.snapshot()["targets"]
    assert {"a"} == folder.names()
    folder.sync({"a.yaml": component("a")})
    assert folder.failing() == {}
    location_events = [e.type for e in folder.events(f"file:{folder.root}/a.yaml")]
    assert location_events == ["failed", "recovered"]


def test_what_a_failing_location_led_to_stays(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": location("all", "./part.yaml"), "part.yaml": location("part", "./a.yaml"),
                 "a.yaml": component("a")})  # fmt: skip
    counts = folder.sync({"part.yaml": None})
    assert counts.deleted == 0
    assert {"all", "part", "a"} == folder.names()
    folder.sync({"catalog-info.yaml": "kind: [\n"})
    assert {"all", "part", "a"} == folder.names()
