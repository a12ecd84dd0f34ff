"""Whose turn it is to write."""

import threading
from contextlib import AbstractContextManager, nullcontext

from callboard import turns
from callboard.db.fair_lock import FairLock


class Queue:
    """Threads that want the lock, each known to wait before the next one comes."""

    def __init__(self) -> None:
        self.lock = FairLock()
        self.served: list[str] = []
        self._threads: list[threading.Thread] = []

    def come(self, *names: str) -> None:
        for name in names:
            began = threading.Event()
            self._threads.append(threading.Thread(target=self._want, args=(name, began)))
            self._threads[-1].start()
            began.wait()
            while self._threads[-1].is_alive() and not self._waits(len(self._threads)):
                pass

    def _waits(self, count: int) -> bool:
        return len(self.lock._people) + len(self.lock._others) == count

    def _want(self, name: str, began: threading.Event) -> None:
        place: AbstractContextManager[None] = turns.first() if name.startswith("person") else nullcontext()
        with place:
            began.set()
            with self.lock:
                self.served.append(name)

    def end(self) -> list[str]:
        for thread in self._threads:
            thread.join(10)
        return self.served


def test_whoever_came_first_is_served_first() -> None:
    queue = Queue()
    with queue.lock:
        queue.come("a", "b", "c")
    assert queue.end() == ["a", "b", "c"]


def test_people_go_before_the_background_but_never_more_than_a_few_in_a_row() -> None:
    queue = Queue()
    with queue.lock:
        queue.come("a", "b", *(f"person {n}" for n in range(6)))
    assert queue.end() == ["person 0", "person 1", "person 2", "person 3", "a", "person 4", "person 5", "b"]
