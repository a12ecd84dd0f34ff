"""How long a deprecation takes to plan, with everybody as a dependent."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.rows import Row
from callboard import logs
from callboard.config.notifications import Notifications
from callboard.db import Database, open_database
from callboard.db.migrate import upgrade
from callboard.outbox import feed
from jobs.queue import Queue
from notifications import queries
from notifications.deprecations import Deprecations
from notifications.desk import Desk
from notifications.planner import Planner
from notifications.upkeep import Upkeep
from tests.conftest import catalog_of
from tests.notifications.newsroom import component, group

TEAMS = 150
DEPENDENTS = 2_000
BUDGET = 2.0


def run() -> Iterator[Row]:
    """Plan it, look at it again when nothing changed, and when half of them moved."""
    logs.configure(level="error", json=False)
    with catalog() as (database, folder):
        desk = Desk(Notifications(), Queue(database).enqueue, time.time)
        planner = Planner(desk)
        drain(database, planner)
        cart = folder / "cart.yaml"
        cart.write_text(cart.read_text().replace("production", "deprecated"), encoding="utf-8")
        sync(database, folder)
        took = timed(lambda: drain(database, planner))
        yield Row(f"plan {DEPENDENTS:,} dependents of {TEAMS} teams", "s", took, BUDGET)
        with database.read() as connection:
            planned = len(queries.open_about(connection, "component:default/cart", "deprecated"))
        if planned != TEAMS:
            raise RuntimeError(f"{planned} notices for {TEAMS} teams")
        upkeep = Upkeep(database, desk, Deprecations(desk, frozenset({"deprecated"})), time.time)
        yield Row("look again, nothing moved", "s", timed(lambda: upkeep.recheck(force=True)))
        parts = folder / "parts.yaml"
        parts.write_text(
            parts.read_text().replace("component:cart", "component:new", DEPENDENTS // 2), encoding="utf-8"
        )
        sync(database, folder)
        yield Row("look again, half have moved", "s", timed(lambda: upkeep.recheck(force=True)))


def drain(database: Database, planner: Planner) -> None:
    while feed(database, planner):
        pass


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def sync(database: Database, folder: Path) -> None:
    catalog_of(database, *sorted(folder.glob("*.yaml"))).sync_locations()


@contextmanager
def catalog() -> Iterator[tuple[Database, Path]]:
    """A cart that everybody uses, in a database of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "catalog"
        folder.mkdir()
        teams = "".join(group(f"t{n}", f"#t{n}") for n in range(TEAMS))
        parts = (component(f"p{n}", f"t{n % TEAMS}", dependsOn="[component:cart]") for n in range(DEPENDENTS))
        end = "callboard.dev/end-of-life: '2030-03-31'"
        cart = group("makers", "#makers") + component("cart", "makers", annotations=end)
        for file, text in (("teams", teams), ("parts", "".join(parts)), ("cart", cart)):
            (folder / f"{file}.yaml").write_text(text, encoding="utf-8")
        database = open_database(f"sqlite:///{Path(name) / 'bench.db'}")
        upgrade(database)
        sync(database, folder)
        try:
            yield database, folder
        finally:
            database.dispose()
