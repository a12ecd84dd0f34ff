"""Scripts send messages over Backstage's endpoint."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import ApiServices, create_app
from api.notifications import notifications_router
from callboard.config.model import AppConfig
from callboard.db import Database
from tests.api.server import running
from tests.conftest import catalog_of
from tests.notifications.conftest import build
from tests.notifications.newsroom import Newsroom

TOKEN = "a-token-of-the-tests"
SHOP = {"type": "entity", "entityRef": "group:default/team-shop"}


@pytest.fixture
def room(sqlite_database: Database, tmp_path: Path) -> Newsroom:
    return build(sqlite_database, tmp_path, broadcast_channel="#everybody")


@pytest.fixture
def api(room: Newsroom) -> Iterator[httpx.Client]:
    access = [
        {"type": "static", "options": {"token": TOKEN, "subject": "nightly"}},
        {
            "type": "static",
            "options": {"token": "only-the-catalog", "subject": "x"},
            "accessRestrictions": [{"plugin": "catalog"}],
        },
    ]
    config = AppConfig.model_validate({"backend": {"auth": {"externalAccess": access}}})
    catalog = catalog_of(room.database)
    services = ApiServices(room.database, catalog, config, "1")
    router = notifications_router(room.database, room.notices, base_url="https://portal.example")
    with (
        running(create_app(services, routers=[router])) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False, timeout=20) as client,
    ):
        yield client


def send(api: httpx.Client, recipients: Any = SHOP, **payload: Any) -> httpx.Response:
    return api.post("/api/notifications", json={"recipients": recipients, "payload": {"title": "Broken", **payload}})


def test_a_script_sends_to_a_team_and_to_the_owner_of_a_component(api: httpx.Client, room: Newsroom) -> None:
    refs = ["group:default/team-shop", "component:default/till"]
    answer = send(api, {"type": "entity", "entityRef": refs}, description="Again.", link="/runs/1", topic="ci")
    assert answer.status_code == 200
    assert [n["user"] for n in answer.json()] == ["group:default/team-shop", "group:default/team-box"]
    assert answer.json()[0]["origin"] == "nightly"
    assert answer.json()[0]["payload"]["link"] == "https://portal.example/runs/1"
    room.beat()
    assert sorted(s.channel for s in room.workspace.said) == ["#box", "#shop"]
    shown = api.get(f"/api/notifications/notifications/{answer.json()[0]['id']}").json()
    assert shown["payload"]["title"] == "Broken"
    assert api.get("/api/notifications/notifications?limit=1").json()["totalCount"] == 1


def test_the_same_scope_changes_the_message_in_place(api: httpx.Client, room: Newsroom) -> None:
    first = send(api, scope="build", description="Since noon.").json()
    room.beat()
    second = send(api, scope="build", title="Mended").json()
    room.beat()
    assert first[0]["id"] == second[0]["id"]
    assert second[0]["payload"]["description"] == "Since noon."
    assert [("Mended" in s.text, s.edits) for s in room.heard("#shop")] == [(True, 1)]


def test_everybody_is_told_in_the_broadcast_channel(api: httpx.Client, room: Newsroom) -> None:
    assert send(api, {"type": "broadcast"}).json()[0]["user"] is None
    room.beat()
    assert [s.channel for s in room.workspace.said] == ["#everybody"]


def test_who_is_excluded_is_not_told(api: httpx.Client) -> None:
    assert send(api, SHOP | {"excludeEntityRef": "group:default/team-shop"}).json() == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "must have required property 'recipients'"),
        ({"recipients": SHOP}, "must have required property 'payload'"),
        ({"recipients": SHOP, "payload": {}}, "must have required property 'title'"),
        ({"recipients": [], "payload": {"title": "x"}}, "recipients must be object"),
        ({"recipients": {"type": "entity"}, "payload": {"title": "x"}}, "must have required property 'entityRef'"),
        ({"recipients": {"type": "all"}, "payload": {"title": "x"}}, "allowed values: entity, broadcast"),
        ({"recipients": {"type": "entity", "entityRef": 7}, "payload": {"title": "x"}}, "string or array"),
        ({"recipients": {"type": "entity", "entityRef": "a b:"}, "payload": {"title": "x"}}, "entityRef: "),
        ({"recipients": SHOP, "payload": {"title": 7}}, "title must be string"),
        ({"recipients": SHOP, "payload": {"title": "x" * 501}}, "more than 500 characters"),
        ({"recipients": SHOP, "payload": {"title": "x", "severity": "hihg"}}, "Did you mean `high`"),
        ({"recipients": SHOP, "payload": {"title": "x", "link": "javascript:alert(1)"}}, "Only HTTP/HTTPS links"),
        ({"recipients": SHOP, "payload": {"title": "x", "link": "//evil.example"}}, "Only HTTP/HTTPS links"),
    ],
)
def test_a_request_that_cannot_be_meant_says_what_is_wrong(api: httpx.Client, body: Any, words: str) -> None:
    answer = api.post("/api/notifications", json=body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


def test_a_recipient_that_is_not_there_is_not_found(api: httpx.Client) -> None:
    answer = send(api, {"type": "entity", "entityRef": "component:default/nope"})
    assert answer.status_code == 404


@pytest.mark.parametrize("number", ["0", "99999", "x", "9" * 30])
def test_a_number_that_is_none_is_not_found(api: httpx.Client, number: str) -> None:
    assert api.get(f"/api/notifications/notifications/{number}").status_code == 404


@pytest.mark.parametrize(
    ("token", "status"), [("", 401), ("Bearer wrong-token", 401), ("Bearer only-the-catalog", 403)]
)
def test_only_tokens_for_it_may_send(api: httpx.Client, token: str, status: int) -> None:
    headers = {"Authorization": token}
    assert api.post("/api/notifications", json={}, headers=headers).status_code == status
