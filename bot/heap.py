"""What the process asks of the memory it gets from the system."""

import ctypes
import gc
from typing import Final

_M_ARENA_MAX: Final = -8
"""Of mallopt(3)."""


def share_arenas() -> None:
    """Let all threads take memory from two places. By default each of a hundred threads may keep free pieces of its
    own, so that a busy process grows for hours without holding more. Only glibc knows of it; to be called before
    there are threads.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


def settle() -> None:
    """Let the garbage collector pass over what a start leaves for good: to go through the names of 10,000 entities
    takes it 150 ms, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()
