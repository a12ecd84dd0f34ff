"""Slack's budget for posting: one message a second in a channel, and a share of what the workspace allows."""

import threading
import time
from collections.abc import Callable

_PER_CHANNEL = 1.0


class Pace:
    """For one process. `wait_for` takes a turn and says 0, or says how long to wait without taking one."""

    def __init__(
        self, *, per_minute: float = 120.0, burst: float = 20.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_minute / 60
        self._burst = burst
        self._tokens = burst
        self._clock = clock
        self._counted_at = clock()
        self._last: dict[str, float] = {}
        self._guard = threading.Lock()

    def wait_for(self, channel: str) -> float:
        with self._guard:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._counted_at) * self._per_second)
            self._counted_at = now
            wait = max(self._last.get(channel, -_PER_CHANNEL) + _PER_CHANNEL - now, 0.0)
            if self._tokens < 1:
                wait = max(wait, (1 - self._tokens) / self._per_second)
            if wait <= 0:
                self._tokens -= 1
                self._last[channel] = now
                if len(self._last) > 1_000:
                    self._last = {c: t for c, t in self._last.items() if now - t < _PER_CHANNEL}
            return wait
