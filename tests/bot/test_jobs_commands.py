"""`callboard jobs …` and `callboard worker` as a person meets them."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.commands import jobs as commands
from bot.main import app
from bot.runtime import Runtime, runtime_from_files
from jobs.tables import tasks

Run = Callable[..., Result]
if not any(group.name == "jobs" for group in app.registered_groups):
    commands.register(app)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "app-config.yaml"
    data = {"callboard": {"dataDir": "data"}, "catalog": {"processingInterval": "1s"}}
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


@pytest.fixture
def run(config: Path) -> Run:
    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, ["--config", str(config), "jobs", *words])

    return invoke


def enqueue(config: Path, kind: str, *, failed: str = "") -> int:
    """A job that waits, or one that has failed for good; its number."""
    runtime = runtime_from_files([config])
    runtime.migrate()
    with runtime.database.write() as connection:
        runtime.queue.enqueue(connection, "q", kind, {"ref": "component:default/a"})
        number = int(connection.execute(select(tasks.c.id).order_by(tasks.c.id.desc())).scalars().first() or 0)
    if failed:
        task = runtime.queue.claim(["q"], "w")
        assert task is not None
        runtime.queue.fail(task, "w", failed, retry_in=None)
    runtime.close()
    return number


def states(run: Run) -> dict[int, str]:
    result = run("list", "--json")
    assert result.exit_code == 0, result.output
    return {row["id"]: row["state"] for row in map(json.loads, result.stdout.splitlines())}


def test_a_quiet_queue_says_so(run: Run) -> None:
    assert run("list").stdout == "Nothing waits, runs or has failed.\n"
    assert run("list", "--state", "failed").stdout == "No such jobs.\n"


def test_a_failed_job_is_listed_with_its_reason_and_put_back(config: Path, run: Run) -> None:
    number = enqueue(config, "tests.odd", failed="the disk is full")
    line = run("list").stdout
    assert "tests.odd" in line
    assert "component:default/a" in line
    assert "the disk is full" in line
    again = run("retry", str(number))
    assert (again.exit_code, again.stdout) == (0, f"Job {number} is queued again.\n")
    assert states(run) == {number: "pending"}
    assert run("retry", str(number)).exit_code == 1


def test_a_waiting_job_is_cancelled_once(config: Path, run: Run) -> None:
    number = enqueue(config, "tests.odd")
    assert run("cancel", str(number)).stdout == f"Job {number} is cancelled.\n"
    refused = run("cancel", str(number))
    assert refused.exit_code == 1
    assert f"There is no waiting job {number}" in refused.output
    assert states(run) == {number: "cancelled"}


def test_a_worker_runs_what_is_due_and_stops_when_it_is_told(config: Path) -> None:
    command = [sys.executable, "-m", "bot.main", "--config", str(config), "worker"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "Working; Ctrl-C ends it.\n"
            runtime = runtime_from_files([config])
            for _look in range(600):
                if locations_were_read(runtime):
                    break
                time.sleep(0.1)
            assert locations_were_read(runtime)
            runtime.close()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()


def locations_were_read(runtime: Runtime) -> bool:
    with runtime.database.read() as connection:
        done = select(tasks.c.id).where(tasks.c.kind == "catalog.sync-locations", tasks.c.state == "done")
        return connection.execute(done.limit(1)).first() is not None
