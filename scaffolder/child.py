"""Waits for child processes without losing sight of whether their step may go on."""

import os
import signal
import subprocess
from collections.abc import Callable
from typing import Final

_POLL: Final = 0.1


def finished(
    process: "subprocess.Popen[str]", check: Callable[[], None], given: str | None = None
) -> tuple[str, str]:  # fmt: skip
    """What a process that leads its own group wrote to its two outputs.

    When `check` raises, the whole group is killed first.
    """
    while True:
        try:
            return process.communicate(given, timeout=_POLL)
        except subprocess.TimeoutExpired:
            given = None
            try:
                check()
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                raise
