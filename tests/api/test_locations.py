"""Locations that people register through the API."""

from typing import Any

import httpx
import pytest

from callboard.config.model import AppConfig, Catalog, Rule
from callboard.db import Database
from callboard.errors import CallboardError
from catalog.service import build_catalog
from tests.api.conftest import Serve
from tests.api.pages import Pages
from tests.catalog.petstore import LIBRARIES
from tests.conftest import ALL_KINDS

_URL = "https://git.example/acme/libraries/catalog-info.yaml"
_OTHER = "https://git.example/acme/other/catalog-info.yaml"
_NESTED = "https://git.example/acme/all.yaml"
_LOCATION = """
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {targets: [./libraries/catalog-info.yaml]}
"""
_L = "/api/catalog/locations"


@pytest.fixture
def pages() -> Pages:
    return Pages({_URL: LIBRARIES, _OTHER: LIBRARIES.replace("g-a", "other"), _NESTED: _LOCATION})


@pytest.fixture
def client(database: Database, serve: Serve, pages: Pages) -> httpx.Client:
    rules = [Rule.model_validate({"allow": ALL_KINDS})]
    config = AppConfig().model_copy(update={"catalog": Catalog(rules=rules)})
    return serve(build_catalog(database, config, urls=pages), check_url=_check)


def _check(url: str) -> None:
    if "forbidden" in url:
        raise CallboardError(f"Reading from '{url}' is not allowed.")


def _names(client: httpx.Client) -> list[str]:
    found = client.get("/api/catalog/entities?filter=kind=component").json()
    return sorted(e["metadata"]["name"] for e in found)


def _register(client: httpx.Client, target: str, query: str = "", **more: str) -> httpx.Response:
    return client.post(f"{_L}{query}", json={"type": "url", "target": target, **more})


def test_a_location_lives_from_registration_to_removal(client: httpx.Client) -> None:
    made = _register(client, _URL)
    location = made.json()["location"]
    assert (made.status_code, made.json()["entities"]) == (201, [])
    assert _names(client) == ["g-a", "g_b.c"]
    assert client.get(_L).json() == [{"data": location}]
    assert client.get(f"{_L}/{location['id']}").json() == location
    assert client.get(f"{_L}/by-entity/component/default/g-a").json() == location
    assert client.get("/api/catalog/entities/by-name/" + location["entityRef"].replace(":", "/")).status_code == 200
    assert client.delete(f"{_L}/{location['id']}").status_code == 204
    assert _names(client) == []
    assert client.delete(f"{_L}/{location['id']}").status_code == 404


def test_registering_twice_is_a_conflict_or_a_refresh(client: httpx.Client, pages: Pages) -> None:
    first = _register(client, _URL).json()["location"]
    again = _register(client, _URL)
    assert again.status_code == 409
    assert again.json()["error"]["message"] == f"Location url:{_URL} already exists"
    pages.pages[_URL] = LIBRARIES.replace("g-a", "g-new")
    refreshed = _register(client, _URL, "?onConflict=refresh")
    assert (refreshed.status_code, refreshed.json()["location"]) == (201, first)
    assert "g-new" in _names(client)
    assert _register(client, _URL, "?onConflict=maybe").status_code == 400


def test_a_dry_run_tells_everything_and_stores_nothing(client: httpx.Client) -> None:
    tried = _register(client, _NESTED, "?dryRun=true")
    kinds = [e["kind"] for e in tried.json()["entities"]]
    assert (tried.status_code, tried.json()["exists"]) == (201, False)
    assert kinds == ["Location", "Location", "Component", "Component"]
    assert client.get(_L).json() == []
    assert client.get("/api/catalog/entities").json() == []


def test_a_dry_run_of_what_is_not_there_is_refused_unless_that_is_all_right(client: httpx.Client) -> None:
    missing = _register(client, "https://git.example/nothing.yaml", "?dryRun=true")
    assert missing.status_code == 400
    assert missing.json()["error"]["message"].startswith("NotFoundError: Unable to read url, no matching files found")
    # Backstage refuses this one too, though it is said to be optional
    optional = _register(client, "https://git.example/nothing.yaml", "?dryRun=true", presence="optional")
    assert (optional.status_code, len(optional.json()["entities"])) == (201, 1)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "url", "target": "javascript:alert(1)"}, "Invalid location ref"),
        ({"type": "url", "target": " "}, "request/body/target must be a URL"),
        ({"type": "url", "target": "https://a\0b"}, "request/body/target must be a URL"),
        ({"type": "url"}, "request/body must have required property 'target'"),
        ({"type": "url", "target": 5}, "request/body/target must be string"),
        ({"type": "file", "target": "/etc/passwd"}, "Registered locations must be of an allowed type"),
        ({"type": "url", "target": "https://x", "presence": "maybe"}, "request/body/presence must be equal to one of"),
    ],
)
def test_a_refused_location_is_never_stored(client: httpx.Client, body: dict[str, Any], message: str) -> None:
    for method, path in (("POST", _L), ("POST", f"{_L}?dryRun=true"), ("PUT", f"{_L}/x")):
        answer = client.request(method, path, json=body)
        assert answer.status_code == 400
        assert answer.json()["error"]["message"].startswith(message)
    assert client.get(_L).json() == []


