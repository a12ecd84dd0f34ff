"""What the doctor sees of the sources: whether they could be read, what that cost, and when they are read next."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from bot.doctor.check import Check

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from catalog.queries.runs import Run
    from catalog.queries.sources import SourceState

_STALE: Final = 3 * 3_600.0
_LOCATIONS: Final = "catalog-locations"


def sources(runtime: "Runtime") -> Iterator[Check]:
    """What each root and each provider last said, and what is not read at all yet."""
    from catalog.queries.runs import runs
    from catalog.queries.sources import source_states
    from jobs.queries import list_schedules

    with runtime.database.read() as connection:
        states = source_states(connection)
        costs = runs(connection)
        next_runs = {s.id: s.next_run for s in list_schedules(connection)}
    if not states:
        hint = "Set `catalog.locations` or `catalog.providers`, then run `callboard catalog ingest`."
        yield Check("sources", "warning", "nothing has been read yet", hint)
    for state in states:
        yield _check(state, costs.get(state.key), next_runs.get(state.key if state.kind == "provider" else _LOCATIONS))
    every = {p.key: p.schedule.every for p in runtime.providers}
    for key in sorted({f"provider:{key}" for key in every} - {s.key for s in states}):
        yield Check(key, "warning", "not read yet", "Start `callboard run` or `callboard worker`, which reads it.")


def _check(state: "SourceState", run: "Run | None", next_run: float | None) -> Check:
    """The state and, behind it, figures: they are in the message and, for machines, in `details`."""
    now = time.time()
    details: dict[str, Any] = {"last_success": state.read_at, "failing_since": state.failing_since}
    details |= {"last_error": state.error, "next_run": next_run}
    details |= {"run": asdict(run)} if run else {}
    more = "".join(f"; {part}" for part in _figures(run, next_run, now))
    if state.error:
        before = f"last read well {_ago(now - state.read_at)}" if state.read_at else "never read well"
        return Check(
            state.key, "failed", f"{state.error} ({before}{more})", "The last good data is still served.", details
        )
    if state.failing_targets:
        message = f"{state.failing_targets} of its files can't be read{more}"
        return Check(state.key, "warning", message, "See `callboard catalog attention`.", details)
    seen = max(state.read_at or 0.0, (run.began_at or 0.0) if run else 0.0)
    if seen and now - seen > _STALE and (next_run is None or next_run < now):
        return Check(state.key, "warning", f"last read {_ago(now - seen)}{more}", "Is a worker running?", details)
    return Check(state.key, "ok", f"read well{f' {_ago(now - seen)}' if seen else ''}{more}", None, details)


def _figures(run: "Run | None", next_run: float | None, now: float) -> Iterator[str]:
    if run and run.seconds is not None:
        spent = ", ".join(f"{n} {kind}" for kind, n in run.requests.items()) or "no"
        yield f"{spent} requests in {run.seconds:.1f} s"
    for name, quota in run.quotas.items() if run else ():
        until = f", more {_ahead(quota.reset - now)}" if quota.reset > now else ""
        yield f"{quota.remaining} of {quota.limit} left ({name}{until})"
    if next_run is not None:
        yield f"next run {_ahead(next_run - now)}"


def _ago(seconds: float) -> str:
    return f"{_span(seconds)} ago"


def _ahead(seconds: float) -> str:
    return f"in {_span(seconds)}" if seconds > 0 else "is due"


def _span(seconds: float) -> str:
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {word}s"
    return f"{max(0, seconds):.0f} seconds"
