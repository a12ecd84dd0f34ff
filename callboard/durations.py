"""Durations and schedules as Backstage's app-config writes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from cronsim import CronSim, CronSimError

from callboard.errors import FormatError

_SECONDS: Final = {
    "milliseconds": 0.001, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800,
    "months": 2_629_800, "years": 31_557_600,
}  # fmt: skip
_UNITS: Final = {
    "ms": "milliseconds", "millisecond": "milliseconds", "s": "seconds", "sec": "seconds", "second": "seconds",
    "m": "minutes", "min": "minutes", "minute": "minutes", "h": "hours", "hr": "hours", "hour": "hours",
    "d": "days", "day": "days", "w": "weeks", "week": "weeks", "y": "years", "year": "years",
}  # fmt: skip
_HUMAN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*")
_ISO = re.compile(
    r"P(?=.)(?:(?P<years>\d+(?:\.\d+)?)Y)?(?:(?P<months>\d+(?:\.\d+)?)M)?(?:(?P<weeks>\d+(?:\.\d+)?)W)?"
    r"(?:(?P<days>\d+(?:\.\d+)?)D)?(?:T(?=.)(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_FORMS = "write it like `30s`, `2 hours`, `PT1H` or `{hours: 1}`"


def parse_duration(value: Any) -> timedelta:
    """A duration from an object, an ISO 8601 string or a number with a unit; raises FormatError."""
    if isinstance(value, Mapping):
        return _from_object(value)
    if isinstance(value, str) and value.strip():
        return _from_text(value)
    raise FormatError(f"The value cannot be {_described(value)}; {_FORMS}")


def _described(value: Any) -> str:
    if isinstance(value, bool) or value is None or value == "":
        return "empty" if value in (None, "") else "true or false"
    return "a plain number" if isinstance(value, int | float) else f"a {type(value).__name__}"


def _from_object(value: Mapping[Any, Any]) -> timedelta:
    unknown = [str(k) for k in value if k not in _SECONDS]
    if unknown or not value:
        raise FormatError(f"Unknown part `{unknown[0]}` in a duration" if unknown else f"Empty duration; {_FORMS}")
    try:
        return _timedelta(sum(float(amount) * _SECONDS[unit] for unit, amount in value.items()))
    except (TypeError, ValueError):
        raise FormatError(f"Every part of a duration is a number; {_FORMS}") from None


def _timedelta(seconds: float) -> timedelta:
    if seconds < 0:
        raise FormatError("A duration can't be negative")
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise FormatError("The duration is longer than anything lasts") from None


def _from_text(text: str) -> timedelta:
    human = _HUMAN.fullmatch(text)
    if human:
        unit = human[2].lower()
        unit = unit if unit in _SECONDS else _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"), "")
        if unit:
            return _timedelta(float(human[1]) * _SECONDS[unit])
    iso = _ISO.fullmatch(text.strip())
    if iso:
        return _timedelta(sum(float(v) * _SECONDS[k] for k, v in iso.groupdict().items() if v))
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", text):
        raise FormatError("The value cannot be a plain number; try adding a unit like 'ms' or 'seconds'")
    raise FormatError(f"`{text}` is not a duration; {_FORMS}")


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs: every `every`, at the times of `cron`, or only when asked (both None)."""

    every: timedelta | None
    cron: str | None
    timeout: timedelta
    initial_delay: timedelta = timedelta()
    scope: Literal["global", "local"] = "global"


def parse_schedule(value: Any) -> Schedule:
    """Backstage's `schedule` object; raises FormatError that names the part which is wrong."""
    if not isinstance(value, Mapping):
        raise FormatError("A schedule is an object with `frequency` and `timeout`")
    for key in ("frequency", "timeout"):
        if key not in value:
            raise FormatError(f"A schedule needs `{key}`")
    every, cron = _frequency(value["frequency"])
    scope = value.get("scope", "global")
    if scope not in {"global", "local"}:
        raise FormatError(f"A schedule's `scope` is `global` or `local`, not `{scope}`")
    return Schedule(
        every, cron, parse_duration(value["timeout"]), parse_duration(value.get("initialDelay", "0s")), scope
    )


def _frequency(value: Any) -> tuple[timedelta | None, str | None]:
    if isinstance(value, Mapping) and "cron" in value:
        try:
            CronSim(str(value["cron"]), _ANY_MOMENT)
        except CronSimError as error:
            raise FormatError(f"`{value['cron']}` is not a cron expression: {error}") from None
        return None, str(value["cron"])
    if isinstance(value, Mapping) and "trigger" in value:
        if value["trigger"] != "manual":
            raise FormatError("A schedule's `trigger` can only be `manual`")
        return None, None
    if isinstance(value, str) and len(value.split()) >= 5:
        raise FormatError("A cron text stands under `cron`: `frequency: {cron: '0 * * * *'}`")
    return parse_duration(value), None
