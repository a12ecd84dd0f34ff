"""A process that works on a run is killed at a random moment; another one brings the run to its end."""

import multiprocessing
import os
import random
import signal
import subprocess
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from callboard.db import open_database
from catalog.queries.lookup import get_entity
from tests.scaffolder.bench import Bench

FILES = 30
CATALOG_INFO = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: "${{ values.name }}"}
spec: {type: service, lifecycle: production, owner: team-a}
"""
STEPS: list[dict[str, Any]] = [
    {"action": "fetch:template", "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}}},
    {
        "action": "fs:rename",
        "each": ["0", "1", "2"],
        "input": {"files": [{"from": "${{ each.value }}.txt", "to": "moved/${{ each.value }}.txt"}]},
    },
    {
        "id": "publish",
        "action": "publish:git",
        "input": {"repoUrl": "local?owner=acme&repo=${{ parameters.name }}"},
    },
    {"action": "catalog:register", "input": {"repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}"}},
    {"action": "fs:delete", "input": {"files": ["*.txt"]}},
]


def work(url: str, folder: str, run_id: str, started: Event) -> None:
    """The process that dies."""
    bench = Bench(open_database(url), Path(folder))
    started.set()
    bench.runner.run(run_id)


@pytest.mark.parametrize("attempt", range(2))
def test_killed_process_leaves_a_run_that_another_one_finishes(bench: Bench, tmp_path: Path, attempt: int) -> None:
    seed = int(os.environ.get("CALLBOARD_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}, attempt {attempt}")  # noqa: T201 - shown when the test fails
    dice = random.Random(seed + attempt)  # noqa: S311 - a moment, not a secret
    bench.file("skeleton/catalog-info.yaml", CATALOG_INFO)
    for number in range(FILES):
        bench.file(f"skeleton/{number}.txt", "${{ values.name }}\n" * 50)
    run_id = bench.start({"steps": STEPS}, {"name": "drinks"})
    url = bench.database.engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        started = context.Event()
        process = context.Process(target=work, args=(url, str(tmp_path), run_id, started))
        process.start()
        assert started.wait(60)
        time.sleep(dice.uniform(0, 0.5))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        process.close()

    bench.new_runner().run(run_id)

    view = bench.view(run_id)
    assert view.error is None
    assert view.status == "completed"
    assert [s.status for s in view.steps] == ["completed"] * len(STEPS)
    listed = _git(bench.remotes / "acme/drinks.git", "ls-tree", "-r", "--name-only", "main").split()
    moved = {f"moved/{n}.txt" for n in range(3)}
    assert set(listed) == moved | {f"{n}.txt" for n in range(3, FILES)} | {"catalog-info.yaml"}
    assert _git(bench.remotes / "acme/drinks.git", "rev-list", "--count", "main") == "1\n"
    assert {m.title for m in view.created if m.kind == "repository"} == {"acme/drinks"}
    with bench.database.read() as connection:
        assert get_entity(connection, "component:default/drinks") is not None


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
