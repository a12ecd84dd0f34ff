"""Creation from a command to a card, with the process killed at a random moment and another one going on."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from callboard.db import open_database
from catalog.queries.lookup import get_entity
from playground.client import Control
from playground.seed import SeedApp, SeedChannel, SeedCommand, SeedUser, WorkspaceSeed
from playground.server import RunningWorkspace, serve

pytestmark = pytest.mark.soak  # a killed worker's lease has to run out
NORA, CHANNEL = "U1NORA", "C1TEAM"
SEED = WorkspaceSeed(
    users=(SeedUser("nora", NORA),),
    channels=(SeedChannel("team", CHANNEL, (NORA, "U0BOT")),),
    app=SeedApp(commands=(SeedCommand("/callboard", "Ask", "who owns checkout"),)),
)
CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a}
spec: {type: team, children: []}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: service, title: Service}
spec:
  type: service
  owner: team-a
  parameters:
    - required: [name]
      properties: {name: {type: string, title: Name}}
  steps:
    - id: fetch
      action: fetch:template
      input: {url: ./skeleton, values: {name: '${{ parameters.name }}'}}
    - {id: wait, action: 'debug:wait', input: {milliseconds: 300}}
    - {id: publish, action: 'publish:git', input: {repoUrl: 'local?owner=acme&repo=${{ parameters.name }}'}}
    - id: register
      action: catalog:register
      input: {repoContentsUrl: '${{ steps.publish.output.repoContentsUrl }}'}
  output:
    links: [{title: In the catalog, entityRef: '${{ steps.register.output.entityRef }}'}]
"""
INFO = (
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: '${{ values.name }}'}\n"
    "spec: {type: service, lifecycle: production, owner: team-a}\n"
)


@pytest.fixture
def workspace() -> Iterator[RunningWorkspace]:
    with serve(SEED) as running:
        yield running


@dataclass(frozen=True)
class Store:
    """An empty database: as the configuration names it, and as we open it."""

    settings: dict[str, str]
    url: str


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "sqlite":
        return Store({"client": "sqlite", "connection": str(tmp_path / "own.db")}, f"sqlite:///{tmp_path}/own.db")
    server: str = request.getfixturevalue("postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE killed")
    url = server.replace("/postgres?", "/killed?")
    return Store({"client": "pg", "connection": url}, url.replace("postgresql:", "postgresql+psycopg:"))


@pytest.fixture
def config(tmp_path: Path, store: Store, workspace: RunningWorkspace) -> Path:
    for name, text in {
        "catalog/all.yaml": CATALOG,
        "catalog/skeleton/README.md": "# ${{ values.name }}\n",
        "catalog/skeleton/catalog-info.yaml": INFO,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    settings: dict[str, Any] = {
        "backend": {"listen": {"host": "127.0.0.1", "port": 0}, "database": store.settings},
        "callboard": {"dataDir": str(tmp_path / "data")},
        "slack": {
            "botToken": workspace.bot_token, "appToken": workspace.app_token, "apiUrl": workspace.api_url,
        },
        "integrations": {"git": [{"host": "local", "directory": str(tmp_path / "git")}]},
        "catalog": {
            "rules": [{"allow": ["Group", "Template", "Component"]}],
            "locations": [{"type": "file", "target": str(tmp_path / "catalog/all.yaml")}],
        },
    }  # fmt: skip
    path = tmp_path / "app-config.yaml"
    path.write_text(json.dumps(settings))
    return path


@contextmanager
def app(config: Path) -> "Iterator[subprocess.Popen[bytes]]":
    log = (config.parent / "app.log").open("ab")
    command = [sys.executable, "-m", "bot.main", "--config", str(config), "run"]
    process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        log.close()


def start(control: Control, name: str) -> None:
    """The whole form, as soon as the app is there to answer."""
    picker = control.wait_until(lambda: _picker(control), timeout=60, what="the app")
    offered = next(b for b in picker["blocks"] if "template:default/service" in str(b.get("accessory")))
    button = offered["accessory"]
    control.action(NORA, button["action_id"], view_id=picker["id"], block_id=offered["block_id"], value=button["value"])
    page = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.form")
    control.fill(NORA, "create.value", view_id=page["id"], block_id="f:name", value=name)
    control.submit(NORA)
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.review")
    control.submit(NORA)
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.started")


def _picker(control: Control) -> dict[str, Any] | None:
    control.command(NORA, CHANNEL, "/callboard create")
    try:
        return control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.picker", timeout=1)
    except TimeoutError:
        return None


def test_what_a_killed_process_began_is_finished_and_told_once(
    config: Path, workspace: RunningWorkspace, store: Store, tmp_path: Path
) -> None:
    seed = int(os.environ.get("CALLBOARD_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    moment = random.Random(seed).uniform(0, 1.5)  # noqa: S311 - a moment, not a secret
    with Control(workspace.url) as control:
        with app(config) as first:
            start(control, "drinks")
            time.sleep(moment)
            first.send_signal(signal.SIGKILL)
            first.wait()
        with app(config):
            done = control.wait_for_message(CHANNEL, lambda m: "is done" in m["text"], timeout=120)
            card = control.wait_for_message(CHANNEL, lambda m: "is in the catalog" in m["text"], timeout=60)
            told = [m for m in control.messages(CHANNEL) if m.get("thread_ts", m["ts"]) == m["ts"]]

    assert card["thread_ts"] == done["ts"]
    assert [m["ts"] for m in told if "Service" in m["text"]] == [done["ts"]]
    clone = tmp_path / "clone"
    _git("clone", "--quiet", (tmp_path / "git/acme/drinks.git").as_uri(), str(clone))
    assert _git("-C", str(clone), "rev-list", "--count", "HEAD") == "1\n"
    assert set(_git("-C", str(clone), "ls-files").split()) == {"README.md", "catalog-info.yaml"}
    assert (clone / "README.md").read_text() == "# drinks\n"
    opened = open_database(store.url)
    with opened.read() as connection:
        assert get_entity(connection, "component:default/drinks") is not None
    opened.dispose()


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout
