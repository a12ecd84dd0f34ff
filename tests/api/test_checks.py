"""Trying entities, and what the process says of itself."""

from typing import Any

import httpx
import pytest

from callboard.db import Database
from callboard.errors import CallboardError
from tests.api.conftest import Serve
from tests.catalog.petstore import SHOP
from tests.conftest import LoadCatalog

_PATH = "/api/catalog/validate-entity"
_BASE: dict[str, Any] = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "x"},
    "spec": {"type": "service", "lifecycle": "production", "owner": "me"},
}


@pytest.fixture
def client(sqlite_database: Database, load_catalog: LoadCatalog, serve: Serve) -> httpx.Client:
    return serve(load_catalog(sqlite_database, SHOP), check_url=_check)


def _check(url: str) -> None:
    raise CallboardError(f"Reading from '{url}' is not allowed.")


def _validate(client: httpx.Client, **changes: Any) -> httpx.Response:
    return client.post(_PATH, json={"entity": {**_BASE, **changes}, "location": "url:http://localhost/x"})


def test_a_good_entity_is_answered_with_nothing(client: httpx.Client) -> None:
    answer = _validate(client)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("changes", "name", "message"),
    [
        ({"apiVersion": 7}, "TypeError", "/apiVersion must be string - type: string"),
        ({"kind": "component"}, "InputError", "No processor recognized the entity component:default/x"),
        ({"metadata": {}}, "TypeError", "/metadata must have required property 'name' - missingProperty: name"),
        ({"metadata": {"name": "-a"}}, "InputError", "Policy check failed for component:default/-a; caused by Error: "),
        (
            {"spec": []},
            "InputError",
            "Policy check failed for component:default/x; caused by Error: Malformed envelope",
        ),
        ({"kind": "Location", "spec": {"type": "weird", "target": "x"}}, "InputError", "Registered locations must be"),
        (
            {"kind": "Location", "spec": {"type": "url", "target": "./a.yaml"}},
            "Error",
            "Unable to read url, Reading from 'http://localhost/a.yaml' is not allowed",
        ),
    ],
)
def test_a_bad_entity_is_answered_with_its_errors(
    client: httpx.Client, changes: dict[str, Any], name: str, message: str
) -> None:
    answer = _validate(client, **changes)
    first = answer.json()["errors"][0]
    assert answer.status_code == 400
    assert first["name"] == name
    assert first["message"].startswith(message)


def test_a_request_without_a_location_is_a_plain_error(client: httpx.Client) -> None:
    for body in ({"entity": _BASE}, {"entity": _BASE, "location": "nope"}, {"entity": [], "location": "url:x"}):
        answer = client.post(_PATH, json=body)
        assert answer.status_code == 400
        assert set(answer.json()) == {"error", "request", "response"}


def test_readiness_names_the_sources(client: httpx.Client) -> None:
    report = client.get("/readyz").json()
    assert (report["status"], report["database"], report["entities"]) == ("ok", "ok", 12 - 2)
    assert [(s["ok"], s["failingSince"]) for s in report["sources"]] == [(True, None)]


def test_a_process_that_is_not_ready_says_so(
    sqlite_database: Database, load_catalog: LoadCatalog, serve: Serve
) -> None:
    starting = serve(load_catalog(sqlite_database, SHOP), ready=lambda: False)
    assert starting.get("/healthz").status_code == 503
    assert starting.get("/readyz").json()["status"] == "starting"


def test_metrics_count_requests_by_route_and_entities_by_kind(client: httpx.Client) -> None:
    client.get("/api/catalog/entities/by-name/component/default/petstore")
    client.get("/made/up/path")
    text = client.get("/metrics").text
    route = 'route="/api/catalog/entities/by-name/{kind}/{namespace}/{name}"'
    assert f'callboard_http_request_seconds_count{{method="GET",{route},status="200"}} 1.0' in text
    assert 'callboard_catalog_entities{kind="component"} 2.0' in text
    assert "callboard_catalog_source_age_seconds" in text
    assert "made/up" not in text


def test_every_route_is_described(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    operations = [op for path in document["paths"].values() for op in path.values()]
    assert len(operations) > 20
    assert all(op.get("summary") for op in operations)
    named = document["paths"]["/api/catalog/entities/by-name/{kind}/{namespace}/{name}"]["get"]
    assert [p["name"] for p in named["parameters"]] == ["kind", "namespace", "name"]
