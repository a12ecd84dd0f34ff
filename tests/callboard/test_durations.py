"""Durations and schedules as app-config writes them (conformance I10 to I14)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.durations import parse_duration, parse_schedule
from callboard.errors import FormatError

GOOD = [
    ("1d", timedelta(days=1)),
    ("30s", timedelta(seconds=30)),
    ("2 hours", timedelta(hours=2)),
    ("1.5h", timedelta(hours=1, minutes=30)),
    ("100ms", timedelta(milliseconds=100)),
    ("PT1H", timedelta(hours=1)),
    ("P1W", timedelta(weeks=1)),
    ("P1DT12H", timedelta(days=1, hours=12)),
    ({"hours": 1, "minutes": 30}, timedelta(minutes=90)),
    ({"milliseconds": 5}, timedelta(milliseconds=5)),
]


@pytest.mark.parametrize(("value", "expected"), GOOD)
def test_i10_a_duration_is_read(value: Any, expected: timedelta) -> None:
    assert expected == parse_duration(value)


def test_i10_years_and_months_are_their_average() -> None:
    assert timedelta(days=428) < parse_duration("P1Y2M3DT4H") < timedelta(days=431)


BAD = [
    ("1h30m", "is not a duration"),
    ("", "The value cannot be empty"),
    (5, "The value cannot be a plain number"),
    ("5", "The value cannot be a plain number; try adding a unit like 'ms' or 'seconds'"),
    (None, "The value cannot be empty"),
    (True, "The value cannot be true or false"),
    ([], "The value cannot be a list"),
    ({}, "Empty duration"),
    ({"hour": 1}, "Unknown part `hour` in a duration"),
    ({"hours": "x"}, "Every part of a duration is a number"),
    ("P", "is not a duration"),
    ("PT", "is not a duration"),
    ("-1h", "is not a duration"),
    ("9" * 400 + "d", "longer than"),
    ({"days": 1e300}, "longer than"),
    ({"days": -1}, "can't be negative"),
    ({"days": float("nan")}, "Every part of a duration is a number"),
]


@pytest.mark.parametrize(("value", "message"), BAD)
def test_i11_anything_else_is_refused_with_the_way_to_write_it(value: Any, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_duration(value)
    assert message in caught.value.message


@given(st.text(max_size=30) | st.dictionaries(st.text(max_size=8), st.floats() | st.text(max_size=3), max_size=3))
def test_anything_is_a_duration_or_a_format_error(value: Any) -> None:
    try:
        found = parse_duration(value)
    except FormatError:
        found = timedelta(0)
    assert found >= timedelta(0)


def test_i12_a_cron_schedule_has_all_its_parts() -> None:
    schedule = parse_schedule(
        {"frequency": {"cron": "0 * * * *"}, "timeout": "PT3M", "initialDelay": {"seconds": 15}, "scope": "local"}
    )
    assert (schedule.cron, schedule.every, schedule.scope) == ("0 * * * *", None, "local")
    assert (timedelta(minutes=3), timedelta(seconds=15)) == (schedule.timeout, schedule.initial_delay)


def test_i14_a_schedule_may_wait_to_be_asked() -> None:
    schedule = parse_schedule({"frequency": {"trigger": "manual"}, "timeout": "1m"})
    assert (schedule.every, schedule.cron) == (None, None)


BAD_SCHEDULES = [
    ({"frequency": "1h"}, "A schedule needs `timeout`"),
    ({"timeout": "1h"}, "A schedule needs `frequency`"),
    ({"frequency": {}, "timeout": "1h"}, "Empty duration"),
    ({"frequency": "0 * * * *", "timeout": "1h"}, "A cron text stands under `cron`"),
    ({"frequency": "1h", "timeout": "1h", "scope": "x"}, "is `global` or `local`, not `x`"),
    ({"frequency": {"trigger": "x"}, "timeout": "1h"}, "can only be `manual`"),
    ({"frequency": {"cron": "61 * * * *"}, "timeout": "1h"}, "cron"),
    ({"frequency": {"cron": "never"}, "timeout": "1h"}, "cron"),
    ("1h", "A schedule is an object"),
]


@pytest.mark.parametrize(("value", "message"), BAD_SCHEDULES)
def test_i13_a_schedule_that_lacks_something_is_refused(value: Any, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_schedule(value)
    assert message in caught.value.message
