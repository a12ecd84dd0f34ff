"""Secrets planted in an installation: after everything has happened to it, none of them is anywhere it may be read."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import MetaData, select
from typer.testing import CliRunner

from bot.commands import doctor, jobs, notifications, template
from bot.main import app
from bot.replica import Replica
from bot.runtime import Runtime, runtime_from_files
from callboard import logs
from playground.client import Control
from tests.standins.github import GithubStandIn
from tests.stories.conftest import NORA, ROOT, Company, _config, free_port
from tests.stories.test_create import choose, enter, give_secret

GITHUB, KEY, TEMPLATE = "planted-github-token-4711", "planted secret key 4711", "planted-template-secret-4711"
DATABASE, API, WEBHOOK = "planted-database-password-4711", "planted-api-token-4711", "planted-webhook-secret-4711"
LEAKY = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: %(name)s, title: %(name)s}
spec:
  type: service
  owner: team-platform
  parameters:
    - required: [name, token]
      properties:
        name: {title: Name, type: string}
        token: {title: Token, type: string, ui:field: Secret}
  steps:
    - {id: say, name: Say it, action: debug:log, input: {message: "token ${{ secrets.token }}", listWorkspace: true}}
    - id: last
      name: "Name with ${{ secrets.token }}"
%(last)s
  output:
    text: [{title: Result, content: "the token is ${{ secrets.token }}"}]
    links: [{title: Open, url: "https://example.com/?key=${{ secrets.token }}"}]
"""
FINE = "      action: debug:log\n      input: {message: done}"
FAILS = '      action: fs:rename\n      input: {files: [{from: "${{ secrets.token }}", to: other}]}'


@dataclass
class Seen:
    """All that an installation has said and stored, by where."""

    texts: dict[str, str] = field(default_factory=dict)

    def leaks(self, *secrets: str) -> list[tuple[str, str, str]]:
        found = []
        for place, text in self.texts.items():
            for secret in secrets:
                at = text.find(secret)
                if at >= 0:
                    found.append((place, secret, text[max(0, at - 80) : at + len(secret) + 20]))
        return found


@pytest.fixture
def company(tmp_path: Path, postgres: str, capfd: pytest.CaptureFixture[str]) -> Iterator[Company]:
    """The demo company on PostgreSQL with every kind of secret, logging everything there is to log."""
    folder = tmp_path / "demo"
    for name in ("catalog", "templates", "github", "github-later"):
        shutil.copytree(ROOT / "demo" / name, folder / name)
    shutil.copy(ROOT / "demo" / "workspace.json", folder / "workspace.json")
    for name, last in (("fine", FINE), ("failing", FAILS)):
        (folder / "templates" / name).mkdir()
        text = LEAKY % {"name": name, "last": last}
        (folder / "templates" / name / "template.yaml").write_text(text, encoding="utf-8")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS planted")
        connection.execute("CREATE DATABASE planted")
    url = postgres.replace("/postgres?", "/planted?").replace("callboard@", f"callboard:{DATABASE}@")
    logs.configure(level="debug", json=True)
    with GithubStandIn(org="gods-and-stalls", root=folder / "github", token=GITHUB) as github:
        config: dict[str, Any] = dict(_config(folder, github, free_port()))
        config["callboard"] = {**config["callboard"], "secretKey": KEY}
        config["integrations"]["github"][0] |= {"token": GITHUB, "webhookSecret": WEBHOOK}
        access = [{"type": "static", "options": {"token": API, "subject": "ci"}}]
        config["backend"] |= {"database": {"client": "pg", "connection": url}, "auth": {"externalAccess": access}}
        (folder / "app-config.yaml").write_text(json.dumps(config), encoding="utf-8")
        with Replica(runtime_from_files([folder / "app-config.yaml"]), slack=True) as replica:
            assert replica.workspace is not None
            with Control(replica.workspace.url) as control:
                yield Company(folder, replica, control, github)
    logs.configure(level="warning")


def create(company: Company, name: str) -> None:
    control = company.control
    choose(company, name)
    enter(company, "name", f"made-{name}")
    control.submit(NORA)
    review = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.review")
    give_secret(review, TEMPLATE)
    control.submit(NORA)
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.started")
    control.close(NORA, everything=True)


def stored(runtime: Runtime) -> str:
    tables = MetaData()
    with runtime.database.read() as connection:
        tables.reflect(connection)
        return "\n".join(
            f"{name}: {dict(row._mapping)}"
            for name, table in tables.tables.items()
            for row in connection.execute(select(table))
        )


def files_of(folder: Path) -> str:
    return "\n".join(p.read_bytes().decode("latin-1") for p in sorted(folder.rglob("*")) if p.is_file())


