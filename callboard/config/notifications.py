"""The `notifications` section of app-config.yaml: when and where notices go unless somebody chose otherwise."""

import re
from datetime import time, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field

from callboard.config.fields import Duration, Ours
from callboard.errors import did_you_mean

Place = Literal["channel", "dm", "off"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Topic = Literal["deprecated", "progress", "failing", "ownership", "consumers", "followed", "message", "admin"]
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")  # noqa: RUF001 - people type the dash


def parse_hours(text: str) -> tuple[time, time]:
    """`20:00-08:00` as its two ends; raises ValueError in words."""
    match = _HOURS.fullmatch(text)
    numbers = [int(n) for n in match.groups()] if match else []
    if not numbers or numbers[0] > 23 or numbers[2] > 23 or max(numbers[1], numbers[3]) > 59:
        raise ValueError(f"`{text}` are no hours of a day; write them like `20:00-08:00`, or false for none")
    start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    if start == end:
        raise ValueError(f"`{text}` begins and ends at the same time; write false for no quiet hours")
    return start, end


def parse_zone(text: str) -> ZoneInfo:
    """A time zone by its name; raises ValueError in words."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from zoneinfo import available_timezones

        hint = did_you_mean(text, available_timezones()) or "Write it like `Europe/London`."
        raise ValueError(f"`{text}` is no time zone. {hint}") from None


def _hours(value: Any) -> Any:
    if value is False or value is None:
        return None
    if not isinstance(value, str):
        return value
    parse_hours(value)
    return value


def _zone(value: Any) -> Any:
    return parse_zone(value).key if isinstance(value, str) else value


def _weekdays() -> list[Day]:
    return ["mon", "tue", "wed", "thu", "fri"]


class Notifications(Ours):
    """Admin defaults; a team's and a person's own settings win over `topics`, hours and days."""

    deprecated_lifecycles: list[str] = Field(default_factory=lambda: ["deprecated", "retired", "sunset"])
    grouping_window: Duration = timedelta(minutes=2)
    """How long news is held back, so that what belongs together is one message and a slip is none."""
    failing_after: Duration = timedelta(minutes=10)
    """How long a file must be broken before its owners hear of it."""
    reminder_days: list[Annotated[int, Field(ge=0, le=3650)]] = Field(default_factory=lambda: [30, 14, 7, 1])
    quiet_hours: Annotated[str | None, BeforeValidator(_hours)] = "20:00-08:00"
    working_days: list[Day] = Field(default_factory=_weekdays, min_length=1)
    time_zone: Annotated[str, BeforeValidator(_zone)] = "UTC"
    """Where a recipient's own zone isn't known."""
    topics: dict[Topic, Place] = Field(default_factory=dict)
    preview: str | None = None
    """A channel that gets everything, each with a line that says where it would have gone."""
    admin_channel: str | None = None
    """Where admins are told of what only they can mend; without it, each of `callboard.admins` in person."""
    broadcast_channel: str | None = None
