"""Webhooks over real HTTP: from GitHub's signed request to what the catalog says, with the stand-in behind it."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.http import build_app
from bot.process import CATALOG_QUEUE, GITHUB_QUEUE, Process
from bot.runtime import Runtime
from callboard.config.model import AppConfig
from callboard.outbox import events
from callboard.refs import LocationRef
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, matching_ids
from catalog.queries.lookup import raw_document
from jobs.tables import tasks
from tests.api.server import running
from tests.standins.github import GithubStandIn
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]
FILE = "catalog-info.yaml"
SECRET = "hush-hush"
_ids = itertools.count(1)


def component(name: str, lifecycle: str = "production") -> str:
    spec = f"spec: {{type: service, lifecycle: {lifecycle}, owner: team-a}}"
    return f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n{spec}\n"


class House:
    """A replica without Slack, its HTTP and what GitHub would send there."""

    def __init__(self, github: GithubStandIn, runtime: Runtime, process: Process, client: httpx.Client) -> None:
        self.github, self.runtime, self.process, self.client = github, runtime, process, client

    def send(self, event: str, payload: dict[str, Any], *, secret: str = SECRET, delivery: str = "") -> int:
        body = json.dumps(payload).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-github-event": event, "x-github-delivery": delivery or f"d-{next(_ids)}"}
        headers |= {"x-hub-signature-256": f"sha256={signature}", "content-type": "application/json"}
        return self.client.post("/webhooks/github", content=body, headers=headers).status_code

    def repository(self, name: str) -> dict[str, Any]:
        it = self.github.organization[name]
        return {
            "name": name, "html_url": f"{self.github.url}/acme/{name}", "owner": {"login": "acme"},
            "default_branch": "main", "archived": it.is_archived, "fork": it.is_fork, "visibility": it.visibility,
            "topics": list(it.topics),
        }  # fmt: skip

    def push(self, name: str, files: dict[str, str | bytes | None], *, branch: str = "main", **more: Any) -> int:
        """Commit, and tell as GitHub would; deleted files are None."""
        self.github.push(name, files, branch=branch)
        commit = {
            "added": [], "modified": [p for p, c in files.items() if c is not None],
            "removed": [p for p, c in files.items() if c is None],
        }  # fmt: skip
        payload = {"ref": f"refs/heads/{branch}", "commits": [commit], "sender": {"login": "mia"}, **more}
        return self.send("push", {**payload, "repository": self.repository(name)})

    def work(self) -> int:
        """Do the pushes that are waiting."""
        worker = next(w for w in self.process.workers if w.queues == [GITHUB_QUEUE])
        return sum(1 for _ in iter(worker.run_one, False))

    def count(self, query: str) -> int:
        with self.runtime.database.read() as connection:
            return len(matching_ids(connection, EntityQuery(parse_filters([query]))))

    def queued(self, queue: str) -> list[str]:
        with self.runtime.database.read() as connection:
            query = select(tasks.c.spec).where(tasks.c.queue == queue).order_by(tasks.c.id)
            return [spec.get("schedule", "") for spec in connection.execute(query).scalars()]

    def actors(self, ref: str) -> list[str | None]:
        with self.runtime.database.read() as connection:
            return list(connection.execute(select(events.c.actor).where(events.c.ref == ref)).scalars())


@pytest.fixture
def house(github: GithubStandIn, tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    path = tmp_path / "callboard.db"
    path.write_bytes(sqlite_template.read_bytes())
    integration = {"host": github.host, "token": github.token, "apiBaseUrl": github.api_url, "webhookSecret": SECRET}
    plain = {"organization": "acme", "host": github.host}
    config = AppConfig.model_validate(
        {
            "backend": {"database": {"client": "sqlite", "connection": str(path)}},
            "callboard": {"dataDir": str(tmp_path / "data")},
            "integrations": {"github": [integration]},
            "catalog": {
                "providers": {
                    "github": {"plain": plain, "docs": {**plain, "catalogPath": "services/**/catalog-*.yaml"}},
                    "githubOrg": {"id": "people", "githubUrl": github.url, "orgs": ["acme"]},
                }
            },
        }
    )
    runtime = Runtime(config)
    try:
        process = Process(runtime)
        with running(build_app(runtime)) as url, httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
            yield House(github, runtime, process, client)
    finally:
        runtime.close()


def test_push_is_known_at_once_and_costs_two_requests(house: House) -> None:
    for number in range(20):
        house.github.add_repository(f"service-{number}", {FILE: component(f"service-{number}")})
    house.runtime.catalog.sync_provider("github-provider:plain")
    house.github.counted()

    assert house.push("service-3", {FILE: component("service-3", "deprecated")}) == 202
    assert house.work() == 1
    assert house.count("spec.lifecycle=deprecated") == 1
    assert house.count("kind=component") == 20
    assert house.github.counted() == {"graphql": 2}


def test_worker_of_the_replica_reads_a_push_by_itself(house: House) -> None:
    house.github.add_repository("one", {"README.md": "hello"})
    worker = next(w for w in house.process.workers if w.queues == [GITHUB_QUEUE])
    worker.start()
    try:
        house.push("one", {FILE: component("one")})
        seen = (house.count("kind=component") for _ in iter(lambda: time.sleep(0.02), 1))
        assert next(found for found in itertools.islice(seen, 500) if found) == 1
    finally:
        worker.stop()


def test_new_and_removed_files_come_and_go(house: House) -> None:
    house.github.add_repository("one", {"README.md": "hello"})
    house.push("one", {FILE: component("one"), "services/a/catalog-x.yaml": component("nested")})
    house.work()
    assert house.count("kind=component") == 2

    house.push("one", {FILE: None})
    house.work()
    assert house.count("metadata.name=one,metadata.annotations.backstage.io/orphan=true") == 1
    assert house.count("metadata.name=nested,metadata.annotations.backstage.io/orphan=true") == 0


def test_file_that_a_location_leads_to_is_read_and_goes_with_it(house: House) -> None:
    location = (
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [./part.yaml]}\n"
    )
    house.github.add_repository("one", {FILE: location, "part.yaml": component("part")})
    house.runtime.catalog.sync_provider("github-provider:plain")
    house.push("one", {"part.yaml": component("part", "deprecated")})
    house.work()
    assert house.count("metadata.name=part,spec.lifecycle=deprecated") == 1

    house.push("one", {FILE: component("alone")})
    house.work()
    assert house.count("metadata.name=part,metadata.annotations.backstage.io/orphan=true") == 1


def test_file_that_is_included_changes_what_includes_it(house: House) -> None:
    api = component("pets").replace("Component", "API").replace("type: service", "type: openapi")
    text = api.replace("spec: {", "spec: {definition: {$text: ./openapi.yaml}, ")
    house.github.add_repository("one", {FILE: text, "openapi.yaml": "openapi: 3.1.0\n"})
    house.runtime.catalog.sync_provider("github-provider:plain")
    house.push("one", {"openapi.yaml": "openapi: 3.2.0\n"})
    house.work()
    with house.runtime.database.read() as connection:
        assert "3.2.0" in (raw_document(connection, "api:default/pets") or "")


def test_registered_location_is_read_again(house: House) -> None:
    house.github.add_repository("one", {"other.yaml": component("other")})
    house.runtime.catalog.register(LocationRef("url", f"{house.github.url}/acme/one/blob/main/other.yaml"))
    house.push("one", {"other.yaml": component("other", "deprecated")})
    house.work()
    assert house.count("metadata.name=other,spec.lifecycle=deprecated") == 1


def test_who_pushed_is_kept_as_a_person_when_known(house: House) -> None:
    house.github.add_member("mia")
    house.github.add_repository("one", {"README.md": "hello"})
    house.push("one", {FILE: component("before")})
    house.work()
    assert house.actors("component:default/before") == ["github:mia"]

    house.runtime.catalog.sync_provider("github-org:people")
    house.push("one", {FILE: component("after")})
    house.work()
    assert set(house.actors("component:default/after")) == {"user:default/mia"}


@pytest.mark.parametrize(
    ("branch", "files", "more"),
    [
        ("feature", {FILE: component("x")}, {}),
        ("main", {"src/app.py": "print()"}, {}),
        ("main", {"services/catalog.txt": "x"}, {}),
    ],
)
def test_push_that_concerns_nobody_reads_nothing(house: House, branch: str, files: Any, more: Any) -> None:
    house.github.add_repository("one", {"README.md": "hello"})
    assert house.push("one", files, branch=branch, **more) == 202
    house.work()
    assert house.github.counted() == {}
    assert house.count("kind=component") == 0


def test_forced_push_queues_whole_runs(house: House) -> None:
    house.github.add_repository("one", {"README.md": "hello"})
    house.push("one", {FILE: component("one")}, forced=True)
    runs = ["provider:github-provider:plain", "provider:github-provider:docs"]
    assert house.queued(CATALOG_QUEUE) == runs


@pytest.mark.parametrize("action", ["archived", "deleted", "renamed", "edited", "unarchived", "created"])
def test_repository_event_queues_its_providers(house: House, action: str) -> None:
    house.github.add_repository("one", {FILE: component("one")})
    payload = {"action": action, "repository": house.repository("one"), "organization": {"login": "acme"}}
    assert house.send("repository", payload) == 202
    assert len(house.queued(CATALOG_QUEUE)) == 2


@pytest.mark.parametrize("event", ["organization", "team", "membership"])
def test_event_about_people_queues_the_org_provider(house: House, event: str) -> None:
    assert house.send(event, {"action": "edited", "organization": {"login": "Acme"}}) == 202
    assert house.queued(CATALOG_QUEUE) == ["provider:github-org:people"]
    house.send(event, {"action": "edited", "organization": {"login": "strangers"}})
    assert len(house.queued(CATALOG_QUEUE)) == 1


def test_delivery_counts_once(house: House) -> None:
    house.github.add_repository("one", {FILE: component("one")})
    payload = {"ref": "refs/heads/main", "repository": house.repository("one"), "commits": [{"added": [FILE]}]}
    assert [house.send("push", payload, delivery="same") for _ in range(3)] == [202] * 3
    assert len(house.queued(GITHUB_QUEUE)) == 1


def test_wrong_secret_is_refused_without_a_word(house: House) -> None:
    assert house.send("push", {"ref": "refs/heads/main"}, secret="guessed") == 403
    answer = house.client.post("/webhooks/github", content=b"{}", headers={"x-github-event": "push"})
    assert (answer.status_code, answer.text) == (403, "")
    odd = house.client.post("/webhooks/github", content=b"{}", headers={b"x-hub-signature-256": b"sha256=\xff\xfe"})
    assert odd.status_code == 403


@pytest.mark.parametrize(
    "payload", [{}, {"ref": 1}, {"ref": "refs/tags/v1", "repository": {}}, {"ref": "refs/heads/main", "repository": []}]
)
def test_signed_nonsense_is_taken_and_does_nothing(house: House, payload: dict[str, Any]) -> None:
    assert house.send("push", payload) == 202
    assert house.queued(GITHUB_QUEUE) == []


def test_repository_of_another_host_is_left_alone(house: House) -> None:
    repository = {"name": "one", "html_url": "https://github.com/acme/one", "owner": {"login": "acme"}}
    payload = {"ref": "refs/heads/main", "repository": repository, "commits": [{"added": [FILE]}]}
    assert house.send("push", payload) == 202
    assert house.queued(GITHUB_QUEUE) == []
