"""How long a deprecation takes to plan: `python benchmarks/notices.py`. 2,000 dependents of 150 teams, two seconds."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from callboard import logs  # noqa: E402 - the script is run by its path
from callboard.config.notifications import Notifications  # noqa: E402
from callboard.db import Database, open_database  # noqa: E402
from callboard.db.migrate import upgrade  # noqa: E402
from callboard.outbox import feed  # noqa: E402
from jobs.queue import Queue  # noqa: E402
from notifications import queries  # noqa: E402
from notifications.deprecations import Deprecations  # noqa: E402
from notifications.desk import Desk  # noqa: E402
from notifications.planner import Planner  # noqa: E402
from notifications.upkeep import Upkeep  # noqa: E402
from tests.conftest import catalog_of  # noqa: E402
from tests.notifications.newsroom import component, group  # noqa: E402

TEAMS = 150
DEPENDENTS = 2_000
BUDGET = 2.0


@dataclass(frozen=True, slots=True)
class Row:
    """A measured line; `budget` None where nothing was promised."""

    name: str
    seconds: float
    budget: float | None = None


def measure() -> Iterator[Row]:
    """Plan it, look at it again when nothing changed, and when half of them moved."""
    with catalog() as (database, folder):
        desk = Desk(Notifications(), Queue(database).enqueue, time.time)
        planner = Planner(desk)
        drain(database, planner)
        cart = folder / "cart.yaml"
        cart.write_text(cart.read_text().replace("production", "deprecated"), encoding="utf-8")
        sync(database, folder)
        yield Row(f"plan {DEPENDENTS:,} dependents of {TEAMS} teams", timed(lambda: drain(database, planner)), BUDGET)
        with database.read() as connection:
            planned = len(queries.open_about(connection, "component:default/cart", "deprecated"))
        if planned != TEAMS:
            raise SystemExit(f"{planned} notices for {TEAMS} teams")
        upkeep = Upkeep(database, desk, Deprecations(desk, frozenset({"deprecated"})), time.time)
        yield Row("look again, nothing moved", timed(lambda: upkeep.recheck(force=True)))
        parts = folder / "parts.yaml"
        parts.write_text(
            parts.read_text().replace("component:cart", "component:new", DEPENDENTS // 2), encoding="utf-8"
        )
        sync(database, folder)
        yield Row("look again, half have moved", timed(lambda: upkeep.recheck(force=True)))


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


def main() -> int:
    """Print the table; 1 when a promise wasn't kept."""
    logs.configure(level="error", json=False)
    late = False
    for row in measure():
        kept = row.budget is None or row.seconds <= row.budget
        late |= not kept
        promise = "" if row.budget is None else f"  (promised {row.budget:.0f} s{'' if kept else ': MISSED'})"
        print(f"{row.name:<45} {row.seconds:8.3f} s{promise}")
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
