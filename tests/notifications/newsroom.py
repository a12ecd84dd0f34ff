"""A newsroom: a catalog in files, a workspace in memory, and a clock that moves when it is told to."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from blocks.limits.surfaces import check_message
from blocks.notices import render
from callboard.chat import Actor, Message
from callboard.config.model import Admins, AppConfig
from callboard.config.notifications import Notifications
from callboard.db import Connection, Database
from callboard.errors import NotAllowedError, NotFoundError, ServiceUnavailableError
from callboard.outbox import feed
from callboard.ports import Person
from notifications import queries
from notifications.delivery import Deliverer
from notifications.deprecations import Deprecations
from notifications.desk import DELIVER, POST, RECHECK, REFRESH, TICK, Desk
from notifications.model import Notice
from notifications.pace import Pace
from notifications.placing import Placer
from notifications.planner import Planner
from notifications.routes import Router
from notifications.service import Notices
from notifications.upkeep import Upkeep
from tests.conftest import catalog_of

MONDAY = datetime(2027, 1, 11, 10, 0, tzinfo=UTC).timestamp()
"""Ten o'clock in the morning of a working day."""
DAY = 86_400.0


def unpaced() -> Pace:
    """A pace whose clock runs so fast that nobody waits."""
    return Pace(per_minute=1e6, burst=1e6, clock=itertools.count(0.0, 10.0).__next__)


@dataclass
class Said:
    """A message as the workspace holds it."""

    channel: str
    ts: str
    message: Message
    thread: str | None
    edits: int = 0

    @property
    def text(self) -> str:
        return f"{self.message.text} {self.message.blocks}"


@dataclass
class Workspace:
    """The `Chat` and `Directory` ports over lists."""

    people: dict[str, Person] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    said: list[Said] = field(default_factory=list)
    trouble: Callable[[str], None] = lambda _method: None
    """Called before and, as `posted`, after each post; what it raises is raised."""

    def post(self, channel: str, message: Message, *, thread: str | None = None) -> tuple[str, str]:
        self.trouble("post")
        if channel in self.closed:
            raise NotAllowedError("I am not in that channel; invite me.")
        assert check_message({"text": message.text, "blocks": message.blocks}) == []
        said = Said(channel, f"{len(self.said) + 1}.0", message, thread)
        self.said.append(said)
        self.trouble("posted")
        return channel, said.ts

    def update(self, channel: str, timestamp: str, message: Message) -> None:
        self.trouble("update")
        found = next((s for s in self.said if (s.channel, s.ts) == (channel, timestamp)), None)
        if found is None:
            raise NotFoundError("That message is gone.")
        found.message = message
        found.edits += 1

    def find(
        self, channel: str, metadata: Mapping[str, Any], *, since: float, thread: str | None = None
    ) -> tuple[str, str] | None:
        assert since > 0
        if channel in self.unreadable:
            raise NotAllowedError("I am not in that channel.")
        for said in self.said:
            payload = (said.message.metadata or {}).get("event_payload", {})
            if (said.channel, said.thread) == (channel, thread) and metadata.items() <= payload.items():
                return said.channel, said.ts
        return None

    def by_id(self, user: str) -> Person | None:
        return self.people.get(user)

    def by_email(self, email: str) -> Person | None:
        return next((p for p in self.people.values() if p.email == email), None)


@dataclass
class Job:
    kind: str
    spec: Mapping[str, Any]
    due: float
    dedup: str | None


