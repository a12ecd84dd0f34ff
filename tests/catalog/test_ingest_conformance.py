"""Ingestion as Backstage does it (conformance group D), and where it deliberately differs."""

import hashlib
from pathlib import Path

import pytest

from callboard.config.model import AppConfig
from callboard.db import Database
from callboard.errors import ConflictError, NotFoundError
from callboard.refs import LocationRef
from catalog.ingest.locations import resolve_target
from catalog.ingest.reading import Content, MissingError
from tests.catalog.ingesting import Folder, component, entity, joined, location

A = "component:default/a"


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    return Folder(database, tmp_path / "src")


class Shelf:
    """URLs that hold texts; None is a 404. Notes what was asked for, and answers ETags like GitHub."""

    def __init__(self, texts: dict[str, str | None]) -> None:
        self.texts = texts
        self.asked: list[tuple[str, str]] = []

    def read(self, url: str, version: str) -> Content:
        text = self.texts.get(url)
        if text is None:
            raise MissingError(f"Unable to read url, no matching files found for {url}")
        etag = hashlib.sha256(text.encode()).hexdigest()
        self.asked.append((url, version))
        return Content(None if version == etag else text.encode(), etag)

    def search(self, url: str) -> list[str]:
        raise MissingError(f"Unable to read url, no matching files found for {url}")


BASE = "https://github.com/acme/r/blob/main"
TREE = "https://github.com/acme/r/tree/main"
API = (
    "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: {0}}}\n"
    "spec: {{type: openapi, lifecycle: p, owner: o, {1}}}\n"
)


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def registered(folder: Folder, texts: dict[str, str | None], presence: str = "required") -> Shelf:
    shelf = Shelf(texts)
    folder.targets, folder.urls = [], shelf
    folder.root.mkdir()
    folder.catalog.register(LocationRef("url", f"{BASE}/catalog-info.yaml"), presence=presence)
    return shelf


