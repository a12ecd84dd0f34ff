"""Creation, from a click to the files: `python benchmarks/create.py`.

A form is opened in the local workspace, so its time has both sides of the wire in it. The run of five steps is worked
on directly; the fifty go through the queue and end as messages, within Slack's pace for them.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.rows import Row, cpu_seconds  # noqa: E402 - the script is run by its path
from bot.replica import Replica  # noqa: E402
from bot.runtime import runtime_from_files  # noqa: E402
from callboard import logs  # noqa: E402
from callboard.chat import Actor  # noqa: E402
from callboard.db import open_database  # noqa: E402
from callboard.db.migrate import upgrade  # noqa: E402
from playground.client import Control  # noqa: E402
from tests.scaffolder.bench import Bench  # noqa: E402

OPENED, FILES, RUNS = 40, 40, 50
NORA: Final = "U07FINCH000"
CATALOG_INFO: Final = (
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: '${{ values.name }}'}\n"
    "spec: {type: service, lifecycle: production, owner: team-a}\n"
)
FIVE: Final[list[dict[str, Any]]] = [
    {"action": "fetch:template", "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}}},
    {"action": "fs:rename", "input": {"files": [{"from": "0.txt", "to": "docs/first.txt"}]}},
    {"action": "roadiehq:utils:fs:write", "input": {"path": "VERSION", "content": "0.1.0\n"}},
    {"id": "publish", "action": "publish:git", "input": {"repoUrl": "local?owner=acme&repo=${{ parameters.name }}"}},
    {"action": "catalog:register", "input": {"repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}"}},
]
HELLO: Final = [{"action": "debug:log", "input": {"message": f"line {n}"}} for n in range(5)]


def run() -> Iterator[Row]:
    """One row a promise."""
    yield from five_steps()
    with company() as (replica, control, channel):
        yield opening(control, channel)
        yield from fifty(replica, control, channel)


def five_steps() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        database = open_database(f"sqlite:///{Path(name) / 'bench.db'}")
        upgrade(database)
        bench = Bench(database, Path(name))
        bench.file("skeleton/catalog-info.yaml", CATALOG_INFO)
        for number in range(FILES - 1):
            bench.file(f"skeleton/{number}.txt", "Made for ${{ values.name }}\n" * 50)
        took, used = [], []
        for number in range(10):
            run_id = bench.start({"steps": FIVE}, {"name": f"service-{number}"})
            began, spent = time.perf_counter(), cpu_seconds()
            bench.runner.run(run_id)
            took.append(time.perf_counter() - began)
            used.append(cpu_seconds() - spent)
            if bench.view(run_id).status != "completed":
                raise RuntimeError(f"the run failed: {bench.view(run_id).error}")
        database.dispose()
    note = f"median of {len(took)}, {statistics.median(used):.2f} s of CPU without git's own"
    yield Row(f"a run of 5 steps with {FILES} files, SQLite", "s", statistics.median(took), 2.0, note)


def opening(control: Control, channel: str) -> Row:
    took = []
    for _ in range(OPENED):
        control.command(NORA, channel, "/callboard create")
        picker = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.picker")
        block = next(b for b in picker["blocks"] if "new-service" in str(b.get("accessory")))
        button = block["accessory"]
        began = time.perf_counter()
        control.action(
            NORA, button["action_id"], view_id=picker["id"], block_id=block["block_id"], value=button["value"]
        )
        control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.form")
        took.append((time.perf_counter() - began) * 1_000)
        control.close(NORA, everything=True)
    worst = sorted(took)[int(len(took) * 0.95)]
    note = f"median of {OPENED}, 95th percentile {worst:.0f} ms, the workspace's own share included"
    return Row("opening a form", "ms", statistics.median(took), 150.0, note)


def fifty(replica: Replica, control: Control, channel: str) -> Iterator[Row]:
    """All asked for at once; each message has to end in the state that its run is in."""
    scaffolder, database = replica.runtime.scaffolder, replica.runtime.database
    actor, place = Actor(NORA, "user:default/nora"), {"channel": channel, "user": NORA}
    began = time.perf_counter()
    ids = []
    for _ in range(RUNS):
        with database.unit_of_work() as uow:
            ref = "template:default/hello"
            ids.append(scaffolder.start(uow, template_ref=ref, values={}, actor=actor, conversation=place))
    replica.process.poke()
    control.wait_until(lambda: _all_over(replica, ids), timeout=120, what="the runs to end")
    yield Row(f"{RUNS} runs at once, all over", "s", time.perf_counter() - began, None, "asked for one by one")
    untrue = len(ids)
    deadline = time.monotonic() + 180
    while untrue and time.monotonic() < deadline:
        said = [m["text"] + str(m.get("blocks")) for m in control.messages(channel)]
        untrue = sum(not any(i[:8] in t and "is done" in t for t in said) for i in ids)
        time.sleep(0.5)
    seconds = f"after {time.perf_counter() - began:.0f} s, at Slack's pace for messages"
    yield Row(f"{RUNS} runs at once, messages that don't end in the true state", "", float(untrue), 0.0, seconds)


def _all_over(replica: Replica, ids: list[str]) -> bool:
    with replica.runtime.database.read() as connection:
        views = [replica.runtime.scaffolder.run_view(connection, i) for i in ids]
    return all(v.status == "completed" for v in views)


@contextmanager
def company() -> "Iterator[tuple[Replica, Control, str]]":
    """The demo's templates and one of our own, in the demo's workspace."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hello = {"apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template", "metadata": {"name": "hello"}}
        (folder / "hello.yaml").write_text(json.dumps(hello | {"spec": {"type": "service", "steps": HELLO}}))
        targets = [
            str(ROOT / "demo/templates/*/template.yaml"),
            str(ROOT / "demo/catalog/*.yaml"),
            f"{name}/hello.yaml",
        ]
        config = {
            "callboard": {"dataDir": f"{name}/data"},
            "backend": {"listen": {"host": "127.0.0.1", "port": 0}},
            "playground": {"listen": {"port": 0}, "seed": str(ROOT / "demo/workspace.json")},
            "catalog": {
                "rules": [{"allow": ["Template", "Group", "User", "Component", "System", "Location"]}],
                "locations": [{"type": "file", "target": target} for target in targets],
            },
        }
        (folder / "app-config.yaml").write_text(json.dumps(config))
        with Replica(runtime_from_files([folder / "app-config.yaml"]), slack=True, listen=False) as replica:
            assert replica.workspace is not None
            with Control(replica.workspace.url) as control:
                control.wait_for_app()
                channels = {c.get("name"): c["id"] for c in control.state()["channels"]}
                yield replica, control, channels["team-checkout"]


def main() -> None:
    logs.configure(level="error", json=False)
    for row in run():
        print(f"{row.name:<60} {row.measured or 0:8.2f} {row.unit:<3} {row.verdict:<6} {row.note}")


if __name__ == "__main__":
    main()
