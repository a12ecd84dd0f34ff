"""How fast people are answered in Slack: `python -m benchmarks slack`.

Three processes, as in life: a workspace, Callboard on Socket Mode with 10,000 entities, and the people.
A time is from a command's arrival at the workspace to the arrival of the answer that it posts. Meanwhile a file of 500
entities is rewritten every two seconds, and taken in.
"""

import itertools
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from answers.model import Answer
from benchmarks import organisation
from benchmarks.rows import Row
from blocks import answers
from bot.runtime import Runtime, runtime_from_files
from callboard.chat import Actor
from playground.client import Control
from playground.seed import SeedApp

ENTITIES = 10_000
PEOPLE = 20
SECONDS = 15.0
PAUSE = 1.0
"""Seconds that each of them takes to read, on average."""
AT_ONCE = 200
CHANNEL = "C0GENERAL"
_READY_WITHIN = 120.0
_QUICK = 60.0
"""Milliseconds."""
_FORMS = ("who owns {}", "what depends on {}", "what does {} depend on", "who is on call for {}", "tell me about {}")


@dataclass(frozen=True)
class Stage:
    """What runs, and the names that may be asked for."""

    control: Control
    folder: Path
    names: Sequence[str]
    config: Path


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name, stage(Path(name)) as running:
        settle(running)
        yield from answered(running)
        yield from acknowledged(running)
    for size, target in ((ENTITIES, 2.0), (100_000, 10.0)):
        with tempfile.TemporaryDirectory() as name:
            yield from understood(Path(name), size, target)


def settle(running: Stage) -> None:
    """Until what a start leaves to do, such as the search index, is done: five quick answers in a row."""
    quick, ends = 0, time.monotonic() + _READY_WITHIN
    while quick < 5 and time.monotonic() < ends:
        quick = quick + 1 if one_answer(running, quick) < _QUICK else 0
        time.sleep(0.3)


def answered(running: Stage) -> Iterator[Row]:
    """People ask one question after another while a file is taken in again and again."""
    stop = threading.Event()

    def person(user: str) -> None:
        picks = random.Random(user)
        stop.wait(picks.uniform(0, 1.5) * PAUSE)  # not all in the same moment
        while not stop.is_set():
            name, form = picks.choice(running.names), picks.choice(_FORMS)
            running.control.command(user, CHANNEL, f"/callboard {form.format(name)}")
            stop.wait(picks.uniform(0.5, 1.5) * PAUSE)

    with editing(running.folder), ThreadPoolExecutor(PEOPLE) as pool:
        for user in people():
            pool.submit(person, user)
        taken = collected(running.control, seconds=SECONDS)
        stop.set()
    times = sorted(taken)
    rate = len(times) / SECONDS
    note = f"{PEOPLE} people who ask every {PAUSE:.0f} s, {rate:.0f} answers a second, 500 entities taken in every 2 s"
    yield Row("command to answer, median", "ms", statistics.median(times), 60.0, note)
    yield Row("command to answer, 99th percentile", "ms", times[int(len(times) * 0.99)], 250.0, note)
    alone = [one_answer(running, n) for n in range(60)]
    yield Row("command to answer, one person at a time, median", "ms", statistics.median(alone))


def one_answer(running: Stage, number: int) -> float:
    last = max((e["seq"] for e in running.control.log()), default=0)
    running.control.command("U0P00", CHANNEL, f"/callboard {_FORMS[number % 5].format(running.names[number])}")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if found := list(pairs(running.control.log(after=last))):
            return found[0]
        time.sleep(0.01)
    raise TimeoutError("no answer within five seconds")


def collected(control: Control, *, seconds: float) -> list[float]:
    """The times of all answers in so many seconds; the journal keeps a few thousand entries, so it is read often."""
    entries: dict[int, dict[str, Any]] = {}
    last, ends = max((e["seq"] for e in control.log()), default=0), time.monotonic() + seconds
    while time.monotonic() < ends:
        for entry in control.log(after=last):
            entries[entry["seq"]] = entry
            last = max(last, entry["seq"])
        time.sleep(0.25)
    return list(pairs(entries.values()))


def pairs(entries: Any) -> Iterator[float]:
    """Milliseconds from each command to the answer that went to its own address."""
    found = list(entries)
    commands = [e for e in found if e["kind"] == "slash_commands"]
    arrived = {"/".join(e["payload"]["response_url"].split("/")[-2:]): e["at"] for e in commands}
    for entry in found:
        if entry["kind"] == "response_url" and entry["outcome"]["key"] in arrived:
            yield 1_000 * (entry["at"] - arrived[entry["outcome"]["key"]])


