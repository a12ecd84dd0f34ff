"""The demo company's catalog, loaded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from answers.service import Answerer
from bot.docs import docs_consumers
from bot.runtime import Runtime
from callboard.config.model import AppConfig
from callboard.db import Database, open_database
from callboard.outbox import feed
from search.names import NameIndex
from tests.conftest import ALL_KINDS, catalog_of

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
    folder = tmp_path_factory.mktemp("informed")
    config = AppConfig.model_validate(
        {
            "callboard": {"dataDir": str(folder / "data")},
            "catalog": {"rules": [{"allow": ALL_KINDS}], "locations": [{"type": "file", "target": str(DEMO)}]},
        }
    )
    runtime = Runtime(config)
    runtime.migrate()
    runtime.catalog.sync_locations()
    runtime.docs.sync_all()
    for consumer in docs_consumers(runtime):
        while feed(runtime.database, consumer):
            pass
    runtime.names.refresh()
    yield runtime.answerer, runtime.database
    runtime.close()


@pytest.fixture(scope="session")
def answerer(demo: Database) -> Answerer:
    names = NameIndex(demo)
    names.refresh()
    return Answerer(database=demo, names=names)
