"""Workers: what they do with a handler's outcome, and with a task whose worker is gone."""

import threading

import pytest
from sqlalchemy import select, update

from callboard.db import Database
from callboard.errors import InputError, ServiceUnavailableError
from catalog.github.errors import RateLimitError
from jobs.queue import MAX_ATTEMPTS, NotOursError, Queue, Task
from jobs.tables import tasks
from jobs.worker import Handler, Worker


def enqueue(database: Database, queue: Queue, kind: str = "work") -> None:
    with database.write() as connection:
        queue.enqueue(connection, "q", kind, {})


def states(database: Database) -> list[tuple[str, str | None]]:
    with database.read() as connection:
        return [(row.state, row.error) for row in connection.execute(select(tasks).order_by(tasks.c.id))]


def worker(database: Database, handler: Handler) -> Worker:
    return Worker(Queue(database), {"work": handler}, queues=["q"])


def failing(error: Exception) -> Handler:
    def handle(_task: Task) -> None:
        raise error

    return handle


OUTCOMES: list[tuple[Handler, str, str | None]] = [
    (lambda _task: None, "done", None),
    (failing(InputError("wrong for good")), "failed", "wrong for good"),
    (failing(ServiceUnavailableError("away")), "pending", "away"),
    (failing(KeyError("bug")), "pending", "'bug'"),
]


@pytest.mark.parametrize(("handler", "state", "error"), OUTCOMES)
def test_an_outcome_decides_what_becomes_of_the_task(
    database: Database, handler: Handler, state: str, error: str | None
) -> None:
    enqueue(database, Queue(database))
    assert worker(database, handler).run_one()
    assert [(state, error)] == states(database)


def test_nothing_due_is_nothing_done(database: Database) -> None:
    assert not worker(database, lambda _task: None).run_one()


def test_a_task_of_an_unknown_kind_fails_for_good(database: Database) -> None:
    enqueue(database, Queue(database), "unheard-of")
    worker(database, lambda _task: None).run_one()
    assert states(database) == [("failed", "no handler for unheard-of")]


def test_a_task_is_given_up_after_its_last_attempt(database: Database) -> None:
    enqueue(database, Queue(database))
    with database.write() as connection:
        connection.execute(update(tasks).values(attempt=MAX_ATTEMPTS - 1))
    worker(database, failing(ServiceUnavailableError("away"))).run_one()
    assert states(database) == [("failed", "away")]


def test_a_task_of_a_killed_worker_is_run_by_another(database: Database) -> None:
    queue = Queue(database, lease=0.2)
    enqueue(database, queue)
    assert queue.claim(["q"], "killed") is not None
    done = threading.Event()
    heir = Worker(queue, {"work": lambda _task: done.set()}, queues=["q"], threads=1)
    heir.start()
    assert done.wait(timeout=20)
    heir.stop()
    assert states(database) == [("done", None)]


def test_a_long_task_keeps_its_lease_while_its_worker_lives(database: Database) -> None:
    queue = Queue(database, lease=1.5)
    enqueue(database, queue)
    began, release, runs = threading.Event(), threading.Event(), list[int]()

    def handle(task: Task) -> None:
        runs.append(task.attempt)
        began.set()
        release.wait(timeout=20)

    both = [Worker(queue, {"work": handle}, queues=["q"], threads=1) for _number in range(2)]
    for one in both:
        one.start()
    assert began.wait(timeout=20)
    assert not release.wait(timeout=3.0), "twice the lease goes by"
    release.set()
    for one in both:
        one.stop()
    assert runs == [1]
    assert states(database) == [("done", None)]


def test_who_asks_to_wait_is_waited_for(database: Database) -> None:
    queue = Queue(database)
    enqueue(database, queue)
    worker(database, failing(RateLimitError("used up", retry_after=900.0))).run_one()
    with database.read() as connection:
        due = connection.execute(select(tasks.c.due)).scalar_one() - database.now(connection)
    assert 890 < due <= 900
    assert states(database) == [("pending", "used up")]


def test_what_is_written_after_a_task_was_taken_over_is_refused(database: Database) -> None:
    queue, refused = Queue(database), list[type[Exception]]()
    enqueue(database, queue)

    def freeze(task: Task) -> None:
        with database.write() as connection:
            queue.enqueue(connection, "other", "before", {})
        threading.Thread(target=take_over, args=[task]).start()
        assert taken.wait(timeout=20)
        try:
            with database.write() as connection:
                queue.enqueue(connection, "other", "late", {})
        except NotOursError as error:
            refused.append(type(error))
            raise

    taken = threading.Event()

    def take_over(task: Task) -> None:
        with database.write() as connection:
            connection.execute(update(tasks).where(tasks.c.id == task.id).values(due=0.0))
        assert queue.claim(["q"], "heir") is not None
        taken.set()

    assert worker(database, freeze).run_one()
    assert refused == [NotOursError]
    with database.read() as connection:
        assert list(connection.execute(select(tasks.c.kind).order_by(tasks.c.id)).scalars()) == ["work", "before"]
        assert connection.execute(select(tasks.c.owner).where(tasks.c.kind == "work")).scalar_one() == "heir"


def test_a_task_that_overruns_its_timeout_is_given_up_and_the_next_may_come(database: Database) -> None:
    queue = Queue(database, lease=0.3)
    with database.write() as connection:
        queue.enqueue(connection, "q", "work", {"timeout": 0.1}, dedup="once")
    given_up, ended, outcome = threading.Event(), threading.Event(), list[str]()

    def handle(task: Task) -> None:
        if task.attempt and not outcome:
            outcome.append("began")
            assert given_up.wait(timeout=20)
            try:
                with database.write() as connection:
                    queue.enqueue(connection, "other", "late", {})
            except NotOursError:
                outcome.append("refused")
            ended.set()

    pool = Worker(queue, {"work": handle}, queues=["q"], threads=1, gave_up=lambda _task: given_up.set())
    pool.start()
    assert ended.wait(timeout=20)
    assert outcome == ["began", "refused"]
    assert states(database) == [("failed", "It didn't end within 0.1 seconds and was given up.")]
    with database.write() as connection:
        assert queue.enqueue(connection, "q", "work", {"timeout": 60}, dedup="once")
    pool.stop()