def acknowledged(running: Stage) -> Iterator[Row]:
    """Everybody at once."""
    last = max((e["seq"] for e in running.control.log()), default=0)
    users = list(itertools.islice(itertools.cycle(people()), AT_ONCE))

    def ask(numbered: tuple[int, str]) -> None:
        number, user = numbered
        running.control.command(user, CHANNEL, f"/callboard who owns {running.names[number]}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(ask, enumerate(users)))
    time.sleep(2)
    acks = [e["outcome"] for e in running.control.log(after=last) if e["kind"] == "slash_commands"]
    failed = [a for a in acks if not a["ok"]]
    note = f"{len(acks)} commands, {len(failed)} without an acknowledgement"
    yield Row(f"slowest acknowledgement of {AT_ONCE} at once", "ms", max(a["ms"] for a in acks), 1_000.0, note)


def understood(folder: Path, size: int, target: float) -> Iterator[Row]:
    """In one process, without Slack: a question understood, and a card drawn."""
    config = written(folder, size)
    runtime = runtime_from_files([config])
    runtime.migrate()
    runtime.catalog.sync_locations()
    runtime.names.refresh()
    runtime.names.warm()
    names = organisation.Organisation(size).names["Component"][:300]
    questions = [_FORMS[n % 5].format(name) for n, name in enumerate(names)]
    yield Row(f"{size:,}: a question understood, median", "ms", _reading(runtime, questions), target)
    misspelt = [q[:-3] + q[-2:] for q in questions]
    yield Row(f"{size:,}: with a misspelt name, median", "ms", _reading(runtime, misspelt))
    answer, _topic = runtime.answerer.answer(f"tell me about {names[0]}", actor=Actor())
    yield Row(f"{size:,}: a card drawn", "ms", median_of(lambda: drawn(answer), 200), 5.0)
    runtime.close()


def _reading(runtime: Runtime, questions: Sequence[str]) -> float:
    from answers.desk import Desk

    with runtime.database.read() as connection:
        desk = Desk(connection, runtime.names, Actor(), time.time())
        turn = itertools.cycle(questions)
        return median_of(lambda: runtime.answerer.understand(next(turn), desk=desk), len(questions))


def drawn(answer: Answer) -> object:
    return answers.render(answer, shareable=True)


def median_of(act: Callable[[], object], rounds: int) -> float:
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        act()
        taken.append(1_000 * (time.perf_counter() - began))
    return statistics.median(taken)


def people() -> list[str]:
    return [f"U0P{n:02}" for n in range(PEOPLE)]


def written(folder: Path, size: int, **more: object) -> Path:
    """An organisation and the config of who reads it."""
    root = organisation.write(folder / "catalog", size)
    kinds = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location"]
    config = folder / "app-config.yaml"
    settings = {
        "callboard": {"dataDir": str(folder / "data")},
        "backend": {"listen": {"host": "127.0.0.1", "port": 0}},
        "catalog": {"rules": [{"allow": kinds}], "locations": [{"type": "file", "target": str(root)}]},
    }
    config.write_text(json.dumps(settings | more), encoding="utf-8")
    return config


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A workspace and Callboard, in processes of their own, ready to be asked."""
    app = SeedApp(bot_user_id="U0CALLBOARD")
    seed = {
        "users": [{"name": f"person{n}", "id": user} for n, user in enumerate(people())],
        "channels": [{"name": "general", "id": CHANNEL, "members": [*people(), app.bot_user_id]}],
        "app": {"bot_user_id": app.bot_user_id, "commands": [{"command": "/callboard", "description": "Ask"}]},
    }
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    port = free_port()
    config = written(
        folder, ENTITIES,
        slack={"botToken": app.bot_token, "appToken": app.app_token, "apiUrl": f"http://127.0.0.1:{port}/api/"},
    )  # fmt: skip
    workspace = [sys.executable, "-m", "playground", "--seed", str(folder / "seed.json"), "--port", str(port)]
    callboard = [sys.executable, "-m", "bot.main", "--config", str(config), "--log-level", "warning", "run"]
    running = [subprocess.Popen(workspace, stdout=subprocess.DEVNULL)]
    try:
        wait_for(lambda: httpx.get(f"http://127.0.0.1:{port}/_control/state", trust_env=False).is_success)
        running.append(subprocess.Popen(callboard, stdout=subprocess.DEVNULL))
        with Control(f"http://127.0.0.1:{port}") as control:
            wait_for(lambda: bool(control.command("U0P00", CHANNEL, "/callboard help") and list(pairs(control.log()))))
            names = organisation.Organisation(ENTITIES).names["Component"]
            yield Stage(control, folder / "catalog", names, config)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(20)


@contextmanager
def editing(folder: Path) -> Iterator[None]:
    """Somebody saves a file of 500 entities every two seconds."""
    stop = threading.Event()
    file = folder / "org-0000.yaml"

    def edit() -> None:
        for number in itertools.count():
            if stop.wait(2.0):
                return
            text = file.read_text(encoding="utf-8").replace("Handles", f"Handles {number}")
            file.write_text(text, encoding="utf-8")

    thread = threading.Thread(target=edit, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline:
        try:
            if is_so():
                return
        except (httpx.HTTPError, RuntimeError):
            pass
        time.sleep(0.5)
    raise TimeoutError("it didn't start in time")


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    for row in run():
        print(f"{row.name}: {row.measured:.1f} {row.unit} {row.note}")
