"""End-of-life dates and the days on which somebody is reminded of them. Pure."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_QUARTER: Final = re.compile(r"(\d{4})-?[Qq]([1-4])")
OVERDUE_EVERY: Final = 7


@dataclass(frozen=True, slots=True)
class EndOfLife:
    """What an annotation says: the last day, or why it can't be told."""

    text: str
    day: date | None
    problem: str | None = None


def parse_end_of_life(text: str) -> EndOfLife:
    """`2027-03-31`, `2027-03` and `2027-Q1` mean the last day of what they name."""
    stripped = text.strip()
    try:
        if match := _DAY.fullmatch(stripped):
            return EndOfLife(text, date(int(match[1]), int(match[2]), int(match[3])))
        if match := _MONTH.fullmatch(stripped):
            return EndOfLife(text, _last_day(int(match[1]), int(match[2])))
        if match := _QUARTER.fullmatch(stripped):
            return EndOfLife(text, _last_day(int(match[1]), 3 * int(match[2])))
    except ValueError as error:
        return EndOfLife(text, None, f"`{text}` is not a day of the calendar: {error}")
    return EndOfLife(text, None, f"`{text}` is not a date; write it like `2027-03-31`")


def _last_day(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError("month must be in 1..12")
    return date(year, month, monthrange(year, month)[1])


def threshold(days_left: int, days: Sequence[int]) -> int | None:
    """The reminder that `days_left` falls under: the nearest of `days` not yet passed, or weekly once overdue.

    Overdue ones are negative: -1 from the day after, then -8, -15, …
    """
    if days_left < 0:
        return -1 - OVERDUE_EVERY * ((-days_left - 1) // OVERDUE_EVERY)
    return min((d for d in days if d >= days_left), default=None)


def due_reminder(end: date, today: date, days: Sequence[int], said: int | None) -> int | None:
    """The reminder to give today, None when it was given; after an outage only the nearest is, not all that passed."""
    found = threshold((end - today).days, days)
    if found is None or (said is not None and found >= said):
        return None
    return found


def next_look(end: date | None, after: float, days: Sequence[int], zone: ZoneInfo) -> float | None:
    """When the next reminder falls due: the start of that day in `zone`; None without a date."""
    if end is None:
        return None
    today = datetime.fromtimestamp(after, UTC).astimezone(zone).date()
    marks = [end - timedelta(days=d) for d in days] + [end + timedelta(days=1)]
    coming = [m for m in marks if m > today]
    late = (today - end).days - 1
    day = min(coming) if coming else end + timedelta(days=1 + OVERDUE_EVERY * (late // OVERDUE_EVERY + 1))
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def start_of(day: date, zone: ZoneInfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def in_words(day: date) -> str:
    """`31 March 2027`."""
    return f"{day.day} {day:%B %Y}"


def reminder_words(days_left: int, title: str) -> str:
    """What a reminder says first."""
    if days_left < 0:
        late = "yesterday" if days_left == -1 else f"{-days_left} days ago"
        return f"{title} was to be gone {late}."
    if days_left == 0:
        return f"{title} goes today."
    return f"{title} goes in {'a day' if days_left == 1 else f'{days_left} days'}."
