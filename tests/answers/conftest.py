"""The demo company's catalog, loaded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from answers.service import Answerer
from callboard.db import Database, open_database
from search.names import NameIndex
from tests.conftest import catalog_of
from tests.handlers.talk import open_demo

DEMO = Path(__file__).parents[2] / "demo" / "catalog" / "all.yaml"


@pytest.fixture(scope="session")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("demo") / "callboard.db"
    path.write_bytes(sqlite_template.read_bytes())
    opened = open_database(f"sqlite:///{path}", pool_size=4)
    catalog_of(opened, DEMO).sync_locations()
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def informed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Answerer, Database]]:
    """The whole of it: docs read and search index level, as a running Callboard has them."""
    with open_demo(tmp_path_factory.mktemp("informed")) as runtime:
        yield runtime.answerer, runtime.database


@pytest.fixture(scope="session")
def answerer(demo: Database) -> Answerer:
    names = NameIndex(demo)
    names.refresh()
    return Answerer(database=demo, names=names)
