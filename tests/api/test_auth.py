"""Who may call, and what each token may do."""

import httpx
import pytest

from callboard.db import Database
from tests.api.conftest import Serve
from tests.catalog.petstore import SHOP
from tests.conftest import LoadCatalog

_LIST = "/api/catalog/entities"
_NAMED = "/api/catalog/entities/by-name/component/default/petstore"


@pytest.fixture
def client(sqlite_database: Database, load_catalog: LoadCatalog, serve: Serve) -> httpx.Client:
    return serve(load_catalog(sqlite_database, SHOP))


def _as(token: str) -> dict[str, str]:
    return {"Authorization": token}


def test_a_call_without_a_token_is_refused(client: httpx.Client) -> None:
    del client.headers["Authorization"]
    answer = client.get(_LIST)
    assert answer.status_code == 401
    assert answer.json()["error"] == {"name": "AuthenticationError", "message": "Missing credentials"}
    assert client.get("/metrics").status_code == 401
    assert client.get("/anything").status_code == 401


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic a-token-of-the-tests", "Bearer \xe9"])
def test_a_wrong_token_is_refused(client: httpx.Client, header: str) -> None:
    answer = client.get(_LIST, headers=[(b"Authorization", header.encode("latin-1"))])
    assert answer.status_code == 401
    assert answer.json()["error"]["message"] == (
        "Could not resolve credentials; caused by AuthenticationError: Illegal token"
    )


def test_health_needs_no_token(client: httpx.Client) -> None:
    del client.headers["Authorization"]
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    assert client.get("/.backstage/health/v1/readiness").status_code == 200
    assert client.get("/openapi.json").json()["info"]["version"] == "1.2.3"


def test_a_token_for_another_plugin_is_refused(client: httpx.Client) -> None:
    answer = client.get(_LIST, headers=_as("Bearer only-the-scaffolder"))
    assert answer.status_code == 403
    assert answer.json()["error"]["name"] == "NotAllowedError"
    assert "restricted to plugin(s) 'scaffolder'" in answer.json()["error"]["message"]


def test_a_denied_read_finds_nothing(client: httpx.Client) -> None:
    restricted = _as("Bearer only-reads-locations")
    assert client.get(_LIST, headers=restricted).json() == []
    assert client.get(f"{_LIST}/by-query", headers=restricted).json()["totalItems"] == 0
    assert client.get("/api/catalog/entity-facets?facet=kind", headers=restricted).json() == {"facets": {"kind": []}}
    assert client.get(_NAMED, headers=restricted).status_code == 404
    refs = {"entityRefs": ["component:default/petstore"]}
    assert client.post(f"{_LIST}/by-refs", json=refs, headers=restricted).json() == {"items": [None]}
    assert client.get("/api/catalog/locations", headers=restricted).status_code == 200


def test_a_denied_change_is_refused(client: httpx.Client) -> None:
    restricted = _as("Bearer only-reads-locations")
    location = {"type": "url", "target": "https://x.example/a.yaml"}
    assert client.post("/api/catalog/locations", json=location, headers=restricted).status_code == 403
    assert client.delete(f"{_LIST}/by-uid/x", headers=restricted).status_code == 403


def test_the_policy_can_be_switched_off_but_a_wrong_token_stays_wrong(
    sqlite_database: Database, load_catalog: LoadCatalog, serve: Serve
) -> None:
    catalog = load_catalog(sqlite_database, SHOP)
    client = serve(catalog, auth={"dangerouslyDisableDefaultAuthPolicy": True})
    assert client.get(_NAMED).status_code == 401
    del client.headers["Authorization"]
    assert client.get(_NAMED).status_code == 200
