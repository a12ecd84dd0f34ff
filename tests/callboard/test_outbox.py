"""Change events: in order, each consumer at its own pace, exactly once."""

import threading
from collections.abc import Sequence

import pytest

from callboard import outbox
from callboard.db import Database, UnitOfWork
from callboard.outbox import Event, Pump, append, feed, history


class Recorder:
    """Notes what it is given; fails as often as it is told."""

    def __init__(self, name: str = "recorder", failures: int = 0) -> None:
        self.name = name
        self.failures = failures
        self.seen: list[str] = []

    def consume(self, uow: UnitOfWork, batch: Sequence[Event]) -> None:  # noqa: ARG002 - the port's signature
        if self.failures:
            self.failures -= 1
            raise RuntimeError
        self.seen += [e.ref for e in batch]


def write(database: Database, *refs: str) -> None:
    with database.write() as connection:
        append(database, connection, [Event("created", ref) for ref in refs])


def drain(database: Database, consumer: Recorder) -> None:
    Pump(database, [consumer]).drain()


def test_each_consumer_sees_every_event_once_and_in_order(database: Database) -> None:
    one, two = Recorder("one"), Recorder("two")
    write(database, "a", "b")
    drain(database, one)
    write(database, "c")
    drain(database, one)
    drain(database, two)
    drain(database, one)
    assert [one.seen, two.seen] == [["a", "b", "c"]] * 2


def test_a_batch_that_fails_comes_again(database: Database) -> None:
    consumer = Recorder(failures=1)
    write(database, "a")
    with pytest.raises(RuntimeError):
        feed(database, consumer)
    drain(database, consumer)
    assert consumer.seen == ["a"]


def test_an_event_of_a_rolled_back_transaction_never_was(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            append(database, connection, [Event("created", "a")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    consumer = Recorder()
    assert not feed(database, consumer)
    assert consumer.seen == []


def test_replicas_that_consume_at_once_share_without_doubles(database: Database) -> None:
    write(database, *(f"r{n}" for n in range(1_200)))
    both = [Recorder("shared"), Recorder("shared")]
    threads = [threading.Thread(target=drain, args=[database, one]) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    seen = both[0].seen + both[1].seen
    assert 1_200 == len(seen) == len(set(seen))


def test_writers_at_once_lose_no_event_for_a_consumer_in_between(database: Database) -> None:
    consumer = Recorder()

    def write_many(number: int) -> None:
        for i in range(20):
            write(database, f"{number}-{i}")

    threads = [threading.Thread(target=write_many, args=[n]) for n in range(3)]
    for thread in threads:
        thread.start()
    while any(t.is_alive() for t in threads):
        drain(database, consumer)
    drain(database, consumer)
    assert 60 == len(consumer.seen) == len(set(consumer.seen))


def test_history_is_newest_first_with_all_that_was_told(database: Database) -> None:
    with database.write() as connection:
        told = [
            Event("created", "a", "file:/x"),
            Event("updated", "a", "file:/x", "user:default/me", {"fields": {"spec.owner": ["b", "c"]}}),
            Event("created", "b"),
        ]
        append(database, connection, told)
    with database.read() as connection:
        newest, oldest = history(connection, "a")
        latest = outbox.latest_id(connection)
        assert outbox.refs_since(connection, newest.id) == ["b"]
    assert (
        newest.type, newest.actor, newest.body["fields"]
    ) == ("updated", "user:default/me", {"spec.owner": ["b", "c"]})  # fmt: skip
    assert (oldest.type, oldest.source, oldest.actor) == ("created", "file:/x", None)
    assert latest > newest.id > oldest.id


def test_a_pump_feeds_when_poked_and_outlives_a_failing_consumer(database: Database) -> None:
    done = threading.Event()

    class Signal(Recorder):
        def consume(self, uow: UnitOfWork, batch: Sequence[Event]) -> None:
            super().consume(uow, batch)
            done.set()

    bad, good = Recorder("bad", failures=1_000), Signal("good")
    pump = Pump(database, [bad, good], beat=60.0)
    pump.start()
    write(database, "a")
    pump.poke()
    assert done.wait(timeout=20)
    pump.stop()
    assert good.seen == ["a"]
