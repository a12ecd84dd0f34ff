"""What reading a source costs whoever answers us: requests, and what their budgets have left."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Quota:
    """A budget as the last answer told it."""

    limit: int
    remaining: int
    reset: int
    """Unix time, by the clock of whoever limits us."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests by kind, and budgets by name."""

    requests: Mapping[str, int] = field(default_factory=dict)
    quotas: Mapping[str, Quota] = field(default_factory=dict)


class Spent:
    """What a source has cost in this process. Counted from many threads; what was taken isn't told again."""

    def __init__(self) -> None:
        self.requests = Counter[str]()
        self.quotas: dict[str, Quota] = {}
        self._taken = Counter[str]()
        self._lock = threading.Lock()

    def count(self, kind: str) -> None:
        with self._lock:
            self.requests[kind] += 1

    def note(self, budget: str, quota: Quota) -> None:
        with self._lock:
            self.quotas[budget] = quota

    def take(self) -> Cost:
        """What it cost since the last call."""
        with self._lock:
            new = self.requests - self._taken
            self._taken = self.requests.copy()
            return Cost(dict(new), dict(self.quotas))
