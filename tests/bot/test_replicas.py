"""Real processes with one-second schedules on one database, one of them killed in the middle of a run."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import psycopg
import pytest
import yaml
from sqlalchemy import Row, select

from callboard.db import Database, open_database
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, matching_ids
from jobs.tables import tasks
from tests.standins.github import GithubStandIn
from tests.standins.github.fixtures import github, github_server

__all__ = ["github", "github_server"]
ROOT: Final = Path(__file__).parents[2]
PROVIDERS: Final = ("a", "b", "c")
VICTIM: Final = "b"
REPOSITORIES: Final = 12
_PATIENCE: Final = 120.0


class Fleet:
    """Processes over one database, and what its jobs tell of them."""

    def __init__(self, folder: Path, github: GithubStandIn, database: dict[str, str], url: str) -> None:
        self._config = folder / "app-config.yaml"
        self._log = folder / "log"
        self._config.write_text(yaml.safe_dump(_config(folder, github, database)), encoding="utf-8")
        self.database: Database = open_database(url, pool_size=4)
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, count: int) -> None:
        """All at once."""
        for _number in range(count):
            with self._log.open("ab") as log:
                command = [sys.executable, "-m", "tests.bot.replica_process", str(self._config), "2"]
                process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
            self.processes[process.pid] = process

    def kill_whoever_runs(self, provider: str) -> None:
        """Without any notice, as when a machine loses its power."""
        with self.database.read() as connection:
            query = select(tasks.c.owner, tasks.c.spec).where(tasks.c.state == "running")
            owner = next(r.owner for r in connection.execute(query).all() if _provider(r) == provider)
        pid = int(owner.split(":")[1])
        os.kill(pid, signal.SIGKILL)
        self.processes.pop(pid).wait(timeout=30)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=60)
        self.processes.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait(timeout=30)
        self.database.dispose()

    def runs(self) -> Sequence[Row[Any]]:
        """Jobs of the providers that have ended, the oldest first."""
        query = select(tasks).where(tasks.c.kind == "catalog.sync-provider", tasks.c.state == "done")
        with self.database.read() as connection:
            return connection.execute(query.order_by(tasks.c.id)).all()

    def wait(self, holds: Callable[[Sequence[Row[Any]]], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not (self._ready() and holds(self.runs())):
            if time.monotonic() > deadline:
                raise AssertionError(f"it didn't come to that:\n{self._log.read_text()[-3000:]}")
            time.sleep(0.1)

    def _ready(self) -> bool:
        with self.database.read() as connection:
            return bool(connection.dialect.has_table(connection, "tasks"))

    def components(self) -> int:
        with self.database.read() as connection:
            return len(matching_ids(connection, EntityQuery(parse_filters(["kind=component"]))))

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")


def _config(folder: Path, github: GithubStandIn, database: dict[str, str]) -> dict[str, Any]:
    every_second = {"frequency": {"seconds": 1}, "timeout": {"seconds": 30}}
    plain = {"organization": "acme", "host": github.host, "schedule": every_second}
    return {
        "backend": {"database": database},
        "callboard": {"dataDir": str(folder / "data")},
        "integrations": {"github": [{"host": github.host, "token": github.token, "apiBaseUrl": github.api_url}]},
        "catalog": {
            "processingInterval": False,
            "providers": {"github": {p: {**plain, "catalogPath": f"/{p}.yaml"} for p in PROVIDERS}},
        },
    }


def _provider(row: Any) -> str:
    return str(row.spec["schedule"]).rpartition(":")[2] if "schedule" in row.spec else ""


@contextmanager
def on_sqlite(folder: Path, github: GithubStandIn, _postgres: str) -> Iterator[Fleet]:
    file = folder / "callboard.db"
    with Fleet(folder, github, {"client": "sqlite", "connection": str(file)}, f"sqlite:///{file}") as fleet:
        yield fleet


@contextmanager
def on_postgres(folder: Path, github: GithubStandIn, postgres: str) -> Iterator[Fleet]:
    name = "fleet"
    url = postgres.replace("/postgres?", f"/{name}?").replace("postgresql:", "postgresql+psycopg:")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        with Fleet(folder, github, {"client": "pg", "connection": url}, url) as fleet:
            yield fleet
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def fill(github: GithubStandIn) -> None:
    for number in range(REPOSITORIES):
        names = {f"{p}.yaml": f"{p}-{number}" for p in PROVIDERS}
        spec = "spec: {type: service, lifecycle: production, owner: team-a}"
        head = "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        files = {path: f"{head}metadata: {{name: {name}}}\n{spec}\n" for path, name in names.items()}
        github.add_repository(f"service-{number}", files)


def each(runs: Sequence[Row[Any]], count: int) -> bool:
    """Every provider has run so many times."""
    done = Counter(_provider(r) for r in runs)
    return all(done[p] >= count for p in PROVIDERS)


def story(fleet: Fleet, github: GithubStandIn, processes: int, rounds: int) -> None:
    """Start, work, lose one in the middle of a run, go on; then look at every run that there was."""
    fill(github)
    fleet.start(processes)
    fleet.wait(lambda runs: each(runs, rounds))
    github.fail(resource="graphql", mentions=f"{VICTIM}.yaml", meanwhile=lambda: fleet.kill_whoever_runs(VICTIM))
    fleet.wait(lambda _runs: len(fleet.processes) == processes - 1)
    fleet.start(1 if processes == 1 else 0)
    fleet.wait(lambda runs: any(r.attempt == 2 for r in runs))
    before = Counter(_provider(r) for r in fleet.runs())
    fleet.wait(lambda runs: all(Counter(_provider(r) for r in runs)[p] >= before[p] + rounds for p in PROVIDERS))
    survivors = set(fleet.processes)
    fleet.stop()

    runs = fleet.runs()
    slots = Counter((_provider(r), r.spec["slot"]) for r in runs)
    assert set(slots.values()) == {1}, "every slot ran exactly once"
    taken_over = [r for r in runs if r.attempt != 1]
    assert [(r.attempt, _provider(r)) for r in taken_over] == [(2, VICTIM)]
    assert int(taken_over[0].owner.split(":")[1]) in survivors
    asked = github.counted()["graphql"]
    unfinished = asked - (len(runs) + len(PROVIDERS) + 1)  # texts in each first run, and the one that was killed
    assert 0 <= unfinished <= len(PROVIDERS), "a run that the end cut off may have asked already"
    assert fleet.components() == REPOSITORIES * len(PROVIDERS)
    if processes > 2:
        assert len({r.owner for r in runs}) >= 2, "the work was shared"
    assert "Traceback" not in fleet.log


@pytest.mark.parametrize(("place", "processes"), [(on_postgres, 3), (on_sqlite, 1)])
def test_every_slot_runs_once_and_the_killed_ones_job_is_taken_over(
    tmp_path: Path, github: GithubStandIn, postgres: str, place: Any, processes: int
) -> None:
    with place(tmp_path, github, postgres) as fleet:
        story(fleet, github, processes, rounds=1)


@pytest.mark.soak
@pytest.mark.parametrize(("place", "processes"), [(on_postgres, 3), (on_sqlite, 1)])
def test_every_slot_runs_once_for_minutes(
    tmp_path: Path, github: GithubStandIn, postgres: str, place: Any, processes: int
) -> None:
    with place(tmp_path, github, postgres) as fleet:
        story(fleet, github, processes, rounds=60)
