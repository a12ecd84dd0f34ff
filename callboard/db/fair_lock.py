"""A lock that serves those who wait in the order they came."""

import threading
from collections import deque
from types import TracebackType


class FairLock:
    """SQLite has one writer and lets a newcomer overtake; this keeps a long ingestion from starving the rest."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()  # the lock passes on without being free in between
            else:
                self._held = False