def test_d1_a_config_entry_becomes_a_location_with_an_absolute_target(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": component("a")})
    target = f"{folder.root}/catalog-info.yaml"
    name = _sha1(f"file:{target}")
    document = folder.document(f"location:default/generated-{name}")
    assert {"type": "file", "target": target} == document["spec"]


def test_d2_files_of_a_glob_know_themselves_and_the_glob(folder: Folder) -> None:
    folder.name("glob/*.yaml")
    folder.sync({"glob/a.yaml": component("a")})
    glob = f"file:{folder.root}/glob/*.yaml"
    annotations = folder.document(A)["metadata"]["annotations"]
    assert f"file:{folder.root}/glob/a.yaml" == annotations["backstage.io/managed-by-location"]
    assert glob == annotations["backstage.io/managed-by-origin-location"]
    name = _sha1(glob)
    own = folder.document(f"location:default/generated-{name}")["metadata"]["annotations"]
    assert glob == own["backstage.io/managed-by-location"]


PLACEHOLDERS = {
    "definition": ("{$text: ./inc/def.txt}", "DEF TEXT\n"),
    "json": ("{$json: inc/x.json}", {"a": [1]}),
    "yaml": ("{$yaml: ./inc/x.yaml}", {"k": "v"}),
    "foreign": ("{$foo: bar}", {"$foo": "bar"}),
    "wide": ("{$text: a, b: c}", {"$text": "a", "b": "c"}),
    "list": ("[{deep: {$text: ./inc/def.txt}}]", [{"deep": "DEF TEXT\n"}]),
}


@pytest.mark.parametrize("place", ["file", "url"])
def test_d3_d5_placeholders_are_filled_in_for_urls_and_unlike_backstage_for_files(folder: Folder, place: str) -> None:
    fields = ", ".join(f"{name}: {text}" for name, (text, _value) in PLACEHOLDERS.items())
    included = {"inc/def.txt": "DEF TEXT\n", "inc/x.json": '{"a": [1]}', "inc/x.yaml": "k: v\n"}
    document = API.format("x", fields)
    if place == "file":
        folder.sync({"catalog-info.yaml": location("all", "./sub.yaml"), "sub.yaml": document, **included})
    else:
        texts: dict[str, str | None] = {
            f"{TREE}/{name}": text for name, text in {**included, "sub.yaml": document}.items()
        }
        registered(folder, {**texts, f"{BASE}/catalog-info.yaml": location("all", "./sub.yaml")})
    spec = folder.document("api:default/x")["spec"]
    assert {name: value for name, (_text, value) in PLACEHOLDERS.items()} == {name: spec[name] for name in PLACEHOLDERS}
    assert folder.problems() == []


def test_d3_an_absolute_placeholder_is_read_too(folder: Folder) -> None:
    other = "https://github.com/acme/other/blob/main/api.yaml"
    document = API.format("x", f"definition: {{$text: '{other}'}}")
    registered(folder, {f"{BASE}/catalog-info.yaml": document, other: "there"})
    assert folder.document("api:default/x")["spec"]["definition"] == "there"


def test_d4_an_annotation_of_the_author_stays(folder: Folder) -> None:
    mine = component("a").replace("name: a", "name: a\n  annotations: {backstage.io/view-url: mine}")
    registered(folder, {f"{BASE}/catalog-info.yaml": mine})
    annotations = folder.document(A)["metadata"]["annotations"]
    assert annotations["backstage.io/view-url"] == "mine"
    assert f"{BASE}/catalog-info.yaml".replace("blob", "edit") == annotations["backstage.io/edit-url"]


def test_d6_a_placeholder_takes_a_text(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": API.format("x", "definition: {$text: 5}")})
    [(_line, message)] = folder.problems()
    expected = "Placeholder $text expected a string value parameter, in the form of an absolute URL or a relative path"
    assert expected in message


def test_d7_an_unreadable_target_costs_only_itself_unlike_in_backstage(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": location("all", "./a.yaml", "./missing.yaml"), "a.yaml": component("a")})
    assert {"all", "a"} == folder.names()
    assert {"missing.yaml": f"file {folder.root}/missing.yaml does not exist"} == folder.failing()


def test_d8_d9_presence_optional_forgives_a_404(folder: Folder) -> None:
    registered(folder, {}, presence="optional")
    assert folder.failing() == {}


def test_d9_a_required_404_is_said_in_backstage_s_words(folder: Folder) -> None:
    registered(folder, {})
    [message] = folder.failing().values()
    assert f"Unable to read url, no matching files found for {BASE}/catalog-info.yaml" == message


def test_d10_a_text_beside_a_good_document_costs_only_itself_unlike_in_backstage(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined("just a string\n", component("a"))})
    assert {"a"} == folder.names()
    assert folder.problems() == [(1, "Expected object at root, got string")]


def test_d11_a_kind_that_is_not_allowed_costs_only_itself_unlike_in_backstage(folder: Folder) -> None:
    folder.rules = ["Component"]
    folder.sync({"catalog-info.yaml": joined(component("a"), entity("System", "s", owner="o"))})
    at = f"file:{folder.root}/catalog-info.yaml"
    expected = f"Entity system:default/s at {at}, originated at {at}, is not of an allowed kind for that location"
    [(line, message)] = folder.problems()
    assert message.startswith(expected)
    assert line == 8
    assert {"a"} == folder.names()


def test_d12_d13_an_invalid_edit_leaves_the_last_good_version_with_an_error(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined(component("a", consumesApis=["x"]), component("b"))})
    folder.sync({"catalog-info.yaml": joined(component("a", owner=None), component("b"))})
    assert folder.document(A)["spec"]["consumesApis"] == ["x"]
    assert ("consumesApi", "api:default/x") in folder.stated(A)
    [(_line, message)] = folder.problems()
    assert "Processor BuiltinKindsEntityProcessor threw" in message


def test_d14_broken_yaml_is_an_error_of_the_file_and_its_entities_stay(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": component("a")})
    folder.sync({"catalog-info.yaml": component("a") + "oops: [\n"})
    assert {A} == folder.refs(orphans=False)
    [(line, message)] = folder.problems()
    assert message.startswith(f"YAML error at file:{folder.root}/catalog-info.yaml, line 7: ")
    assert line == 7


def test_d15_a_url_that_answers_404_keeps_its_entities(folder: Folder) -> None:
    url = f"{BASE}/catalog-info.yaml"
    shelf = registered(folder, {url: component("a")})
    shelf.texts[url] = None
    folder.sync()
    assert {A} == folder.refs(orphans=False)
    assert len(folder.failing()) == 1


def test_d18_unregistering_removes_everything_at_once(folder: Folder) -> None:
    texts: dict[str, str | None] = {f"{BASE}/catalog-info.yaml": location("all", "./a.yaml")}
    registered(folder, {**texts, f"{TREE}/a.yaml": component("a")})
    assert {"all", "a"} == folder.names()
    assert folder.catalog.unregister(LocationRef("url", f"{BASE}/catalog-info.yaml")) == 3
    assert set() == folder.refs()
    with pytest.raises(NotFoundError, match="is not registered"):
        folder.catalog.unregister(LocationRef("url", f"{BASE}/catalog-info.yaml"))


def test_d22_the_last_of_two_documents_with_one_ref_counts(folder: Folder) -> None:
    folder.sync({"catalog-info.yaml": joined(component("a", owner="one"), component("a", owner="two"))})
    assert folder.document(A)["spec"]["owner"] == "two"


def test_d23_an_unchanged_url_is_asked_for_with_its_etag_and_not_parsed(folder: Folder) -> None:
    url = f"{BASE}/catalog-info.yaml"
    shelf = registered(folder, {url: component("a")})
    shelf.asked.clear()
    before = folder.snapshot()
    folder.sync()
    [(asked, etag)] = shelf.asked
    assert url == asked
    assert etag
    assert before == folder.snapshot()


@pytest.mark.parametrize("place", ["file", "url"])
def test_an_included_file_that_changes_brings_its_entity_up_to_date(folder: Folder, place: str) -> None:
    document = API.format("x", "definition: {$text: ./def.txt}")
    if place == "file":
        folder.sync({"catalog-info.yaml": document, "def.txt": "one"})
        folder.sync({"def.txt": "two"})
    else:
        shelf = registered(folder, {f"{BASE}/catalog-info.yaml": document, f"{TREE}/def.txt": "one"})
        shelf.texts[f"{TREE}/def.txt"] = "two"
        folder.sync()
    assert folder.document("api:default/x")["spec"]["definition"] == "two"


def test_d25_registering_twice_is_a_conflict(folder: Folder) -> None:
    registered(folder, {f"{BASE}/catalog-info.yaml": component("a")})
    with pytest.raises(ConflictError, match=f"Location url:{BASE}/catalog-info.yaml already exists"):
        folder.catalog.register(LocationRef("url", f"{BASE}/catalog-info.yaml"))


@pytest.mark.parametrize(
    ("target", "resolved"),
    [
        ("./a.yaml", f"{TREE}/sub/a.yaml"),
        ("a.yaml", f"{TREE}/sub/a.yaml"),
        ("../a.yaml", f"{TREE}/a.yaml"),
        ("/a.yaml", f"{TREE}/a.yaml"),
        ("https://example.com/a.yaml", "https://example.com/a.yaml"),
    ],
)
def test_d27_relative_targets_of_a_github_file_are_tree_urls(target: str, resolved: str) -> None:
    assert resolved == resolve_target(LocationRef("url", f"{BASE}/sub/catalog-info.yaml"), target)


def test_kinds_are_allowed_as_in_backstage_where_nothing_is_configured(folder: Folder) -> None:
    folder.rules = []
    documents = [component("a"), location("l", "./none.yaml", presence="optional"), entity("System", "s", owner="o")]
    folder.write({"catalog-info.yaml": joined(*documents)})
    config = folder.catalog.config
    bare = AppConfig().catalog.model_copy(update={"locations": config.catalog.locations})
    folder.catalog.config = config.model_copy(update={"catalog": bare})
    folder.sync()
    assert {"a", "l"} == folder.names()
