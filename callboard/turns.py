"""People go first: work in the background makes way while somebody waits for an answer of this process.

Python runs one thread at a time. A thread that reads a catalog takes its turn whenever one that answers pauses for
the database, twenty times an answer; so it asks here, at places where it holds no lock.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LOOK: Final = 0.002
_LONGEST: Final = 0.1
_present = 0
_lock = threading.Lock()
_here = threading.local()


@contextmanager
def first() -> Iterator[None]:
    """Somebody waits for what is done inside."""
    global _present  # noqa: PLW0603 - one count for the process, as there is one interpreter
    with _lock:
        _present += 1
    _here.goes_first = True
    try:
        yield
    finally:
        _here.goes_first = False
        with _lock:
            _present -= 1


def give_way(*, least: float = 0.0) -> None:
    """Return once nobody waits, after `least` seconds at the earliest, after a tenth of one at the latest.

    However many ask, what is in the background goes on. What somebody waits for himself, such as a file that is to be
    read now, makes way for nobody.
    """
    if getattr(_here, "goes_first", False):
        return
    if least:
        time.sleep(least)
    ends = time.monotonic() + _LONGEST
    while _present and time.monotonic() < ends:
        time.sleep(_LOOK)