def answers_of(replica: Replica) -> str:
    """What the API says to friends and strangers, right and wrong."""
    paths = (
        "/readyz", "/openapi.json", "/metrics", "/api/catalog/entities", "/api/catalog/locations",
        "/api/scaffolder/v2/actions", "/api/scaffolder/v2/tasks", "/api/notifications/notifications",
        "/api/answers?question=who+owns+checkout", "/docs/", "/api/nowhere",
    )  # fmt: skip
    said = []
    with httpx.Client(base_url=replica.url, trust_env=False, timeout=20) as client:
        for path in paths:
            said += [client.get(path, headers=h) for h in ({}, {"Authorization": f"Bearer {API}"})]
        said.append(client.get("/api/catalog/entities", headers={"Authorization": f"Bearer {API}x"}))
        tasks = client.get("/api/scaffolder/v2/tasks", headers={"Authorization": f"Bearer {API}"}).json()
        for task in tasks.get("tasks", tasks):
            for path in ("", "/events"):
                url = f"/api/scaffolder/v2/tasks/{task['id']}{path}"
                said.append(client.get(url, headers={"Authorization": f"Bearer {API}"}))
        said.append(client.post("/webhooks/github", content=b"{}", headers={"x-hub-signature-256": "sha256=0"}))
    return "\n".join(f"{a.status_code} {dict(a.headers)} {a.text}" for a in said)


def printed(config: Path) -> str:
    """What the command line says of the installation."""
    known = {c.name for c in app.registered_commands} | {g.name for g in app.registered_groups}
    for name, module in {"doctor": doctor, "jobs": jobs, "notifications": notifications, "template": template}.items():
        if name not in known:
            module.register(app)
    commands = (["doctor"], ["doctor", "--json"], ["jobs", "list", "--json"], ["template", "list"],
                ["notifications", "list"])  # fmt: skip
    results = [CliRunner().invoke(app, ["--config", str(config), *command]) for command in commands]
    return "\n".join(f"{r.output} {r.exception}" for r in results)


def test_no_planted_secret_is_in_any_log_message_error_answer_row_or_file(
    company: Company, capfd: pytest.CaptureFixture[str]
) -> None:
    control, replica, channel = company.control, company.replica, company.channels["team-checkout"]
    workspace = replica.workspace
    assert workspace is not None
    control.command(NORA, channel, "/callboard who owns checkout?")
    create(company, "fine")
    create(company, "failing")
    done = control.wait_for_message(channel, lambda m: "is done" in m["text"], timeout=30)
    failed = control.wait_for_message(channel, lambda m: "failed" in m["text"], timeout=30)
    for message in (done, failed):
        control.click(NORA, message, "run.log")
    control.wait_until(
        lambda: sum(bool(m.get("files")) for m in control.messages(channel)) >= 2 or None, timeout=20, what="both logs"
    )
    company.github.traffic.token = "another"  # from now on GitHub refuses ours, at the next second's run
    control.wait_until(
        lambda: "refuse" in stored(replica.runtime).lower() or None, timeout=20, what="the provider's failure"
    )
    token = {"Authorization": f"Bearer {workspace.bot_token}"}
    attached = [
        httpx.get(f["url_private"], headers=token, trust_env=False).text
        for m in control.messages(channel)
        for f in m.get("files") or ()
    ]
    control.open_home(NORA)
    control.wait_for_home(NORA)
    seen = Seen()
    seen.texts["messages"] = json.dumps([control.messages(c) for c in company.channels.values()])
    seen.texts["modals and home"] = json.dumps([control.modal(NORA), control.home(NORA)])
    seen.texts["requests to Slack"] = json.dumps(control.log())
    seen.texts["attached logs"] = "\n".join(attached)
    seen.texts["api"] = answers_of(replica)
    seen.texts["command line"] = printed(company.folder / "app-config.yaml")
    seen.texts["database"] = stored(replica.runtime)
    seen.texts["files"] = files_of(company.folder / "data")
    out = capfd.readouterr()
    seen.texts["logs"] = out.out + out.err

    assert [place for place, text in seen.texts.items() if len(text) < 100] == []
    assert "token ***" in seen.texts["attached logs"]
    assert "***" in seen.texts["database"]  # the failed step's error named the file that it was to rename
    assert "catalog ready" in seen.texts["logs"]
    planted = (GITHUB, KEY, TEMPLATE, DATABASE, API, WEBHOOK)
    own = (workspace.bot_token, workspace.app_token, workspace.signing_secret)
    assert seen.leaks(*planted, *own) == []
