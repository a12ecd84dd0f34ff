"""What a benchmark reports: one line with what was promised and what was measured."""

import os
import resource
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """`measured` None: not run, for the reason in `note`."""

    name: str
    unit: str
    measured: float | None
    target: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return "not run"
        if self.target is None:
            return ""
        return "yes" if self.measured <= self.target else "**no**"


def from_any(row: Any) -> Row:
    """Benchmarks may have rows of their own, with `seconds` or `milliseconds` and a `budget`."""
    if isinstance(row, Row):
        return row
    field, unit = ("seconds", "s") if hasattr(row, "seconds") else ("milliseconds", "ms")
    return Row(row.name, unit, getattr(row, field), row.budget)


def machine() -> str:
    """Cores, how busy they were, and the interpreter; enough to know how to read the numbers."""
    load = os.getloadavg()[0]
    version = ".".join(map(str, os.sys.version_info[:3]))  # type: ignore[attr-defined]
    return f"{os.cpu_count()} cores, load {load:.1f} at the start, Python {version}"


def cpu_seconds(who: int = resource.RUSAGE_SELF) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime
