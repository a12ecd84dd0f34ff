"""Processes are killed, requests dropped, delayed and doubled at random; at the end everything is as it should be."""

import json
import random
import re
import signal
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import psycopg
import pytest
from sqlalchemy import select

from bot.runtime import Runtime, runtime_from_files
from catalog.tables import entities, refs
from jobs.queries import list_tasks
from playground.client import Control
from tests.soak.house import API_TOKEN, PLANS, House, Member, Plan, channel, dice, fresh, house, until
from tests.standins.github import GithubStandIn
from tests.standins.github.traffic import bad_gateway, graphql_timeout, html_page, secondary_limit

TEAMS: Final = 4
PER_TEAM: Final = 12
GUESTS: Final = (4, 5)
"""Teams whose files come and go; the others stay, so that each deprecation is a change that the catalog has seen."""
ON_GITHUB: Final = frozenset({2, 3, 5})
ALL: Final = (*range(TEAMS), *GUESTS)
DELIVERIES: Final = ("duplicate", "timeout", "error", "drop_socket", "drop_after_send")
METHODS: Final = ("chat.postMessage", "chat.update", "users.info", "conversations.list")
REFUSALS: Final = (bad_gateway(), secondary_limit(1), graphql_timeout(), html_page(), None)
"""What GitHub says for a while; None: nothing, for a second."""
ACTS: Final = ("change", "change", "change", "run", "run", "deliver", "method", "github", "database", "kill")
FINAL: Final = {"completed", "failed", "cancelled"}


class Sources:
    """What teams write: each depends on what the next one owns, and deprecates some of its own."""

    def __init__(self, folder: Path, github: GithubStandIn, chance: random.Random) -> None:
        self._folder, self._github, self._chance = folder, github, chance
        self.deprecated: dict[str, str] = {}
        self._lifecycles = {self.name(t, n): "production" for t in ALL for n in range(PER_TEAM)}
        self._notes = dict.fromkeys(ALL, 0)
        self._broken: set[int] = set()
        self._away: set[int] = set()
        for team in ALL:
            if team in ON_GITHUB:
                github.add_repository(f"team-{team}")
            self._write(team)

    @staticmethod
    def name(team: int, number: int) -> str:
        return f"service-{team}-{number}"

    def change(self) -> None:
        """One thing that somebody might push."""
        team = self._chance.choice(ALL)
        what = self._chance.choice(["note", "note", "vanish" if team in GUESTS else "deprecate", "break", "mend"])
        if what == "note":
            self._notes[team] += 1
        elif what == "deprecate" and team not in self._broken:
            name = self.name(team, self._chance.randrange(PER_TEAM))
            if self._lifecycles[name] == "production":
                self._lifecycles[name] = "deprecated"
                self.deprecated[name] = f"team-{(team - 1) % TEAMS}"
        elif what == "vanish":
            self._remove(team)
            return
        (self._broken.add if what == "break" else self._broken.discard)(team)
        self._write(team)

    def settle(self) -> None:
        """Everything is whole again, and some things are there that were away."""
        self._broken.clear()
        for team in ALL:
            self._write(team)

    def _remove(self, team: int) -> None:
        if team not in ON_GITHUB:
            self._file(team).unlink(missing_ok=True)
        elif team not in self._away:
            self._github.delete_file(f"team-{team}", "catalog-info.yaml")
        self._away.add(team)

    def _file(self, team: int) -> Path:
        return self._folder / f"team-{team}.yaml"

    def _write(self, team: int) -> None:
        metadata = {"name": f"team-{team}", "annotations": {"slack.com/channel": f"#team-{team}"}}
        group = {"kind": "Group", "metadata": metadata, "spec": {"type": "team", "children": []}}
        documents = [group, *(self._component(team, number) for number in range(PER_TEAM))]
        text = "\n---\n".join(json.dumps({"apiVersion": "backstage.io/v1alpha1", **d}) for d in documents)
        if team in self._broken:
            text = text[: len(text) // 2]
        self._away.discard(team)
        if team in ON_GITHUB:
            self._github.put_file(f"team-{team}", "catalog-info.yaml", text)
            return
        draft = self._file(team).with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self._file(team))

    def _component(self, team: int, number: int) -> dict[str, Any]:
        name = self.name(team, number)
        spec: dict[str, Any] = {"type": "service", "lifecycle": self._lifecycles[name], "owner": f"team-{team}"}
        if team not in GUESTS:
            spec["dependsOn"] = [f"component:{self.name((team + 1) % TEAMS, number)}"]
        return {
            "kind": "Component",
            "metadata": {"name": name, "description": f"Note {self._notes[team]}"},
            "spec": spec,
        }


