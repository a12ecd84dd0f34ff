"""Entities that are kept between two reads are never older than the catalog."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from callboard.db import Connection, Database
from catalog import version
from catalog.queries import output
from catalog.removal import remove_entity
from catalog.tables import entities
from tests.catalog.ingesting import Folder, component, joined, location

FILES = {
    "catalog-info.yaml": joined(location("all", "./a.yaml", "./b.yaml"), component("own")),
    "a.yaml": component("a"),
    "b.yaml": component("b"),
}


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    made = Folder(database, tmp_path / "src")
    made.sync(FILES)
    return made


def shown(database: Database, read: Callable[[Connection, list[int]], dict[int, Any]]) -> dict[str, Any]:
    """What the API would show of every entity, by ref."""

    def work(connection: Connection) -> dict[str, Any]:
        ids = list(connection.execute(select(entities.c.id).order_by(entities.c.id)).scalars())
        rows = list(read(connection, ids).values())
        texts = output.render(connection, rows)
        return {row.ref: orjson.loads(text) for row, text in zip(rows, texts, strict=True)}

    return database.look(work)


def remove_b(folder: Folder) -> None:
    uid = folder.document("component:default/b")["metadata"]["uid"]
    assert remove_entity(folder.database, uid=uid)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda f: f.sync({"a.yaml": component("a", lifecycle="deprecated")}), id="updated"),
        pytest.param(lambda f: f.sync({"a.yaml": component("a", dependsOn=["component:b"])}), id="related"),
        pytest.param(lambda f: f.sync({"a.yaml": component("c")}), id="another name"),
        pytest.param(lambda f: f.sync({"a.yaml": component("a", type=[])}), id="broken document"),
        pytest.param(lambda f: f.sync({"a.yaml": None}), id="file gone"),
        pytest.param(lambda f: f.sync({"catalog-info.yaml": component("own")}), id="orphaned"),
        pytest.param(remove_b, id="removed by hand"),
    ],
)
def test_what_was_read_before_a_change_is_not_shown_after_it(folder: Folder, change: Callable[[Folder], None]) -> None:
    before = shown(folder.database, output.by_ids)
    assert shown(folder.database, output.by_ids) == before
    change(folder)
    after = shown(folder.database, output.by_ids)
    assert after != before
    assert after == shown(folder.database, output.every)


def test_a_file_that_is_whole_again_is_shown_so(folder: Folder) -> None:
    whole = shown(folder.database, output.by_ids)
    folder.sync({"a.yaml": None})
    shown(folder.database, output.by_ids)
    folder.sync({"a.yaml": FILES["a.yaml"]})
    assert shown(folder.database, output.by_ids) == whole


def test_unchanged_files_leave_what_was_read(folder: Folder) -> None:
    before = folder.database.look(version.current)
    folder.sync()
    assert folder.database.look(version.current) == before


def test_a_snapshot_from_before_a_change_neither_reads_nor_keeps_what_is_newer(folder: Folder) -> None:
    ref = "component:default/a"
    with folder.database.read() as old:
        before = version.current(old)
        assert output.by_ref(old, ref) is not None
        folder.sync({"a.yaml": component("a", lifecycle="deprecated")})
        new = folder.database.look(lambda c: output.by_ref(c, ref))
        still, moved_on = output.by_ref(old, ref), version.current(old) > before
    assert still is not None
    assert new is not None
    assert ("deprecated" in still.document) == moved_on
    assert "deprecated" in new.document
    assert folder.database.look(lambda c: output.by_ref(c, ref)) is new
