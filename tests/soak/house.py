"""An installation of real processes before a local workspace, with people in it who don't stop."""

import itertools
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import psycopg
import pytest

from playground.client import Control
from playground.seed import SeedApp
from tests.standins.github import GithubStandIn

ROOT: Final = Path(__file__).resolve().parents[2]
API_TOKEN: Final = "a-token-of-the-soak"
BOT: Final = "U0CALLBOARD"
KINDS: Final = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"]
_numbers = itertools.count(1)
TEMPLATE: Final = """apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: small-steps, title: Small steps}
spec:
  type: service
  owner: nobody
  parameters:
    - required: [name]
      properties: {name: {title: Name, type: string}}
  steps:
    - {id: one, name: One, action: debug:log, input: {message: "${{ parameters.name }}"}}
    - {id: two, name: Two, action: debug:wait, input: {milliseconds: 200}}
    - {id: three, name: Three, action: debug:log, input: {message: done}}
"""


@dataclass(frozen=True)
class Plan:
    """How long, with how much and with how many."""

    seconds: float
    entities: int
    people: int
    long: bool = False


def minutes() -> float:
    return float(os.environ.get("CALLBOARD_SOAK_MINUTES", "5"))


SHORT: Final = Plan(3, 200, 6)
LONG: Final = pytest.param(Plan(60 * minutes(), 10_000, 50, long=True), id="long", marks=pytest.mark.soak)
PLANS: Final = [pytest.param(SHORT, id="short", marks=pytest.mark.soak), LONG]
"""Several processes are started, a minute of a busy machine: continuous integration does it, `make test` not."""


