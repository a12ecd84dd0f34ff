"""One budget per Web API method and workspace, shared by everything in a process that calls Slack.

Slack counts calls a minute by method and says how long to wait when there were too many (slack-platform: rate tiers).
`chat.update` is always paced, because runs and notices alone could use it up. The other methods may go as fast as
people click until Slack refuses one; from then on, for a while, that method keeps to its tier.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack_errors import SlackBusyError, retry_after, was_refused

_TIER_2, _TIER_3, _TIER_4, _POSTING = 20.0, 45.0, 95.0, 240.0
_PER_MINUTE: Final[Mapping[str, float]] = {
    "chat.postMessage": _POSTING,
    "conversations.list": _TIER_2, "users.list": _TIER_2,
    "chat.update": _TIER_3, "chat.unfurl": _TIER_3, "users.lookupByEmail": _TIER_3, "conversations.history": _TIER_3,
    "conversations.replies": _TIER_3, "conversations.open": _TIER_3, "conversations.info": _TIER_3,
}  # fmt: skip
_ALWAYS: Final = frozenset({"chat.update"})
_BURST_SECONDS: Final = 20.0
"""How much of its minute a method may spend at once."""
_REMEMBERED: Final = 600.0
"""Seconds that a refusal keeps its method to its tier."""
_PATIENCE: Final[Mapping[str, float]] = {"chat.update": 0.0, "views.open": 2.0, "views.push": 2.0}
"""Seconds that a call waits for its turn: an update is tried again by who wants it, a trigger expires."""
_USUAL_PATIENCE: Final = 20.0


@dataclass(slots=True)
class MethodBudget:
    """So many calls a minute, some of them at once; nothing at all while Slack asks us to wait."""

    per_minute: float
    burst: float
    tokens: float
    counted_at: float = 0.0
    held_until: float = 0.0
    refused_at: float = -_REMEMBERED

    def wait(self, now: float, *, always: bool) -> float:
        """Seconds until the next call may go; 0 takes the turn."""
        self.tokens = min(self.burst, self.tokens + (now - self.counted_at) * self.per_minute / 60)
        self.counted_at = now
        if now < self.held_until:
            return self.held_until - now
        is_paced = always or now - self.refused_at < _REMEMBERED
        if is_paced and self.tokens < 1:
            return (1 - self.tokens) * 60 / self.per_minute
        self.tokens = max(0.0, self.tokens - 1)
        return 0.0


@dataclass(slots=True)
class Budgets:
    """The budgets of one workspace; safe to use from many threads."""

    clock: Callable[[], float] = time.monotonic
    rates: Mapping[str, float] = field(default_factory=lambda: _PER_MINUTE)
    _methods: dict[str, MethodBudget] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, method: str) -> float:
        """0 when a call of the method may go now, which is counted; else the seconds to wait."""
        with self._guard:
            return self._of(method).wait(self.clock(), always=method in _ALWAYS)

    def refused(self, method: str, seconds: float) -> None:
        """Slack wants no call of the method for so long."""
        with self._guard:
            budget, now = self._of(method), self.clock()
            budget.held_until, budget.refused_at, budget.tokens = now + seconds, now, 0.0

    def left(self, method: str) -> float:
        """How many calls could go at once; 0 while Slack asks us to wait."""
        with self._guard:
            budget, now = self._of(method), self.clock()
            grown = budget.tokens + (now - budget.counted_at) * budget.per_minute / 60
            return 0.0 if now < budget.held_until else min(budget.burst, grown)

    def waits(self) -> dict[str, float]:
        """The methods that Slack has stopped, and for how many more seconds."""
        with self._guard:
            now = self.clock()
            return {name: b.held_until - now for name, b in self._methods.items() if b.held_until > now}

    def _of(self, method: str) -> MethodBudget:
        if method not in self._methods:
            rate = self.rates.get(method, _TIER_4)
            burst = max(1.0, rate * _BURST_SECONDS / 60)
            self._methods[method] = MethodBudget(rate, burst, burst, self.clock())
        return self._methods[method]


class BudgetedClient(WebClient):
    """A Web API client whose calls wait their turn, and once more where Slack refuses one.

    Raises SlackBusyError, without having called, when the turn doesn't come in time.
    """

    def __init__(
        self, *, budgets: Budgets | None = None, sleep: Callable[[float], None] = time.sleep, **options: Any
    ) -> None:
        super().__init__(**options)
        self.budgets = budgets or Budgets()
        self._sleep = sleep

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        left = self._wait(api_method, _PATIENCE.get(api_method, _USUAL_PATIENCE))
        try:
            return super().api_call(api_method, **options)
        except SlackApiError as error:
            if not was_refused(error):
                raise
            self.budgets.refused(api_method, retry_after(error))
        self._wait(api_method, left)
        try:
            return super().api_call(api_method, **options)
        except SlackApiError as error:
            if was_refused(error):
                self.budgets.refused(api_method, retry_after(error))
            raise

    def _wait(self, method: str, patience: float) -> float:
        """Wait for a turn; the patience that is left."""
        while seconds := self.budgets.take(method):
            if seconds > patience:
                message = f"Slack takes no more {method} calls for {seconds:.0f} seconds."
                raise SlackBusyError(message, retry_after=seconds, may_have_happened=False)
            self._sleep(seconds)
            patience -= seconds
        return patience
