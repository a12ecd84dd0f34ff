"""The work queue on both databases: leases, takeover, dedup, order."""

import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from callboard.db import Database
from jobs.queue import Queue, Task
from jobs.tables import tasks

ALL = ["q"]


def put(queue: Queue, database: Database, kind: str = "work", **options: Any) -> bool:
    with database.write() as connection:
        return queue.enqueue(connection, "q", kind, {"n": 1}, **options)


def claimed(queue: Queue, worker: str) -> Task:
    task = queue.claim(ALL, worker)
    assert task is not None
    return task


def state_of(database: Database, task: Task) -> Any:
    with database.read() as connection:
        return connection.execute(select(tasks).where(tasks.c.id == task.id)).one()


def lose_lease(database: Database, task: Task) -> None:
    """As when the worker was killed and its lease ran out."""
    with database.write() as connection:
        connection.execute(update(tasks).where(tasks.c.id == task.id).values(due=0.0))


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


def test_a_task_goes_to_one_worker(queue: Queue, database: Database) -> None:
    put(queue, database)
    task = claimed(queue, "a")
    assert (task.queue, task.kind, task.spec, task.attempt) == ("q", "work", {"n": 1}, 1)
    assert queue.claim(ALL, "b") is None


def test_workers_that_claim_at_once_share_without_doubles(queue: Queue, database: Database) -> None:
    for _number in range(40):
        put(queue, database)
    got: list[int] = []

    def work(name: str) -> None:
        while (task := queue.claim(ALL, name)) is not None:
            got.append(task.id)
            queue.finish(task, name)

    threads = [threading.Thread(target=work, args=[f"w{n}"]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert 40 == len(got) == len(set(got))


def test_a_killed_worker_s_task_is_taken_over_and_it_can_t_write_any_more(queue: Queue, database: Database) -> None:
    put(queue, database)
    first = claimed(queue, "killed")
    lose_lease(database, first)
    second = claimed(queue, "heir")
    assert (first.id, 2) == (second.id, second.attempt)
    assert not queue.finish(first, "killed")
    assert not queue.heartbeat(first, "killed")
    assert not queue.fail(first, "killed", "late", retry_in=1.0)
    assert queue.finish(second, "heir")
    assert state_of(database, second).state == "done"


def test_a_heartbeat_pushes_the_lease_on(queue: Queue, database: Database) -> None:
    put(queue, database)
    task = claimed(queue, "a")
    before = state_of(database, task).due
    assert queue.heartbeat(task, "a")
    assert state_of(database, task).due >= before


def test_the_longest_waiting_task_comes_first_and_delayed_ones_later(queue: Queue, database: Database) -> None:
    put(queue, database, "later", delay=60.0)
    put(queue, database, "first")
    put(queue, database, "second")
    assert [claimed(queue, "a").kind, claimed(queue, "a").kind] == ["first", "second"]
    assert queue.claim(ALL, "a") is None


def test_a_dedup_key_is_free_again_when_its_task_ended(queue: Queue, database: Database) -> None:
    assert put(queue, database, dedup="once")
    assert not put(queue, database, dedup="once")
    task = claimed(queue, "a")
    assert not put(queue, database, dedup="once")
    queue.finish(task, "a")
    assert put(queue, database, dedup="once")


@pytest.mark.parametrize(("retry_in", "state"), [(0.0, "pending"), (None, "failed")])
def test_a_failed_task_is_tried_again_or_not(queue: Queue, database: Database, retry_in: float, state: str) -> None:
    put(queue, database)
    task = claimed(queue, "a")
    assert queue.fail(task, "a", "no luck", retry_in=retry_in)
    row = state_of(database, task)
    assert (state, "no luck") == (row.state, row.error)
    again = queue.claim(ALL, "b")
    assert (2 if retry_in is not None else None) == (again.attempt if again else None)


def test_a_rolled_back_transaction_enqueues_nothing(queue: Queue, database: Database) -> None:
    def fail_after_enqueueing() -> None:
        with database.write() as connection:
            queue.enqueue(connection, "q", "work", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_enqueueing()
    assert queue.claim(ALL, "a") is None


def test_only_waiting_tasks_can_be_cancelled(queue: Queue, database: Database) -> None:
    put(queue, database, dedup="once")
    task = claimed(queue, "a")
    with database.write() as connection:
        assert not queue.cancel(connection, task.id)
    queue.fail(task, "a", "x", retry_in=60.0)
    with database.write() as connection:
        assert queue.cancel(connection, task.id)
    assert state_of(database, task).state == "cancelled"
    assert put(queue, database, dedup="once")


def test_tasks_that_ended_long_ago_are_forgotten(queue: Queue, database: Database) -> None:
    for _number in range(2):
        put(queue, database)
    old, new = claimed(queue, "a"), claimed(queue, "a")
    queue.finish(old, "a")
    queue.finish(new, "a")
    with database.write() as connection:
        connection.execute(update(tasks).where(tasks.c.id == old.id).values(finished_at=1.0))
    assert queue.prune() == 1
    with database.read() as connection:
        assert [new.id] == list(connection.execute(select(tasks.c.id)).scalars())
