"""A lock that serves those who wait in the order they came, people before the background."""

import threading
from collections import deque
from types import TracebackType
from typing import Final

from callboard import turns

_IN_A_ROW: Final = 4
"""People who are served one after the other while somebody in the background waits."""


class FairLock:
    """SQLite has one writer and lets a newcomer overtake; this keeps a long ingestion from starving the rest."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._people = deque[threading.Event]()
        self._others = deque[threading.Event]()
        self._held = False
        self._in_a_row = 0

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            (self._people if turns.is_first() else self._others).append(turn)
        turn.wait()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._guard:
            if turn := self._next():
                turn.set()  # the lock passes on without being free in between
            else:
                self._held = False

    def _next(self) -> threading.Event | None:
        if self._people and not (self._others and self._in_a_row >= _IN_A_ROW):
            self._in_a_row += 1
            return self._people.popleft()
        self._in_a_row = 0
        return self._others.popleft() if self._others else None
