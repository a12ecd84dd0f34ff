"""Every route there is: without a token it is refused, unless it stands on a list of its own, with a reason."""

import re
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import pytest

from bot.http import build_app
from bot.runtime import Runtime
from callboard.config.build import build_config
from callboard.config.load import RawConfig
from tests.api.server import running
from tests.catalog.petstore import SHOP

TOKEN = "a-token-for-everything"
OPEN: Final = {
    "/": "people with a browser; leads to the docs",
    "/healthz": "load balancers; nothing but ok or starting",
    "/readyz": "load balancers; states and counts",
    "/.backstage/health/v1/liveness": "the same",
    "/.backstage/health/v1/readiness": "the same",
    "/openapi.json": "the API's description, the same everywhere",
    "/slack/events": "Slack signs its requests",
    "/webhooks/github": "GitHub signs its requests",
    "/secrets/{token}": "the address holds a key that works once",
    "/docs/": "documentation is read in a browser, by whoever reaches the port",
    "/docs/_/docs.css": "the same",
    "/docs/{namespace}/{kind}/{name}": "the same",
    "/docs/{namespace}/{kind}/{name}/{address:path}": "the same",
}
KINDS = ["Component", "API", "Resource", "System", "Domain", "Group", "User"]


def tokens() -> list[dict[str, Any]]:
    def entry(token: str, plugin: str) -> dict[str, Any]:
        options = {"type": "static", "options": {"token": token, "subject": token}}
        return {**options, "accessRestrictions": [{"plugin": plugin, "permission": "nothing.of.value"}]}

    everything = {"type": "static", "options": {"token": TOKEN, "subject": "all"}}
    plugins = sorted({plugin_of(path) for _method, path in ALL})
    return [everything, entry("only-for-another-plugin", "another"), *(entry(f"powerless-{p}", p) for p in plugins)]


def known_routes() -> list[tuple[str, str]]:
    with TemporaryDirectory() as folder:
        runtime = Runtime(build_config(RawConfig({"callboard": {"dataDir": folder}})))
        found = sorted(set(_walked(build_app(runtime, handle_slack=lambda _headers, _body: (401, {}, "")).routes)))
        runtime.close()
    return found


def _walked(found: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _walked(inner.routes)
        else:
            yield from ((method, route.path) for method in sorted(route.methods or ()))


def plugin_of(path: str) -> str:
    parts = path.split("/")
    return parts[2] if parts[1] == "api" else parts[1]


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "petstore", path)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("routes")
    (folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    locations = [{"type": "file", "target": str(folder / "shop.yaml")}]
    config = {
        "callboard": {"dataDir": str(folder / "data")},
        "backend": {"auth": {"externalAccess": tokens()}},
        "catalog": {"locations": locations, "rules": [{"allow": KINDS}]},
    }
    runtime = Runtime(build_config(RawConfig(config)))
    runtime.migrate()
    runtime.catalog.sync_locations()
    app = build_app(runtime, handle_slack=lambda _headers, _body: (401, {}, ""))
    with running(app) as url, httpx.Client(base_url=url, trust_env=False, timeout=20) as opened:
        yield opened
    runtime.close()


ALL = known_routes()
CLOSED = [(method, path) for method, path in ALL if path not in OPEN]


def test_there_are_routes_to_look_at() -> None:
    assert len(CLOSED) > 40
    assert [path for path in OPEN if path not in {p for _method, p in ALL}] == []


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_route_refuses_whoever_has_no_token(client: httpx.Client, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = client.request(method, filled(path), headers=headers)
        assert answer.status_code == 401
        assert "team-a" not in answer.text


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_route_refuses_a_token_for_something_else(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, filled(path), headers={"Authorization": "Bearer only-for-another-plugin"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_route_shows_and_changes_nothing_for_a_token_without_its_permission(
    client: httpx.Client, method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer powerless-{plugin_of(path)}"}
    answer = client.request(method, filled(path), headers=headers, json={} if method in {"POST", "PUT"} else None)
    assert answer.status_code < 500
    assert "team-a" not in answer.text
    if method not in {"GET", "HEAD"} and not path.endswith(("/by-query", "/by-refs")):
        assert answer.status_code in {400, 403, 404, 422}


def test_the_catalog_is_as_it_was(client: httpx.Client) -> None:
    found = client.get("/api/catalog/entities?fields=kind", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert len(found) > 8


@pytest.mark.parametrize(
    "path", ["/docs/../api/catalog/entities", "/docs//api/catalog/entities", "//api/catalog/entities"]
)
def test_no_way_of_writing_a_path_gets_around_the_door(client: httpx.Client, path: str) -> None:
    raw = httpx.Request("GET", client.base_url.copy_with(raw_path=path.encode()))
    answer = client.send(raw)
    assert answer.status_code in {401, 404}
    assert "team-a" not in answer.text
