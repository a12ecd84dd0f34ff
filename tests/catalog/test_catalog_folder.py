"""A folder that nobody prepared: its catalog files are found, and followed as they change."""

from pathlib import Path

import pytest

from callboard.db import Database
from callboard.errors import InputError
from catalog.ingest import folder as folders
from catalog.ingest.folder import CatalogFolder
from catalog.queries.attention import attention
from catalog.queries.lookup import get_entity
from catalog.service import Catalog
from tests.conftest import catalog_of

COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
spec: {{type: service, lifecycle: production, owner: team-a}}
"""
SKELETON = COMPONENT.format(name="${{ values.name }}")
MANIFEST = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def found(root: Path) -> list[str]:
    return [str(Path(p).relative_to(root)) for p in CatalogFolder(root).files()]


def test_files_that_hold_entities_are_found_at_any_depth_and_under_any_name(tmp_path: Path) -> None:
    names = ["catalog-info.yaml", ".backstage/web.yml", "a/b/c/services.yaml", "a/quoted.yaml"]
    files = {name: COMPONENT.format(name=f"n{i}") for i, name in enumerate(names)}
    files["a/quoted.yaml"] = files["a/quoted.yaml"].replace("backstage.io/v1alpha1", '"backstage.io/v1alpha1"')
    assert sorted(found(write(tmp_path, files))) == sorted(names)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deploy.yaml", MANIFEST),
        ("mkdocs.yml", "site_name: x\n"),
        ("skeleton/catalog-info.yaml", SKELETON),
        ("node_modules/x/catalog-info.yaml", COMPONENT.format(name="x")),
        (".git/catalog-info.yaml", COMPONENT.format(name="x")),
        ("notes.txt", COMPONENT.format(name="x")),
    ],
)
def test_what_is_no_catalog_file_is_left_alone(tmp_path: Path, name: str, text: str) -> None:
    assert found(write(tmp_path, {name: text})) == []


def test_a_file_named_for_the_catalog_is_found_though_it_holds_nothing_yet(tmp_path: Path) -> None:
    assert found(write(tmp_path, {"catalog-info.yaml": "a: b: c\n"})) == ["catalog-info.yaml"]


def test_deep_metadata_without_a_name_is_looked_through_quickly(tmp_path: Path) -> None:
    text = "metadata:\n" + "    \t  note: words and more words\n" * 20_000 + "kind: Component\n"
    assert found(write(tmp_path, {"other.yaml": text})) == []


def test_too_many_files_are_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_MOST_FILES", 2)
    write(tmp_path, {f"{n}.yaml": MANIFEST for n in range(3)})
    with pytest.raises(InputError) as refused:
        CatalogFolder(tmp_path).files()
    assert "further down" in refused.value.user_text


def folder_catalog(database: Database, root: Path) -> Catalog:
    catalog = catalog_of(database)
    catalog.folders = [CatalogFolder(root)]
    return catalog


def refs_in(database: Database, *names: str) -> list[bool]:
    with database.read() as connection:
        return [get_entity(connection, f"component:default/{n}") is not None for n in names]


def test_a_folder_is_one_source_that_follows_its_files(database: Database, tmp_path: Path) -> None:
    root = write(tmp_path / "repo", {"a.yaml": COMPONENT.format(name="one"), "b/b.yaml": COMPONENT.format(name="two")})
    catalog = folder_catalog(database, root)
    assert catalog.sync_locations().errors == 0
    assert refs_in(database, "one", "two") == [True, True]
    catalog.note_files()
    write(root, {"c/new.yaml": COMPONENT.format(name="three")})
    assert catalog.note_files()
    catalog.sync_locations()
    assert refs_in(database, "three") == [True]
    counts = catalog.refresh("component:default/three")
    assert counts is not None
    assert counts.errors == 0


def test_a_broken_file_keeps_its_siblings_and_is_named_with_its_line(database: Database, tmp_path: Path) -> None:
    bad = COMPONENT.format(name="not a name")
    root = write(tmp_path / "repo", {"good.yaml": COMPONENT.format(name="good"), "bad.yaml": bad})
    folder_catalog(database, root).sync_locations()
    assert refs_in(database, "good") == [True]
    with database.read() as connection:
        [problem] = [p for p in attention(connection) if p.kind == "error"]
    assert (problem.location, problem.line) == (f"file:{root / 'bad.yaml'}", 4)


def test_files_may_include_what_lies_elsewhere_in_the_folder_and_nothing_outside(
    database: Database, tmp_path: Path
) -> None:
    api = (
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: {0}}}\nspec:\n  type: openapi\n"
        "  lifecycle: production\n  owner: team-a\n  definition:\n    $text: {1}\n"
    )
    (tmp_path / "outside.txt").write_text("private", encoding="utf-8")
    root = write(
        tmp_path / "repo",
        {
            "specs/pets.txt": "openapi: 3.1.0",
            "apis/in.yaml": api.format("inside", "../specs/pets.txt"),
            "apis/out.yaml": api.format("outside", "../../outside.txt"),
        },
    )
    folder_catalog(database, root).sync_locations()
    with database.read() as connection:
        assert get_entity(connection, "api:default/inside") is not None
        assert get_entity(connection, "api:default/outside") is None


def test_a_folder_that_is_gone_for_a_while_takes_nothing_with_it(database: Database, tmp_path: Path) -> None:
    root = write(tmp_path / "repo", {"a.yaml": COMPONENT.format(name="one")})
    catalog = folder_catalog(database, root)
    catalog.sync_locations()
    root.rename(tmp_path / "away")
    assert catalog.sync_locations().errors == 1
    with database.read() as connection:
        entity = get_entity(connection, "component:default/one")
    assert entity is not None
    assert entity.orphaned_at is None
    (tmp_path / "away").rename(root)
    assert catalog.sync_locations().errors == 0