def dice() -> random.Random:
    """Printed, so that a failure can be had again with CALLBOARD_SEED."""
    seed = int(os.environ.get("CALLBOARD_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}")  # noqa: T201 - pytest shows it with a failure
    return random.Random(seed)  # noqa: S311 - picks what happens, no secret


@dataclass
class Member:
    """One process of the installation."""

    command: str
    log: Path
    process: "subprocess.Popen[bytes]"

    def wait_until_ready(self, timeout: float = 120) -> None:
        words = "Working" if self.command == "worker" else "connected to Slack"
        until(lambda: words in self.said() or not self.alive, timeout, f"{self.command} to start")
        assert self.alive, self.said()[-3_000:]

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def memory(self) -> float:
        """What it holds itself, in MB; not the pages of files that the system keeps for it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"RssAnon:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0


@dataclass
class House:
    folder: Path
    url: str
    """Of the workspace, a process of its own: the people in this one would take its turns."""
    members: list[Member] = field(default_factory=list)
    _count: int = 0

    @property
    def config(self) -> Path:
        return self.folder / "app-config.yaml"

    def start(self, command: str) -> Member:
        """A process more; it isn't ready yet when this returns."""
        self._count += 1
        log = self.folder / f"{self._count}-{command}.log"
        words = [sys.executable, "-m", "bot.main", "--config", str(self.config), "--log-json", command]
        with log.open("wb") as stream:
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
            process = subprocess.Popen(words, cwd=self.folder, env=environment, stdout=stream, stderr=stream)
        self.members.append(Member(command, log, process))
        return self.members[-1]

    def errors(self) -> list[str]:
        """Log lines of errors, and whatever came out of no logger."""
        found = []
        for member in self.members:
            for line in member.said().splitlines():
                level = json.loads(line).get("level") if line.startswith("{") else None
                if level in {"error", "critical"} or "Traceback" in line:
                    found.append(f"{member.log.name}: {line[:2_000]}")
        return found

    def close(self) -> None:
        for member in self.members:
            if member.alive:
                member.stop(signal.SIGKILL)


@contextmanager
def house(
    folder: Path, *, database: str = "", github: GithubStandIn | None = None, channels: Sequence[str] = (),
    people: int = 3,
) -> Iterator[House]:  # fmt: skip
    """A workspace and a configuration; `catalog/` of the folder is what will be read."""
    (folder / "catalog").mkdir(parents=True, exist_ok=True)
    (folder / "catalog" / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    users = [{"name": f"person-{n}", "id": person(n), "real_name": f"Person {n}"} for n in range(people)]
    members = [*(u["id"] for u in users), BOT]
    app = SeedApp(name="Callboard", bot_user_id=BOT)
    seed = {
        "users": users,
        "channels": [{"name": n, "id": channel(n), "members": members} for n in ("general", *channels)],
        "app": {"name": app.name, "bot_user_id": BOT, "bot_user_name": "callboard",
                "commands": [{"command": "/callboard"}]},
    }  # fmt: skip
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    with workspace(folder / "seed.json") as url:
        it = House(folder, url)
        try:
            it.config.write_text(json.dumps(settings(folder, app, url, database, github)), encoding="utf-8")
            yield it
        finally:
            it.close()


@contextmanager
def workspace(seed: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "playground", "--seed", str(seed), "--port", str(port), "--impatient"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline(), "the workspace didn't start"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def settings(folder: Path, app: SeedApp, url: str, database: str, github: GithubStandIn | None) -> dict[str, Any]:
    access = [{"type": "static", "options": {"token": API_TOKEN, "subject": "soak"}}]
    backend: dict[str, Any] = {"listen": {"host": "127.0.0.1", "port": 0}, "auth": {"externalAccess": access}}
    if database:
        backend["database"] = {"client": "pg", "connection": database}
    catalog: dict[str, Any] = {
        "rules": [{"allow": KINDS}], "processingInterval": "2s", "orphanGraceTime": "0s",
        "locations": [{"type": "file", "target": str(folder / "catalog" / "*.yaml")}],
    }  # fmt: skip
    integrations = {}
    if github is not None:
        schedule = {"frequency": {"seconds": 2}, "timeout": {"minutes": 1}}
        catalog["providers"] = {
            "github": {"organization": github.organization.login, "host": github.host, "schedule": schedule}
        }
        integrations["github"] = [{"host": github.host, "apiBaseUrl": github.api_url, "token": github.token}]
    return {
        "backend": {**backend, "baseUrl": "https://callboard.example.com"},
        "callboard": {"dataDir": str(folder / "data")},
        "slack": {"botToken": app.bot_token, "appToken": app.app_token, "apiUrl": f"{url}/api/"},
        "notifications": {
            "groupingWindow": "1s", "failingAfter": "1 hour", "quietHours": False,
            "workingDays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        },
        "catalog": catalog,
        "integrations": integrations,
    }  # fmt: skip


def fresh(server: str) -> str:
    name = f"house_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return server.replace("/postgres?", f"/{name}?")


def person(number: int) -> str:
    return f"U{number:08d}"


def channel(name: str) -> str:
    return f"C{re.sub('[^A-Z0-9]', '', name.upper())}"


def until(found: Callable[[], Any], timeout: float, what: str) -> None:
    deadline = time.monotonic() + timeout
    while not found():
        assert time.monotonic() < deadline, f"waited {timeout:.0f} s for {what}"
        time.sleep(0.05)


@dataclass
class Crowd:
    """People in threads of their own, each doing `act(control, who, dice)` again and again."""

    house: House
    act: Callable[[Control, str, random.Random], None]
    people: int
    dice: random.Random
    pause: float = 0.0
    failures: list[str] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        for number in range(self.people):
            own = random.Random(self.dice.random())  # noqa: S311 - as above
            self._threads.append(threading.Thread(target=self._live, args=(person(number), own), daemon=True))
            self._threads[-1].start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(60)

    def _live(self, who: str, own: random.Random) -> None:
        with Control(self.house.url) as control:
            self._stopped.wait(own.random() * self.pause)  # not all in the same moment
            while not self._stopped.is_set():
                try:
                    self.act(control, who, own)
                except Exception as error:  # noqa: BLE001 - the test looks at them all at its end
                    at = traceback.extract_tb(error.__traceback__)[1]
                    view = control.modal(who)
                    self.failures.append(f"{who} at `{at.line}`: {type(error).__name__}: {error}; modal {view}"[:1_500])
                self._stopped.wait(own.random() * self.pause)
