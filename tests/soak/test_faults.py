"""Processes are killed, requests dropped, delayed and doubled at random; at the end everything is as it should be."""

import json
import random
import re
import signal
import time
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import pytest
from sqlalchemy import select

from bot.runtime import Runtime, runtime_from_files
from catalog.tables import entities, refs
from jobs.queries import list_tasks
from playground.client import Control
from tests.soak.house import API_TOKEN, PLANS_OF_MANY_STARTS, House, Member, Plan, channel, dice, house, until

TEAMS: Final = 4
PER_TEAM: Final = 12
DELIVERIES: Final = ("duplicate", "timeout", "error", "drop_socket", "drop_after_send")
METHODS: Final = ("chat.postMessage", "chat.update", "users.info", "conversations.list")
FINAL: Final = {"completed", "failed", "cancelled"}


class Sources:
    """What teams write: each depends on what the next one owns, and deprecates some of its own."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder, self._chance = folder, chance
        self.deprecated: dict[str, str] = {}
        self._lifecycles = {self.name(t, n): "production" for t in range(TEAMS) for n in range(PER_TEAM)}
        self._notes = dict.fromkeys(range(TEAMS), 0)
        self._broken: set[int] = set()
        for team in range(TEAMS):
            self._write(team)

    @staticmethod
    def name(team: int, number: int) -> str:
        return f"service-{team}-{number}"

    def change(self) -> None:
        """One thing that somebody might push."""
        team = self._chance.randrange(TEAMS)
        what = self._chance.choice(["note", "note", "deprecate", "break", "mend", "vanish"])
        if what == "note":
            self._notes[team] += 1
        elif what == "deprecate" and team not in self._broken:
            name = self.name(team, self._chance.randrange(PER_TEAM))
            if self._lifecycles[name] == "production":
                self._lifecycles[name] = "deprecated"
                self.deprecated[name] = f"team-{(team - 1) % TEAMS}"
        elif what == "vanish" and self._notes[team] % 3:
            self._file(team).unlink(missing_ok=True)
            return
        (self._broken.add if what == "break" else self._broken.discard)(team)
        self._write(team)

    def settle(self) -> None:
        """Everything is whole again, and some things are there that were away."""
        self._broken.clear()
        for team in range(TEAMS):
            self._write(team)

    def _file(self, team: int) -> Path:
        return self._folder / f"team-{team}.yaml"

    def _write(self, team: int) -> None:
        metadata = {"name": f"team-{team}", "annotations": {"slack.com/channel": f"#team-{team}"}}
        group = {"kind": "Group", "metadata": metadata, "spec": {"type": "team", "children": []}}
        documents = [group, *(self._component(team, number) for number in range(PER_TEAM))]
        text = "\n---\n".join(json.dumps({"apiVersion": "backstage.io/v1alpha1", **d}) for d in documents)
        draft = self._file(team).with_suffix(".draft")
        draft.write_text(text[: len(text) // 2] if team in self._broken else text, encoding="utf-8")
        draft.replace(self._file(team))

    def _component(self, team: int, number: int) -> dict[str, Any]:
        name = self.name(team, number)
        needed = f"component:{self.name((team + 1) % TEAMS, number)}"
        spec = {"type": "service", "lifecycle": self._lifecycles[name], "owner": f"team-{team}", "dependsOn": [needed]}
        return {
            "kind": "Component",
            "metadata": {"name": name, "description": f"Note {self._notes[team]}"},
            "spec": spec,
        }


class Runs:
    """Starts runs as a program would, and knows which of them were promised."""

    def __init__(self) -> None:
        self.promised: list[str] = []
        self.headers = {"Authorization": f"Bearer {API_TOKEN}"}

    def start(self, url: str, number: int) -> None:
        body = {"templateRef": "template:default/small-steps", "values": {"name": f"run-{number}"}}
        try:
            answer = httpx.post(
                f"{url}/api/scaffolder/v2/tasks", json=body, headers=self.headers, timeout=5, trust_env=False
            )
        except httpx.HTTPError:
            return  # killed meanwhile: nobody was promised anything
        if answer.status_code == 201:
            self.promised.append(answer.json()["id"])


def address(member: Member) -> str | None:
    found = re.search(r"^API: (\S+)", member.said(), re.MULTILINE)
    return found[1] if found else None


def stir(it: House, sources: Sources, runs: Runs, chance: random.Random, seconds: float) -> list[Member]:
    """The trouble itself; returns who is there at its end."""
    members = [it.start("run"), it.start("worker")]
    members[0].wait_until_ready()
    end, number = time.monotonic() + seconds, 0
    with Control(it.url) as control:
        while time.monotonic() < end:
            number += 1
            act = chance.choice(["change", "change", "change", "run", "run", "deliver", "method", "kill"])
            if act == "change":
                sources.change()
            elif act == "run" and (url := address(members[0])):
                runs.start(url, number)
            elif act == "deliver":
                control.fault(chance.choice(DELIVERIES), delivery="*")
            elif act == "method":
                kind = chance.choice(["ratelimit", "timeout", "error"])
                control.fault(kind, method=chance.choice(METHODS), seconds=0.5, retry_after=1)
            elif act == "kill":
                at = chance.randrange(2)
                if "catalog ready" in members[at].said() or members[at].command == "worker":
                    members[at].stop(signal.SIGKILL)
                    members[at] = it.start(members[at].command)
            time.sleep(chance.random() * 0.3)
        control.calm()
    return members


def catalog_of(runtime: Runtime) -> dict[str, Any]:
    """Every entity by its ref, without what each installation makes up for itself."""
    query = select(refs.c.ref, entities.c.document).join(refs, refs.c.id == entities.c.id)
    with runtime.database.read() as connection:
        found = {ref: orjson.loads(document) for ref, document in connection.execute(query)}
    for document in found.values():
        document["metadata"].pop("uid", None)
        document["metadata"].pop("etag", None)
    return found


def read_anew(it: House, folder: Path) -> dict[str, Any]:
    settings = json.loads(it.config.read_text(encoding="utf-8"))
    settings["callboard"]["dataDir"] = str(folder / "data")
    (folder / "app-config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    runtime = runtime_from_files([folder / "app-config.yaml"])
    runtime.migrate()
    runtime.catalog.sync_locations()
    found = catalog_of(runtime)
    runtime.close()
    return found


def sources_in(folder: Path, chance: random.Random) -> Sources:
    (folder / "catalog").mkdir()
    return Sources(folder / "catalog", chance)


def untold(it: House, deprecated: dict[str, str]) -> list[str]:
    with Control(it.url) as control:
        said = {team: json.dumps(control.messages(channel(team))) for team in set(deprecated.values())}
    return [name for name, team in deprecated.items() if f"{name}" not in said[team]]


@pytest.mark.parametrize("plan", PLANS_OF_MANY_STARTS)
def test_after_any_trouble_all_is_as_if_there_had_been_none(tmp_path: Path, plan: Plan) -> None:
    chance = dice()
    sources, runs = sources_in(tmp_path, chance), Runs()
    teams = tuple(f"team-{n}" for n in range(TEAMS))
    with house(tmp_path, channels=teams) as it:
        members = stir(it, sources, runs, chance, plan.seconds)
        sources.settle()
        for member in members:
            member.wait_until_ready()
        (tmp_path / "anew").mkdir()
        expected = read_anew(it, tmp_path / "anew")
        runtime = runtime_from_files([it.config])
        try:
            until(lambda: catalog_of(runtime) == expected, 90, "the catalog to equal one that was read anew")
            url = address(members[0])
            assert url is not None
            states = {}

            def all_ended() -> bool:
                for run in runs.promised:
                    found = httpx.get(f"{url}/api/scaffolder/v2/tasks/{run}", headers=runs.headers, trust_env=False)
                    states[run] = found.json()
                return all(task["status"] in FINAL for task in states.values())

            until(all_ended, 120, "every run to end")
            until(lambda: untold(it, sources.deprecated) == [], 120, f"notices of {untold(it, sources.deprecated)}")
            with runtime.database.read() as connection:
                given_up = [t for t in list_tasks(connection, state="failed") if t.kind != "housekeeping"]
        finally:
            runtime.close()
        print({"runs": len(states), "deprecated": len(sources.deprecated), "processes": len(it.members)})  # noqa: T201 - shown on failure
        assert [t for t in states.values() if t["status"] == "failed"] == []
        assert given_up == []
        assert [m.log.name for m in members if not m.alive] == []
