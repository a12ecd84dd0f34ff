"""People go first: work in the background makes way while somebody waits for an answer of this process.

Python runs one thread at a time. A thread that reads a catalog takes its turn whenever one that answers pauses for
the database, twenty times an answer; so it asks here, between two of its transactions.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_LOOK: Final = 0.002
_LONGEST: Final = 0.1
"""Seconds: between two looks whether somebody still waits, and that the background makes way for at most."""
_present = 0
_is_first: ContextVar[bool] = ContextVar("is_first", default=False)
_lock = threading.Lock()


@contextmanager
def first() -> Iterator[None]:
    """Somebody waits for what is done inside, which must not itself wait for the background."""
    global _present  # noqa: PLW0603 - one count for the process, as there is one interpreter
    with _lock:
        _present += 1
    before = _is_first.set(True)
    try:
        yield
    finally:
        _is_first.reset(before)
        with _lock:
            _present -= 1


def is_first() -> bool:
    """Whether the thread that asks does what somebody waits for."""
    return _is_first.get()


def give_way(*, least: float) -> None:
    """Return once nobody waits, after `least` seconds at the earliest, after a tenth of one at the latest.

    However many ask, what is in the background goes on.
    """
    time.sleep(least)
    ends = time.monotonic() + _LONGEST
    while _present and time.monotonic() < ends:
        time.sleep(_LOOK)
