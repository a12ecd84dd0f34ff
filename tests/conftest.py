"""One store fixture for both databases, and a catalog loaded from files."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from callboard import logs
from callboard.config.model import AppConfig, CatalogLocation, Rule
from callboard.config.model import Catalog as CatalogConfig
from callboard.db import Database, open_database
from catalog.ingest.reading import Content, ReadError
from catalog.service import Catalog, build_catalog
from tests.emptied import EmptiedDatabase, EmptiedFile
from tests.postgres import cluster
from tests.schema import import_all_tables, metadata

logs.configure(level="warning")
ALL_KINDS = [
    "component", "api", "resource", "system", "domain", "group", "user", "location", "template", "airesource",
]  # fmt: skip
_numbers = itertools.count(1)


class NoUrls:
    """A reader for tests that never leave the disk."""

    def read(self, url: str, version: str) -> Content:  # noqa: ARG002 - the port's signature
        raise ReadError(f"{url} is not read in this test")

    def search(self, url: str) -> list[str]:
        raise ReadError(f"{url} is not read in this test")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server with a `template_callboard` database that has the schema."""
    try:
        running = cluster()
        url = running.__enter__()
    except LookupError as error:
        pytest.skip(str(error))
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE template_callboard")
        prepared = open_database(
            url.replace("/postgres?", "/template_callboard?").replace("postgresql:", "postgresql+psycopg:")
        )
        create_schema(prepared)
        prepared.dispose()
        yield url
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "template.db"
    prepared = open_database(f"sqlite:///{path}")
    create_schema(prepared)
    prepared.dispose()
    return path


def create_schema(database: Database) -> None:
    import_all_tables()
    with database.write() as connection:
        metadata.create_all(connection)


@pytest.fixture(scope="session")
def emptied_database(postgres: str) -> EmptiedDatabase:
    return EmptiedDatabase(postgres)


@pytest.fixture(scope="session")
def emptied_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> EmptiedFile:
    return EmptiedFile(sqlite_template, tmp_path_factory.mktemp("emptied") / "callboard.db")


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database with the schema, once on each engine."""
    emptied = "emptied_file" if request.param == "sqlite" else "emptied_database"
    opened: Database = request.getfixturevalue(emptied).open()
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """For tests of what doesn't depend on the engine."""
    path = tmp_path / "callboard.db"
    path.write_bytes(sqlite_template.read_bytes())
    opened = open_database(f"sqlite:///{path}", pool_size=8)
    yield opened
    opened.dispose()


def catalog_of(database: Database, *targets: str | Path, config: AppConfig | None = None) -> Catalog:
    """A catalog over local files that lets every kind in; nothing is read yet."""
    locations = [CatalogLocation(type="file", target=str(Path(t).absolute())) for t in targets]
    rules = [Rule.model_validate({"allow": ALL_KINDS})]
    base = config or AppConfig()
    settings = base.model_copy(update={"catalog": CatalogConfig(locations=locations, rules=rules)})
    return build_catalog(database, settings, urls=NoUrls())


LoadCatalog = Callable[..., Catalog]


@pytest.fixture
def load_catalog(tmp_path: Path) -> LoadCatalog:
    """`load_catalog(database, path_or_yaml, …)`: ingest files, or texts that are written to files first."""

    def load(database: Database, *sources: str | Path) -> Catalog:
        targets: list[Path] = []
        for source in sources:
            if isinstance(source, Path):
                targets.append(source)
            else:
                file = tmp_path / f"catalog-{next(_numbers)}" / "catalog-info.yaml"
                file.parent.mkdir()
                file.write_text(source, encoding="utf-8")
                targets.append(file)
        catalog = catalog_of(database, *targets)
        catalog.sync_locations()
        return catalog

    return load


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole flows first: most of their time is waiting, and one that began last would be waited for alone."""
    items.sort(key=lambda item: "stories" not in item.path.parts)
