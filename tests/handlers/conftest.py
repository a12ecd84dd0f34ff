"""A person in front of creation, over a real scaffolder and catalog."""

from pathlib import Path

import pytest

from callboard.db import Database
from tests.handlers.person import Person, services_of
from tests.scaffolder.bench import Bench


@pytest.fixture
def bench(sqlite_database: Database, tmp_path: Path) -> Bench:
    return Bench(sqlite_database, tmp_path)


@pytest.fixture
def jane(bench: Bench) -> Person:
    bench.catalog.sync_locations()
    return Person(services_of(bench))
