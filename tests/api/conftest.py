"""The application over a catalog of two files, once on each database."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from api.app import ApiServices, create_app
from callboard.config.model import AppConfig
from callboard.db import Database, open_database
from catalog.service import Catalog
from tests.api.server import running
from tests.catalog.petstore import LIBRARIES, SHOP
from tests.conftest import LoadCatalog, catalog_of, create_schema

TOKEN = "a-token-of-the-tests"
AUTH = {
    "externalAccess": [
        {"type": "static", "options": {"token": TOKEN, "subject": "tests"}},
        {
            "type": "static",
            "options": {"token": "only-reads-locations", "subject": "locations"},
            "accessRestrictions": [{"plugin": "catalog", "permission": "catalog.location.read"}],
        },
        {
            "type": "static",
            "options": {"token": "only-the-scaffolder", "subject": "scaffolder"},
            "accessRestrictions": [{"plugin": "scaffolder"}],
        },
    ]
}
Serve = Callable[..., httpx.Client]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(catalog)`: a client of the application over a catalog, with a good token."""
    with contextlib.ExitStack() as stack:
        yield lambda catalog, **options: stack.enter_context(client_of(catalog, **options))


@contextlib.contextmanager
def client_of(catalog: Catalog, *, auth: object = AUTH, **services: Any) -> Iterator[httpx.Client]:
    backend = AppConfig.model_validate({"backend": {"auth": auth}}).backend
    catalog.config = catalog.config.model_copy(update={"backend": backend})
    given = ApiServices(catalog.database, catalog, catalog.config, "1.2.3", **services)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        running(create_app(given)) as url,
        httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=20) as client,
    ):
        yield client


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The petstore of thirteen entities behind the API; one for all tests of a module, which only read."""
    folder = tmp_path_factory.mktemp("shop")
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            database = open_database(f"sqlite:///{folder / 'shop.db'}", pool_size=8)
            create_schema(database)
        else:
            database = _on_postgres(request.getfixturevalue("postgres"))
        stack.callback(database.dispose)
        files = []
        for number, text in enumerate((SHOP, LIBRARIES)):
            files.append(folder / f"{number}.yaml")
            files[-1].write_text(text, encoding="utf-8")
        catalog = catalog_of(database, *files)
        catalog.sync_locations()
        yield stack.enter_context(client_of(catalog))


def _on_postgres(server: str) -> Database:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS shop")
        connection.execute("CREATE DATABASE shop TEMPLATE template_callboard")
    url = server.replace("/postgres?", "/shop?").replace("postgresql:", "postgresql+psycopg:")
    return open_database(url, pool_size=8)


@pytest.fixture
def own_shop(database: Database, load_catalog: LoadCatalog, serve: Serve) -> httpx.Client:
    """The same for one test alone, which may change it."""
    return serve(load_catalog(database, SHOP, LIBRARIES))
