"""`/api/techdocs` as Backstage's clients ask it."""

import contextlib
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from api.errors import add_error_handlers
from api.techdocs import techdocs_router
from callboard.chat import Actor
from callboard.db import Database
from callboard.ports import visible_to
from techdocs.access import DocsAccess
from techdocs.indexer import DocsIndexer
from tests.api.server import running
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import DEMO, drain


@pytest.fixture
def client(sqlite_database: Database, load_catalog: LoadCatalog) -> Iterator[httpx.Client]:
    load_catalog(sqlite_database, DEMO / "all.yaml")
    drain(sqlite_database)
    app = FastAPI()
    add_error_handlers(app, sqlite_database.outage)
    hidden = "component:default/orders"
    indexer = DocsIndexer(sqlite_database)
    authorizer = Secretive(hidden)
    access, sees = DocsAccess(authorizer), visible_to(authorizer, Actor())
    app.include_router(techdocs_router(sqlite_database, indexer, access, sight=lambda _request: sees))
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(running(app))
        yield stack.enter_context(httpx.Client(base_url=f"{url}/api/techdocs", trust_env=False, timeout=20))


def test_sync_reads_docs_and_says_whether_they_changed(client: httpx.Client) -> None:
    first = client.get("/sync/default/component/checkout")
    assert first.headers["content-type"].startswith("text/event-stream")
    assert 'event: finish\ndata: {"updated":true}' in first.text
    assert 'data: {"updated":false}' in client.get("/sync/default/Component/checkout").text


@pytest.mark.parametrize("name", ["nobody", "orders"])
def test_sync_of_an_unknown_or_hidden_entity_is_not_found(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/sync/default/component/{name}")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Entity metadata UID missing"


def test_metadata_of_docs_and_of_their_entity(client: httpx.Client) -> None:
    missing = client.get("/metadata/techdocs/default/component/checkout")
    assert missing.status_code == 404
    assert missing.json()["error"]["message"].startswith("Unable to get metadata for 'default/component/checkout'")
    client.get("/sync/default/component/checkout")
    body = client.get("/metadata/techdocs/default/component/checkout").json()
    assert body["site_name"] == "Checkout"
    assert "reference/errors.md" in body["files"]
    entity = client.get("/metadata/entity/default/component/checkout").json()
    assert entity["metadata"]["name"] == "checkout"
    assert entity["locationMetadata"]["type"] == "file"


def test_static_addresses_lead_to_the_reader(client: httpx.Client) -> None:
    client.get("/sync/default/component/checkout")
    mixed = client.get("/static/docs/default/Component/checkout/runbook/index.html")
    assert mixed.status_code == 301
    assert mixed.headers["location"] == "/api/techdocs/static/docs/default/component/checkout/runbook/index.html"
    page = client.get("/static/docs/default/component/checkout/runbook/index.html")
    assert page.headers["location"] == "/docs/default/component/checkout/runbook/"
