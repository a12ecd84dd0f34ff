"""What the workspace says no with."""

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """A Web API refusal, under the name Slack gives it."""

    def __init__(self, code: str, *messages: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages
        self.extra = extra

    def body(self) -> Json:
        body: Json = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": list(self.messages)}
        return body


class RateLimitedError(SlackError):
    """Too many calls; the answer is HTTP 429 with Retry-After."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class CannotActError(ValueError):
    """A person of the workspace cannot do what was asked of the control API."""


class SeedError(ValueError):
    """The description of the workspace doesn't hold together."""
