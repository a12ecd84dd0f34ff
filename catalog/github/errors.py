"""GitHub's ways to say no, as our errors: which host, about what, and what a person can do. Never the token."""

from typing import Final

from callboard.errors import (
    AuthenticationError,
    CallboardError,
    NotAllowedError,
    NotFoundError,
    ServiceUnavailableError,
)

DEFAULT_WAIT: Final = 60.0
"""Seconds that GitHub asks to wait after a secondary limit that names no time."""


class RateLimitError(ServiceUnavailableError):
    """GitHub's rate limit is used up; `retry_after` is the number of seconds until it makes sense to go on."""

    def __init__(self, message: str, *, retry_after: float = DEFAULT_WAIT) -> None:
        self.retry_after = max(1.0, retry_after)
        super().__init__(message, hint=f"It goes on in {_in_words(self.retry_after)}.")


class SlowError(ServiceUnavailableError):
    """GitHub didn't finish the answer in time; a smaller question may work."""


class UnreachableError(ServiceUnavailableError):
    """There is no connection to GitHub."""


class NotJsonError(ServiceUnavailableError):
    """Something between us and GitHub answered with a web page."""


class BadTokenError(AuthenticationError):
    """GitHub doesn't accept the token."""


class ForbiddenError(NotAllowedError):
    """GitHub doesn't let this token do that."""


class GithubNotFoundError(NotFoundError):
    """GitHub has nothing there, or doesn't show it to this token."""


class RefusedError(CallboardError):
    """GitHub refuses the request as it stands."""


class IncompleteListingError(ServiceUnavailableError):
    """Some repositories couldn't be listed; what they brought in stays."""


def _in_words(seconds: float) -> str:
    if seconds < 120:
        return f"{round(seconds)} seconds"
    return f"{round(seconds / 60)} minutes" if seconds < 7200 else f"{round(seconds / 3600)} hours"