class Runs:
    """Starts runs as a program would, and remembers which of them were promised."""

    def __init__(self) -> None:
        self.promised: list[str] = []
        self.headers = {"Authorization": f"Bearer {API_TOKEN}"}

    def knows(self, url: str | None, name: str) -> bool:
        """Whether the catalog has it; asked as the same program."""
        where = f"{url}/api/catalog/entities/by-name/component/default/{name}"
        return httpx.get(where, headers=self.headers, trust_env=False).status_code == 200

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


CUT_SOME: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.3
"""


def address(member: Member) -> str | None:
    found = re.search(r"^API: (\S+)", member.said(), re.MULTILINE)
    return found[1] if found else None


@dataclass
class Trouble:
    """What goes wrong, one thing after the other."""

    house: House
    sources: Sources
    runs: Runs
    github: GithubStandIn
    database: str
    chance: random.Random
    members: list[Member] = field(default_factory=list)

    def stir(self, seconds: float) -> None:
        self.members += [self.house.start("run"), self.house.start("worker")]
        self.members[0].wait_until_ready()
        for team in ALL:
            name, url = self.sources.name(team, PER_TEAM - 1), address(self.members[0])
            until(partial(self.runs.knows, url, name), 30, f"{name} to be known")
        end, number = time.monotonic() + seconds, 0
        with Control(self.house.url) as control:
            while time.monotonic() < end:
                number += 1
                self._act(self.chance.choice(ACTS), control, number)
                time.sleep(self.chance.random() * 0.3)
            control.calm()
        self.github.traffic.faults.clear()

    def _act(self, act: str, control: Control, number: int) -> None:
        chance = self.chance
        match act:
            case "change":
                self.sources.change()
            case "run" if url := address(self.members[0]):
                self.runs.start(url, number)
            case "deliver":
                control.fault(chance.choice(DELIVERIES), delivery="*")
            case "method":
                kind = chance.choice(["ratelimit", "timeout", "error"])
                control.fault(kind, method=chance.choice(METHODS), seconds=0.5, retry_after=1)
            case "github":
                answer = chance.choice(REFUSALS)
                self.github.fail(answer, times=chance.randrange(1, 4), delay=0 if answer else 1)
            case "database" if self.database:
                with psycopg.connect(self.database, autocommit=True) as connection:
                    connection.execute(CUT_SOME)
            case "kill":
                self._kill(chance.randrange(2))

    def _kill(self, at: int) -> None:
        member = self.members[at]
        if "catalog ready" in member.said() or member.command == "worker":
            member.stop(signal.SIGKILL)
            self.members[at] = self.house.start(member.command)


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
    settings["backend"].pop("database", None)
    (folder / "app-config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    runtime = runtime_from_files([folder / "app-config.yaml"])
    runtime.migrate()
    runtime.catalog.sync_locations()
    for provider in runtime.providers:
        runtime.catalog.sync_provider(provider.key)
    found = catalog_of(runtime)
    runtime.close()
    return found


def untold(it: House, deprecated: dict[str, str]) -> list[str]:
    with Control(it.url) as control:
        said = {team: json.dumps(control.messages(channel(team))) for team in set(deprecated.values())}
    return [name for name, team in deprecated.items() if not re.search(rf"{name}(?!\d)", said[team])]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
@pytest.mark.parametrize("plan", PLANS)
def test_after_any_trouble_all_is_as_if_there_had_been_none(
    tmp_path: Path, request: pytest.FixtureRequest, plan: Plan, engine: str
) -> None:
    chance, runs = dice(), Runs()
    database = fresh(request.getfixturevalue("postgres")) if engine == "postgres" else ""
    (tmp_path / "catalog").mkdir()
    teams = [f"team-{n}" for n in ALL]
    with (
        GithubStandIn() as github,
        house(tmp_path, database=database, github=github, channels=teams) as it,
    ):
        sources = Sources(tmp_path / "catalog", github, chance)
        trouble = Trouble(it, sources, runs, github, database, chance)
        trouble.stir(plan.seconds)
        members = trouble.members
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
            until(lambda: untold(it, sources.deprecated) == [], 120, "every notice to be there")
            with runtime.database.read() as connection:
                given_up = [t for t in list_tasks(connection, state="failed") if t.kind != "housekeeping"]
        finally:
            runtime.close()
        print({"runs": len(states), "deprecated": len(sources.deprecated), "processes": len(it.members)})  # noqa: T201 - shown on failure
        assert [t for t in states.values() if t["status"] == "failed"] == []
        assert given_up == []
        assert [m.log.name for m in members if not m.alive] == []