@dataclass
class Newsroom:
    database: Database
    folder: Path
    config: Notifications = field(default_factory=Notifications)
    admins: Admins = field(default_factory=Admins)
    now: float = MONDAY
    workspace: Workspace = field(default_factory=Workspace)
    jobs: list[Job] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.desk = Desk(self.config, self.enqueue, lambda: self.now)
        lifecycles = frozenset(self.config.deprecated_lifecycles)
        deprecations = Deprecations(self.desk, lifecycles)
        self.planner = Planner(self.desk)
        router = Router(self.config, self.admins)
        self.upkeep = Upkeep(self.database, self.desk, deprecations, lambda: self.now)
        self.notices = Notices(self.desk, deprecations, lambda: self.now)
        self.placer = Placer(self.database, router, self.workspace, self.desk, lambda: self.now)
        self.deliverer = Deliverer(self.database, self.workspace, render, self.desk, lambda: self.now, pace=unpaced())
        self.handlers: dict[str, Callable[[Mapping[str, Any]], None]] = {
            DELIVER: lambda spec: self.placer.place(spec["notice"]),
            POST: lambda spec: self.deliverer.post(spec["post"]),
            REFRESH: lambda spec: self.deliverer.refresh(spec["notice"]),
            RECHECK: lambda _spec: self.upkeep.recheck(),
            TICK: lambda _spec: self.upkeep.tick(),
        }

    def enqueue(
        self,
        connection: Connection,  # noqa: ARG002 - the port's
        queue: str,  # noqa: ARG002 - the port's
        kind: str,
        spec: Mapping[str, Any],
        *,
        delay: float = 0.0,
        dedup: str | None = None,
    ) -> bool:
        if dedup and any(j.dedup == dedup for j in self.jobs):
            return False
        self.jobs.append(Job(kind, spec, self.now + delay, dedup))
        return True

    def write(self, name: str, text: str) -> None:
        (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def change(self, name: str, before: str, after: str) -> None:
        path = self.folder / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
        self.sync()

    def sync(self) -> None:
        """Read the files, and let the planner see what changed."""
        files = sorted(self.folder.glob("*.yaml"))
        catalog_of(self.database, *files, config=AppConfig()).sync_locations()
        while feed(self.database, self.planner):
            pass
        self.work()

    def work(self) -> None:
        """Do every job that is due, as a worker would: one that fails for a while comes back at the next beat."""
        while due := [j for j in self.jobs if j.due <= self.now]:
            for job in due:
                try:
                    self.handlers[job.kind](job.spec)
                except ServiceUnavailableError:
                    job.due = self.now + 30.0
                else:
                    self.jobs.remove(job)

    def travel(self, *, seconds: float = 0.0, hours: float = 0.0, days: float = 0.0) -> None:
        """Let time pass at once, then one beat of the clock and what follows from it."""
        self.now += seconds + 3_600 * hours + DAY * days
        self.beat()

    def beat(self) -> None:
        for _round in range(4):
            self.upkeep.tick()
            self.work()

    def travel_to(self, moment: datetime) -> None:
        self.now = moment.timestamp()
        self.beat()

    def heard(self, channel: str) -> list[Said]:
        """What was said in a channel outside of threads."""
        return [s for s in self.workspace.said if s.channel == channel and s.thread is None]

    def replies(self, said: Said) -> list[Said]:
        return [s for s in self.workspace.said if (s.channel, s.thread) == (said.channel, said.ts)]

    def ledger(self, kind: str, recipient: str | None = None) -> list[Notice]:
        with self.database.read() as connection:
            found = [n for n, _posts in queries.listing(connection, limit=10_000)]
        return [n for n in found if n.kind == kind and recipient in {None, n.recipient}][::-1]


def actor(name: str, *groups: str) -> Actor:
    return Actor(
        f"U{name.upper()}", f"user:default/{name}", name.title(), groups=tuple(f"group:default/{g}" for g in groups)
    )


def user(name: str, *groups: str, slack: bool = True) -> str:
    linked = f"annotations: {{slack.com/user-id: U{name.upper()}}}" if slack else ""
    return f"""
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: {name}
  {linked}
spec: {{profile: {{email: {name}@example.com}}, memberOf: [{", ".join(groups)}]}}"""


def group(name: str, channel: str | None = None, parent: str | None = None) -> str:
    annotated = f"annotations: {{slack.com/channel: '{channel}'}}" if channel else ""
    above = f", parent: {parent}" if parent else ""
    return f"""
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: {name}
  {annotated}
spec: {{type: team, children: []{above}}}"""


def component(name: str, owner: str, *, lifecycle: str = "production", annotations: str = "", **spec: object) -> str:
    more = "".join(f"\n  {key}: {value}" for key, value in spec.items())
    notes = f"\n  annotations: {{{annotations}}}" if annotations else ""
    return f"""
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}{notes}
spec:
  type: service
  lifecycle: {lifecycle}
  owner: {owner}{more}"""


def api(name: str, owner: str) -> str:
    return f"""
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {{name: {name}}}
spec: {{type: openapi, lifecycle: production, owner: {owner}, definition: "openapi: 3.0.0"}}"""