def test_an_unreadable_location_is_stored_and_shows_why_at_once(client: httpx.Client) -> None:
    made = _register(client, "https://forbidden.example/a.yaml")
    assert made.status_code == 201
    ref = made.json()["location"]["entityRef"].replace(":", "/")
    entity = client.get(f"/api/catalog/entities/by-name/{ref}").json()
    item = entity["status"]["items"][0]
    assert item["level"] == "error"
    assert "is not allowed" in item["error"]["message"]


def test_a_location_can_lead_elsewhere_under_its_id(client: httpx.Client) -> None:
    location = _register(client, _URL).json()["location"]
    moved = client.put(f"{_L}/{location['id']}", json={"type": "url", "target": _OTHER})
    assert (moved.status_code, moved.json()["target"]) == (200, _OTHER)
    assert client.get(f"{_L}/{location['id']}").json() == moved.json()
    assert _names(client) == ["g_b.c", "other"]
    assert client.put(f"{_L}/nope", json={"type": "url", "target": _OTHER}).status_code == 404


def test_locations_can_be_asked_for_page_by_page(client: httpx.Client) -> None:
    for target in (_URL, _OTHER, "https://git.example/nothing.yaml"):
        _register(client, target)
    query = {"query": {"target": {"$hasPrefix": "https://git.example/acme/"}}, "limit": 1}
    first = client.post(f"{_L}/by-query", json=query).json()
    second = client.post(f"{_L}/by-query", json={"cursor": first["pageInfo"]["nextCursor"], "limit": 1}).json()
    assert [first["items"][0]["target"], second["items"][0]["target"]] == [_URL, _OTHER]
    assert (first["totalItems"], second["pageInfo"]) == (2, {})
    assert client.post(f"{_L}/by-query", json={"cursor": "x"}).status_code == 400


def test_analyze_knows_what_is_registered(client: httpx.Client) -> None:
    _register(client, _URL)
    body = {"location": {"type": "url", "target": "https://git.example/acme/libraries"}}
    found = client.post("/api/catalog/analyze-location", json=body).json()
    assert found["generateEntities"] == []
    assert [(f["isRegistered"], f["location"]["target"]) for f in found["existingEntityFiles"]] == [(True, _URL)] * 2


def test_a_changed_file_is_there_right_after_refresh(client: httpx.Client, pages: Pages) -> None:
    _register(client, _URL)
    pages.pages[_URL] = LIBRARIES.replace("library", "framework")
    assert client.post("/api/catalog/refresh", json={"entityRef": "component:default/g-a"}).content == b""
    found = client.get("/api/catalog/entities?filter=spec.type=framework").json()
    assert len(found) == 2


def test_a_failing_document_keeps_its_last_good_version_and_shows_its_error(client: httpx.Client, pages: Pages) -> None:
    _register(client, _URL)
    pages.pages[_URL] = LIBRARIES.replace("type: library, lifecycle: production, ", "type: library, ", 1) + (
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: never}\nspec: {}\n"
    )
    client.post("/api/catalog/refresh", json={"entityRef": "component:default/g-a"})
    failing = client.get("/api/catalog/entities/by-name/component/default/g-a").json()
    assert failing["spec"]["lifecycle"] == "production"
    assert failing["status"]["items"][0]["message"].startswith(
        "InputError: Processor BuiltinKindsEntityProcessor threw"
    )
    listed = {kind: client.get(f"/api/catalog/entities/unprocessed/{kind}").json() for kind in ("pending", "failed")}
    assert [e["entity_ref"] for e in listed["pending"]["entities"]] == ["component:default/never"]
    assert [e["entity_ref"] for e in listed["failed"]["entities"]] == [
        "component:default/g-a",
        "component:default/never",
    ]
