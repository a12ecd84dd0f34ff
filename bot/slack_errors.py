"""Slack's error codes, mapped once to errors of ours."""

from typing import Final

from slack_sdk.errors import SlackApiError

from callboard.errors import (
    CallboardError,
    ConfigError,
    InputError,
    NotAllowedError,
    NotFoundError,
    ServiceUnavailableError,
)

_NOT_FOUND: Final = {
    "channel_not_found": "There is no channel of that name, or it is private and I am not in it.",
    "user_not_found": "Slack knows no such user.",
    "users_not_found": "Slack knows no user with that address.",
    "message_not_found": "That message is gone.",
    "view_not_found": "That window was closed.",
}
_NOT_ALLOWED: Final = {
    "not_in_channel": "I am not in that channel; invite me with `/invite @callboard`.",
    "is_archived": "That channel is archived.",
    "restricted_action": "An admin doesn't let apps post there.",
    "missing_scope": "The app lacks a permission; compare its scopes with `callboard manifest`.",
}
_AUTH: Final = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
_TOO_LATE: Final = frozenset({"expired_trigger_id", "trigger_expired"})
_AWAY: Final = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})


class SlackBusyError(ServiceUnavailableError):
    """Slack asks us to wait; `retry_after` is in seconds; `may_have_happened`: no answer, or an odd one."""

    def __init__(self, message: str, *, retry_after: float = 1.0, may_have_happened: bool = True) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.may_have_happened = may_have_happened


class TooLateError(CallboardError):
    """A window can only be opened within three seconds of the click or command that asks for it."""

    def __init__(self) -> None:
        message = "That took me longer than the three seconds in which Slack lets me open a window."
        super().__init__(message, hint="Please try once more.")


def was_refused(error: SlackApiError) -> bool:
    """Slack didn't look at the call, because there were too many."""
    return error.response.get("error") == "ratelimited" or getattr(error.response, "status_code", 200) == 429


def retry_after(error: SlackApiError) -> float:
    """The seconds that Slack asks us to wait; 1 where it names none."""
    headers = error.response.headers
    return float(headers.get("Retry-After") or headers.get("retry-after") or "1")


def translate(error: SlackApiError) -> CallboardError:
    """Our error for one of Slack's; an unknown code is a defect and stays visible as such."""
    code = str(error.response.get("error", ""))
    if code in _AWAY or getattr(error.response, "status_code", 200) in {429, 500, 502, 503, 504}:
        return SlackBusyError(
            f"Slack doesn't take that right now ({code}).",
            retry_after=retry_after(error),
            may_have_happened=not was_refused(error),
        )
    if code in _TOO_LATE:
        return TooLateError()
    if code in _NOT_FOUND:
        return NotFoundError(_NOT_FOUND[code])
    if code in _NOT_ALLOWED:
        return NotAllowedError(_NOT_ALLOWED[code])
    if code in _AUTH:
        return ConfigError([f"slack.botToken: Slack refuses it ({code})"])
    messages = error.response.get("response_metadata", {}).get("messages") or []
    return InputError(f"Slack refused what we sent ({code}). {' '.join(messages)}".strip())
