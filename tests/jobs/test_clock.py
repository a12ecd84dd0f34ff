"""Schedules: each slot once, however many clocks look at it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from callboard.db import Database
from callboard.durations import Schedule
from jobs.clock import Clock, enqueue_run, next_slot
from jobs.queue import Queue
from jobs.tables import schedules, tasks

HOURLY = Schedule(timedelta(hours=1), None, timedelta(minutes=1))


def clock(database: Database, schedule: Schedule = HOURLY) -> Clock:
    made = Clock(database, Queue(database))
    made.add("tidy", schedule, queue="q", kind="tidy")
    return made


def enqueued(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(tasks)).scalar_one())


def finish_all(database: Database) -> None:
    queue = Queue(database)
    while (task := queue.claim(["q"], "w")) is not None:
        queue.finish(task, "w")


def make_due(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(schedules).values(next_run=1.0))


def test_a_new_schedule_is_due_at_once_and_then_an_interval_later(database: Database) -> None:
    made = clock(database)
    assert made.tick("tidy")
    assert not made.tick("tidy")
    assert enqueued(database) == 1


def test_an_initial_delay_puts_the_first_run_off(database: Database) -> None:
    later = Schedule(timedelta(hours=1), None, timedelta(minutes=1), initial_delay=timedelta(minutes=5))
    assert not clock(database, later).tick("tidy")


def test_two_clocks_run_each_slot_once(database: Database) -> None:
    both = [clock(database), clock(database)]
    for slot in range(1, 6):
        make_due(database)
        gate, taken = threading.Barrier(2), list[bool]()

        def look(one: Clock, gate: threading.Barrier = gate, taken: list[bool] = taken) -> None:
            gate.wait(timeout=10)
            taken.append(one.tick("tidy"))

        threads = [threading.Thread(target=look, args=[one]) for one in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        assert sorted(taken) == [False, True]
        finish_all(database)
        assert slot == enqueued(database)


def test_a_run_that_still_waits_is_not_enqueued_again(database: Database) -> None:
    made = clock(database)
    made.tick("tidy")
    make_due(database)
    assert made.tick("tidy")
    assert enqueued(database) == 1


def test_a_run_may_be_asked_for_between_slots(database: Database) -> None:
    manual, queue = Schedule(None, None, timedelta(minutes=1)), Queue(database)
    clock(database, manual)
    with database.write() as connection:
        assert enqueue_run(queue, connection, "tidy", manual, queue="q", kind="tidy")
        assert not enqueue_run(queue, connection, "tidy", manual, queue="q", kind="tidy")
    assert enqueued(database) == 1


def test_a_shorter_interval_takes_effect_at_the_next_start(database: Database) -> None:
    clock(database, Schedule(timedelta(days=30), None, timedelta(minutes=1))).tick("tidy")
    assert clock(database).tick("tidy")


EVERY = [HOURLY, Schedule(None, "*/20 * * * *", timedelta(minutes=1))]


@pytest.mark.parametrize("schedule", EVERY)
def test_a_clock_that_went_ahead_delays_no_run_for_longer_than_the_schedule(
    database: Database, schedule: Schedule
) -> None:
    made = clock(database, schedule)
    with database.write() as connection:
        ahead = database.now(connection) + 3 * 3600
        connection.execute(update(schedules).values(next_run=ahead))
    assert not made.tick("tidy")
    with database.read() as connection:
        found = connection.execute(select(schedules.c.next_run)).scalar_one()
        assert found <= database.now(connection) + 3600
    assert not made.tick("tidy")
    with database.read() as connection:
        assert connection.execute(select(schedules.c.next_run)).scalar_one() == found


NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC).timestamp()
SLOTS = [
    (HOURLY, NOW - 10, NOW + 3590),
    (HOURLY, NOW - 5 * 3600, NOW + 3600),
    (HOURLY, NOW, NOW + 3600),
    (Schedule(None, "0 * * * *", timedelta(minutes=1)), NOW, datetime(2026, 3, 4, 11, tzinfo=UTC).timestamp()),
    (Schedule(None, "0 9 * * 1", timedelta(minutes=1)), NOW, datetime(2026, 3, 9, 9, tzinfo=UTC).timestamp()),
]


@pytest.mark.parametrize(("schedule", "slot", "expected"), SLOTS)
def test_the_next_slot_lies_ahead_and_missed_ones_are_let_go(schedule: Schedule, slot: float, expected: float) -> None:
    assert expected == next_slot(schedule, slot, NOW)
