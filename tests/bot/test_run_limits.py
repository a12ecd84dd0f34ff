"""Runs that wait for others go through the queue again until there is room for them."""

import itertools
import time
from pathlib import Path

from bot.creation import run_template
from bot.runtime import Runtime
from callboard.chat import Actor
from callboard.config.model import AppConfig
from callboard.config.model import Callboard as Settings
from jobs.queue import Task
from jobs.worker import Worker
from scaffolder.service import JOB, QUEUE
from tests.conftest import create_schema
from tests.scaffolder.bench import Bench

WAIT = [{"action": "debug:wait", "input": {"milliseconds": 200}}]


def test_runs_of_a_limited_template_are_worked_on_one_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    runtime = Runtime(AppConfig(callboard=Settings(data_dir=tmp_path / "data")))
    create_schema(runtime.database)
    bench = Bench(runtime.database, tmp_path)
    ref = bench.template({"steps": WAIT}, annotations={"callboard.dev/concurrent-runs": "1"})
    ids = []
    for _ in range(3):
        with runtime.database.unit_of_work() as uow:
            ids.append(runtime.scaffolder.start(uow, template_ref=ref, values={}, actor=Actor("U1")))
    seen: list[str] = []

    def work(task: Task) -> None:
        run_template(runtime, task.spec, seen.append)

    worker = Worker(runtime.queue, {JOB: work}, queues=[QUEUE], threads=3)
    worker.start()
    deadline = time.monotonic() + 30
    while not all(bench.view(i).is_final for i in ids) and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.stop()

    views = sorted((bench.view(i) for i in ids), key=lambda v: v.started_at or 0.0)
    assert [v.status for v in views] == ["completed"] * 3
    for before, after in itertools.pairwise(views):
        assert (before.ended_at or 0.0) <= (after.started_at or 0.0)
    assert set(seen) == set(ids)
    runtime.close()
