"""Runs every benchmark that has a `run()` and writes docs/performance.md: `python -m benchmarks [NAME…]`.

A benchmark that fails says so; one that isn't asked for keeps what it said last.
"""

import importlib
import pkgutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import benchmarks
from benchmarks.rows import Row, from_any, machine

REPORT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
_SIZE = "many narrow rows, each with 28 bytes of PostgreSQL's own, and the indexes that answer in a millisecond"
WHY = {
    "PostgreSQL, 10,000: database with search index": _SIZE,
    "PostgreSQL, 100,000: database with search index": _SIZE,
    "transitive dependents, up to 2": "a quarter of all there is, walked level by level in SQL and counted by owner",
    "PostgreSQL: 1,000 entities with 10 pages each, read and indexed": "half of it is PostgreSQL's own work on words",
    "100,000: get by ref": "the median is within it",
}
"""Reasons for what misses its target, by a piece of its name."""
_HELPERS = {"__main__", "rows", "organisation", "ingest_once", "rest_load", "rest_requests", "rest_server"}


def main() -> None:
    wanted = set(sys.argv[1:])
    names = [m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name not in _HELPERS]
    before = earlier()
    sections = [
        fresh(name) if not wanted or name in wanted else before.get(name) or section(name, not_run(), machine())
        for name in names
    ]
    REPORT.write_text("\n".join([*heading(), *sections]) + "\n", encoding="utf-8")
    print(f"written: {REPORT}")


def fresh(name: str) -> str:
    about = machine()
    return section(name, run(name), about)


def earlier() -> dict[str, str]:
    """What the page says now, by benchmark."""
    _head, *found = REPORT.read_text(encoding="utf-8").split("\n## ") if REPORT.exists() else [""]
    return {text.partition("\n")[0]: f"## {text.rstrip()}\n" for text in found}


def run(name: str) -> list[Row]:
    print(f"{name} …", flush=True)
    module = importlib.import_module(f"benchmarks.{name}")
    if not hasattr(module, "run"):
        return not_run("has to be started by hand, see its first lines")
    found: list[Row] = []
    try:
        for row in module.run():
            found.append(from_any(row))
            print(f"  {found[-1].name}: {_amount(found[-1].measured, found[-1].unit)}", flush=True)
    except Exception as error:  # noqa: BLE001 - the other benchmarks still have something to say
        found += not_run(f"{type(error).__name__}: {error}".splitlines()[0])
    return found


def not_run(reason: str = "not asked for") -> list[Row]:
    return [Row("the rest", "", None, None, reason)]


def heading() -> list[str]:
    return [
        "# Performance",
        "",
        "`make bench` measures and writes this page. Wall-clock times depend on what else the machine does; where",
        "a note gives CPU time, that is the measured process's own, user and system together.",
        "",
    ]


def section(name: str, rows: list[Row], about: str) -> str:
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    lines = [
        f"## {name}",
        "",
        f"Measured on {today}: {about}.",
        "",
        "| what | target | measured | met | note |",
        "|---|---:|---:|---|---|",
    ]
    lines += [
        f"| {r.name} | {_amount(r.target, r.unit)} | {_amount(r.measured, r.unit)} | {r.verdict} | {_note(r)} |"
        for r in rows
    ]
    return "\n".join([*lines, ""])


def _note(row: Row) -> str:
    """What the benchmark notes, and why a target was missed, as far as that is known."""
    missed = row.verdict == "**no**"
    reason = next((why for piece, why in WHY.items() if missed and piece in row.name), "")
    return "; ".join(text for text in (row.note, reason) if text)


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


if __name__ == "__main__":
    main()
