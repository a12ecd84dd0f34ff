"""Hours, dates and reminders: pure functions, table by table."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.config.notifications import Notifications, parse_hours, parse_zone
from notifications.hours import Hours, hours_of
from notifications.pace import Pace
from notifications.reminders import due_reminder, next_look, parse_end_of_life

LONDON = ZoneInfo("Europe/London")
WEEK = frozenset(range(5))


def at(text: str, zone: ZoneInfo = LONDON) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("moment", "decent"),
    [
        ("2027-01-11T10:00", "2027-01-11T10:00"),
        ("2027-01-11T20:00", "2027-01-12T08:00"),
        ("2027-01-12T03:00", "2027-01-12T08:00"),
        ("2027-01-15T21:00", "2027-01-18T08:00"),
        ("2027-01-16T12:00", "2027-01-18T08:00"),
        ("2027-03-27T21:00", "2027-03-29T08:00"),  # the clocks go forward in between
        ("2027-10-30T21:00", "2027-11-01T08:00"),  # and back
    ],
)
def test_the_next_decent_moment_is_in_the_readers_own_time(moment: str, decent: str) -> None:
    hours = Hours(LONDON, parse_hours("20:00-08:00"), WEEK)
    assert hours.next_decent(at(moment)) == at(decent)


def test_an_hour_that_the_clock_skips_becomes_the_one_after_it() -> None:
    hours = Hours(LONDON, parse_hours("22:00-01:30"), frozenset(range(7)))
    found = hours.next_decent(at("2027-03-28T00:30"))  # 01:30 doesn't exist on that day
    assert datetime.fromtimestamp(found, LONDON).hour == 2


@given(
    moment=st.integers(min_value=1_700_000_000, max_value=2_000_000_000),
    start=st.times(),
    end=st.times(),
    days=st.frozensets(st.integers(min_value=0, max_value=6), min_size=1),
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Europe/London"]),
)
def test_any_hours_have_a_decent_moment_within_nine_days(
    moment: int, start: time, end: time, days: frozenset[int], zone: str
) -> None:
    quiet = (start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))
    hours = Hours(ZoneInfo(zone), quiet if quiet[0] != quiet[1] else None, days)
    found = hours.next_decent(float(moment))
    assert moment <= found <= moment + 9 * 86_400
    assert hours.is_decent(found) or found == moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03-31", date(2027, 3, 31)),
        (" 2027-03-31T00:00:00Z ", date(2027, 3, 31)),
        ("2027-02", date(2027, 2, 28)),
        ("2027-Q1", date(2027, 3, 31)),
        ("2027q4", date(2027, 12, 31)),
    ],
)
def test_an_end_of_life_is_the_last_day_of_what_it_names(text: str, day: date) -> None:
    assert parse_end_of_life(text).day == day


@pytest.mark.parametrize("text", ["", "soon", "31.3.2027", "2027-02-30", "2027-13", "0000-01-01", "2027-Q5"])
def test_an_end_of_life_that_is_no_date_says_how_to_write_one(text: str) -> None:
    found = parse_end_of_life(text)
    assert found.day is None
    assert found.problem


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_a_problem(text: str) -> None:
    found = parse_end_of_life(text)
    assert (found.day is None) == (found.problem is not None)


@pytest.mark.parametrize(
    ("left", "said", "due"),
    [
        (60, None, None), (30, None, 30), (29, 30, None), (14, 30, 14), (5, 30, 7), (7, 7, None), (1, 7, 1),
        (0, 7, 1), (0, 1, None), (-1, 1, -1), (-5, -1, None), (-8, -1, -8), (-40, None, -36),
    ],
)  # fmt: skip
def test_a_reminder_is_due_once_for_each_mark(left: int, said: int | None, due: int | None) -> None:
    end = date(2027, 3, 31)
    today = date.fromordinal(end.toordinal() - left)
    assert due_reminder(end, today, [30, 14, 7, 1], said) == due


@pytest.mark.parametrize(
    ("now", "look"),
    [
        ("2027-01-01T12:00", "2027-03-01T00:00"),
        ("2027-03-01T00:00", "2027-03-17T00:00"),
        ("2027-03-30T10:00", "2027-04-01T00:00"),
        ("2027-04-01T00:00", "2027-04-08T00:00"),
        ("2027-04-09T12:00", "2027-04-15T00:00"),
    ],
)
def test_the_next_look_is_the_start_of_the_next_mark(now: str, look: str) -> None:
    assert next_look(date(2027, 3, 31), at(now), [30, 14, 7, 1], LONDON) == at(look)


def test_a_persons_own_hours_and_zone_win_over_the_defaults() -> None:
    chosen = {"quiet": "", "days": ["sun"], "zone": "Asia/Tokyo"}
    hours = hours_of(Notifications(), chosen, "Europe/London")
    assert (hours.zone.key, hours.quiet, set(hours.days)) == ("Asia/Tokyo", None, {6})
    assert hours_of(Notifications(), {}, "Nowhere/Here").zone.key == "UTC"


@pytest.mark.parametrize("text", ["8-20", "25:00-08:00", "20:00-20:00", "20:61-08:00", "nights"])
def test_hours_that_are_none_are_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"write"):
        parse_hours(text)


def test_a_misspelt_zone_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="Europe/London"):
        parse_zone("Europe/Londn")


def test_the_pace_lets_one_message_a_second_into_a_channel_and_holds_the_budget() -> None:
    clock = [100.0]
    pace = Pace(per_minute=60, burst=2, clock=lambda: clock[0])
    assert pace.wait_for("a") == 0
    assert pace.wait_for("a") == 1
    assert pace.wait_for("b") == 0
    assert pace.wait_for("c") > 0
    clock[0] += 1
    assert pace.wait_for("c") == 0
