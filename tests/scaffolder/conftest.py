"""The workbench as a fixture."""

from pathlib import Path

import pytest

from callboard.db import Database
from tests.scaffolder.bench import Bench
from tests.scaffolder.probe import Probe


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    """On both databases."""
    return Bench(database, tmp_path)


@pytest.fixture
def local(sqlite_database: Database, tmp_path: Path) -> Bench:
    """For what doesn't depend on the database."""
    return Bench(sqlite_database, tmp_path)


@pytest.fixture
def probe() -> Probe:
    return Probe()


@pytest.fixture
def probed(bench: Bench, probe: Probe) -> Bench:
    for action in probe.actions():
        bench.registry._actions[action.id] = action
    return bench
