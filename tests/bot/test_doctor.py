"""The doctor names what is wrong and what to do about it."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from typer.testing import CliRunner

from bot.commands import doctor as commands
from bot.doctor import examine
from bot.main import app
from bot.manifest import SCOPES
from bot.runtime import Runtime
from callboard.config.build import build_config
from callboard.config.load import RawConfig
from callboard.errors import CallboardError
from catalog.tables import sources
from jobs.tables import schedules, tasks
from tests.bot.installation import Installation, Service, listening

DAY = 86_400.0
TEMPLATE = """apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: broken}
spec:
  type: service
  owner: nobody
  steps: [{id: fetch, action: "no:such-action"}]
"""
USER = """apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: nora}
spec: {memberOf: []}
"""


@pytest.fixture
def slack() -> Iterator[Service]:
    """Slack with everything granted."""
    granted = {"x-oauth-scopes": ",".join(SCOPES)}
    good = {"/auth.test": (200, {"ok": True, "team": "Acme", "user": "callboard"}, granted)}
    good["/apps.connections.open"] = (200, {"ok": True, "url": "wss://example.invalid"}, {})
    with listening(Service(good)) as service:
        yield service


@pytest.fixture
def github() -> Iterator[Service]:
    quota = {"resources": {"core": {"remaining": 4_900, "limit": 5_000, "reset": time.time() + 600}}}
    with listening(Service({"/rate_limit": (200, quota, {})})) as service:
        yield service


@pytest.fixture
def installation(tmp_path: Path, slack: Service, github: Service) -> Installation:
    (tmp_path / "catalog.yaml").write_text(USER, encoding="utf-8")
    config = {
        "backend": {"baseUrl": "https://callboard.example.com"},
        "callboard": {"dataDir": str(tmp_path / "data"), "secretKey": "a" * 44, "admins": {"users": ["nora"]}},
        "slack": {"botToken": "xoxb-made-up-1", "appToken": "xapp-made-up-1", "apiUrl": slack.url},
        "integrations": {"github": [{"host": "github.acme.test", "apiBaseUrl": github.url, "token": "t" * 20}]},
        "catalog": {
            "rules": [{"allow": ["User", "Template", "Location"]}],
            "locations": [{"type": "file", "target": str(tmp_path / "catalog.yaml")}],
        },
    }
    return Installation(tmp_path, slack, github, config)


def test_a_sound_installation_has_nothing_wrong(installation: Installation) -> None:
    assert [c for c in installation.checks() if c.state != "ok"] == []


def test_an_empty_installation_is_well_but_for_what_it_lacks(tmp_path: Path) -> None:
    runtime = Runtime(build_config(RawConfig({"callboard": {"dataDir": str(tmp_path / "data")}})))
    runtime.migrate()
    found = {c.name: c for c in examine(runtime)}
    runtime.close()
    assert [c.name for c in found.values() if c.state == "failed"] == []
    assert found["slack"].state == "warning"
    assert "callboard manifest" in str(found["slack"].hint)
    assert found["sources"].message == "nothing has been read yet"


def _unreachable_database(i: Installation) -> None:
    i.migrate = False
    i.set("backend.database", {"client": "pg", "connection": "postgresql://callboard@127.0.0.1:9/callboard"})


def _old_schema(i: Installation) -> None:
    i.migrate = False


def _unwritable_data_folder(i: Installation) -> None:
    i.migrate = False
    i.write("in-the-way", "")
    i.set("callboard.dataDir", str(i.folder / "in-the-way"))


def _bad_slack_token(i: Installation) -> None:
    i.slack.answers["/auth.test"] = (200, {"ok": False, "error": "token_revoked"}, {})


def _bad_app_token(i: Installation) -> None:
    i.slack.answers["/apps.connections.open"] = (200, {"ok": False, "error": "invalid_auth"}, {})


def _slack_away(i: Installation) -> None:
    i.set("slack.apiUrl", "http://127.0.0.1:9/")


def _missing_scope(i: Installation) -> None:
    status, body, _headers = i.slack.answers["/auth.test"]
    granted = ",".join(scope for scope in SCOPES if scope != "files:write")
    i.slack.answers["/auth.test"] = (status, body, {"x-oauth-scopes": granted})


def _missing_transport(i: Installation) -> None:
    del i.config["slack"]["appToken"]


def _clock_skew(i: Installation) -> None:
    status, body, headers = i.slack.answers["/auth.test"]
    later = formatdate(time.time() + 3_600, usegmt=True)
    i.slack.answers["/auth.test"] = (status, body, {**headers, "Date": later})


def _github_token_revoked(i: Installation) -> None:
    i.github.answers["/rate_limit"] = (401, {"message": "Bad credentials"}, {})


def _github_quota_nearly_spent(i: Installation) -> None:
    quota = {"resources": {"core": {"remaining": 12, "limit": 5_000, "reset": time.time() + 600}}}
    i.github.answers["/rate_limit"] = (200, quota, {})


def _github_away(i: Installation) -> None:
    i.config["integrations"]["github"][0]["apiBaseUrl"] = "http://127.0.0.1:9"


def _github_without_token(i: Installation) -> None:
    del i.config["integrations"]["github"][0]["token"]


def _provider_failing(i: Installation) -> None:
    i.set("catalog.providers", {"github": {"organization": "acme", "host": "github.acme.test"}})

    def run(runtime: Runtime) -> None:
        with pytest.raises(CallboardError):
            runtime.catalog.sync_provider(runtime.providers[0].key)

    i.plant(run)


def _stale_source(i: Installation) -> None:
    def age(runtime: Runtime) -> None:
        with runtime.database.write() as connection:
            connection.execute(update(sources).values(read_at=time.time() - DAY))

    i.plant(age)


def _missing_location_file(i: Installation) -> None:
    i.config["catalog"]["locations"].append({"type": "file", "target": str(i.folder / "nowhere.yaml")})


def _broken_catalog_file(i: Installation) -> None:
    i.write("list.yaml", f"{USER}---\n{LOCATION}")
    i.config["catalog"]["locations"].append({"type": "file", "target": str(i.folder / "list.yaml")})


LOCATION = """apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: list}
spec: {targets: [./gone.yaml]}
"""


def _broken_template(i: Installation) -> None:
    i.write("template.yaml", TEMPLATE)
    i.config["catalog"]["locations"].append({"type": "file", "target": str(i.folder / "template.yaml")})


def _git_folder_in_data(i: Installation) -> None:
    i.config["integrations"]["git"] = [{"host": "local", "directory": str(i.folder / "data" / "git")}]


def _open_api(i: Installation) -> None:
    i.config["backend"] |= {"listen": ":7007", "auth": {"dangerouslyDisableDefaultAuthPolicy": True}}


def _no_secret_key(i: Installation) -> None:
    del i.config["callboard"]["secretKey"]


def _unknown_admin(i: Installation) -> None:
    i.set("callboard.admins.users", ["nora", "ghost"])


def _unknown_admin_group(i: Installation) -> None:
    i.set("callboard.admins.groups", ["platform"])


def _no_base_url(i: Installation) -> None:
    del i.config["backend"]["baseUrl"]


def _local_base_url(i: Installation) -> None:
    i.config["backend"]["baseUrl"] = "http://localhost:7007"


def _failed_job(i: Installation) -> None:
    _task(i, state="failed", due=None, error="the disk is full")


def _waiting_job(i: Installation) -> None:
    _task(i, state="pending", due=time.time() - 3_600, error=None)


def _task(i: Installation, **values: Any) -> None:
    def add(runtime: Runtime) -> None:
        row = {"queue": "catalog", "kind": "housekeeping", "spec": {}, "attempt": 1, "created_at": 1.0, **values}
        with runtime.database.write() as connection:
            connection.execute(insert(tasks).values(row))

    i.plant(add)


def _no_clock(i: Installation) -> None:
    def add(runtime: Runtime) -> None:
        with runtime.database.write() as connection:
            connection.execute(insert(schedules).values(id="catalog-locations", next_run=time.time() - DAY))

    i.plant(add)


FAULTS: list[tuple[Callable[[Installation], None], str, str, str]] = [
    (_unreachable_database, "database", "doesn't answer", "backend.database.connection"),
    (_old_schema, "migrations", "is wanted", "callboard db upgrade"),
    (_unwritable_data_folder, "data folder", "can't be written", "callboard.dataDir"),
    (_bad_slack_token, "slack", "token_revoked", "OAuth & Permissions"),
    (_bad_app_token, "slack socket", "slack.appToken", "connections:write"),
    (_slack_away, "slack", "can't be reached", "slack.apiUrl"),
    (_missing_scope, "slack scopes", "files:write", "callboard manifest"),
    (_missing_transport, "slack transport", "neither app token nor signing secret", "slack.appToken"),
    (_clock_skew, "clock", "seconds behind Slack's", "NTP"),
    (_github_token_revoked, "github github.acme.test", "doesn't accept the token", "may have been revoked"),
    (_github_quota_nearly_spent, "github github.acme.test", "12 of 5000", "minutes"),
    (_github_away, "github github.acme.test", "can't be reached", "apiBaseUrl"),
    (_github_without_token, "github github.acme.test", "no token", "Set a token"),
    (_provider_failing, "provider:", "", "last good data"),
    (_stale_source, "config:file:", "24 hours ago", "worker"),
    (_missing_location_file, "catalog.locations", "nowhere.yaml does not exist", "Mend the path"),
    (_broken_catalog_file, "config:file:", "can't be read", "callboard catalog attention"),
    (_broken_template, "template:default/broken", "no:such-action", "can't run"),
    (_git_folder_in_data, "git local", "inside `callboard.dataDir`", "integrations.git[].directory"),
    (_open_api, "api access", "anybody", "backend.auth.externalAccess"),
    (_no_secret_key, "secrets", "callboard.secretKey", "openssl rand"),
    (_unknown_admin, "admins user:default/ghost", "isn't in the catalog", "callboard.admins.users"),
    (_unknown_admin_group, "admins group:default/platform", "isn't in the catalog", "callboard.admins.groups"),
    (_no_base_url, "base url", "no `backend.baseUrl`", "the address that people reach"),
    (_local_base_url, "base url", "from another machine", "the address that people reach"),
    (_failed_job, "jobs", "the disk is full", "callboard jobs retry 1"),
    (_waiting_job, "jobs waiting", "60 minutes", "callboard worker"),
    (_no_clock, "schedules", "catalog-locations", "callboard run"),
]


@pytest.mark.parametrize(
    ("plant", "name", "message", "hint"), FAULTS, ids=[f[0].__name__.strip("_").replace("_", " ") for f in FAULTS]
)
def test_a_planted_fault_is_found_with_what_to_do(
    installation: Installation, plant: Callable[[Installation], None], name: str, message: str, hint: str
) -> None:
    plant(installation)
    wrong = [c for c in installation.checks() if c.state != "ok" and c.name.startswith(name)]
    assert len(wrong) == 1
    assert message in wrong[0].message
    assert hint in str(wrong[0].hint)


def test_a_full_disk_is_found(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9 - 10**6, 10**6))
    [found] = [c for c in installation.checks() if c.name == "disk"]
    assert (found.state, found.hint is not None) == ("failed", True)


def test_without_git_a_configured_remote_is_useless(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.config["integrations"]["git"] = [{"host": "local", "directory": str(installation.folder / "git")}]
    monkeypatch.setenv("PATH", "")
    assert [c.name for c in installation.checks() if c.state == "failed"] == ["git"]


def test_without_a_database_the_rest_is_looked_at_and_what_needs_one_is_not(installation: Installation) -> None:
    _unreachable_database(installation)
    found = {c.name: c.state for c in installation.checks()}
    assert found["slack"] == "ok"
    assert not found.keys() & {"sources", "jobs"}


def test_no_finding_shows_a_secret(installation: Installation) -> None:
    for plant in (_bad_slack_token, _github_token_revoked, _slack_away):
        plant(installation)
    installation.migrate = False
    url = "postgresql://callboard:hunter2-password@127.0.0.1:9/callboard"
    installation.set("backend.database", {"client": "pg", "connection": url})
    text = " ".join(f"{c.message} {c.hint}" for c in installation.checks())
    assert not [s for s in ("xoxb-made-up-1", "xapp-made-up-1", "t" * 20, "hunter2-password") if s in text]


def test_the_command_ends_with_an_error_and_prints_hints_only_where_something_is_wrong(
    installation: Installation,
) -> None:
    if not any(command.name == "doctor" for command in app.registered_commands):
        commands.register(app)
    _old_schema(installation)
    file = installation.folder / "app-config.yaml"
    file.write_text(json.dumps(installation.config), encoding="utf-8")
    result = CliRunner().invoke(app, ["--config", str(file), "doctor"])
    assert result.exit_code == 1
    assert "!!  migrations: " in result.output
    assert "Run `callboard db upgrade`." in result.output
    assert "ok  slack: Acme as callboard" in result.output
