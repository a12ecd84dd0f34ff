"""Killed at any point, or with company: the catalog stays consistent and the next run completes it."""

import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from callboard.db import Database
from catalog.tables import entities, refs
from tests.catalog.ingesting import Folder, component, entity, joined

FILES, EACH = 30, 25
SEED = random.SystemRandom().randrange(10**6)


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> Folder:
    made = Folder(database, tmp_path / "src", ["*.yaml"])
    made.write({f"f{n:02}.yaml": contents(n, "production") for n in range(FILES)})
    return made


def seeded() -> random.Random:
    print(f"seed {SEED}")  # noqa: T201 - pytest shows it with a failure
    return random.Random(SEED)  # noqa: S311 - picks a statement, no secret


def contents(file: int, lifecycle: str) -> str:
    names = [f"c{file}-{n}" for n in range(EACH)]
    apis = [entity("API", f"api{file}", type="openapi", lifecycle="p", owner="o", definition="d")]
    return joined(*apis, *(component(name, lifecycle=lifecycle, dependsOn=[f"component:{names[0]}"]) for name in names))


def run(folder: Folder, *arguments: str) -> "subprocess.Popen[str]":
    url = folder.database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.catalog.ingest_in_a_process", url, str(folder.root), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def stored(folder: Folder) -> dict[str, Any]:
    """What the catalog says, whatever ids it has for it."""
    query = select(refs.c.ref, entities.c.digest, entities.c.orphaned_at).join(refs, refs.c.id == entities.c.id)
    with folder.database.read() as connection:
        return {row.ref: (row.digest, row.orphaned_at) for row in connection.execute(query)}


def test_an_ingestion_killed_anywhere_is_completed_by_the_next(folder: Folder) -> None:
    chance = seeded()
    codes = []
    for _attempt in range(3):
        killed = run(folder, str(chance.randrange(10, 90)))
        killed.communicate(timeout=60)
        codes.append(killed.returncode)
        folder.check_consistent()
    assert -signal.SIGKILL in codes
    folder.sync()
    expected = FILES * (EACH + 1) + 1
    assert expected == len(stored(folder))
    assert expected == sum(e.type == "created" for e in folder.events()), "every entity is announced once"
    assert folder.sync().created == 0


def test_a_change_killed_anywhere_is_completed_by_the_next(folder: Folder) -> None:
    chance = seeded()
    folder.sync()
    folder.write({f"f{n:02}.yaml": contents(n, "deprecated") for n in range(FILES)})
    folder.write({"f00.yaml": None})
    killed = run(folder, str(chance.randrange(10, 90)))
    killed.communicate(timeout=60)
    folder.check_consistent()
    folder.sync()
    found = stored(folder)
    gone = {ref for ref, (_digest, orphaned) in found.items() if orphaned is not None}
    assert len(gone) == EACH + 1
    changed = [e for e in folder.events() if e.type == "updated"]
    assert len(changed) == (FILES - 1) * EACH, "every change is announced once"


def test_two_processes_that_ingest_at_once_do_the_work_once(folder: Folder) -> None:
    both = [run(folder), run(folder)]
    created = [int(process.communicate(timeout=60)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(created) == FILES * (EACH + 1) + 1
    folder.check_consistent()
    assert folder.problems("conflict") == []
    events = [e.ref for e in folder.events() if e.type == "created"]
    assert len(events) == len(set(events))
