"""The Slack app: its tokens, its scopes, and a way for events to come in."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from bot.doctor.check import Check
from bot.doctor.installation import clock_check
from callboard.errors import ConfigError, ServiceUnavailableError

if TYPE_CHECKING:
    from bot.runtime import Runtime

_REACH: Final = "Is `slack.apiUrl` right, and does a proxy let it through?"


def workspace(runtime: "Runtime") -> Iterator[Check]:
    from bot.chat import call
    from bot.manifest import SCOPES

    settings = runtime.config.slack
    if settings.bot_token is None:
        message = "no tokens: `callboard run` starts a local workspace"
        yield Check("slack", "warning", message, "Make an app from `callboard manifest` and set `slack.botToken`.")
        return
    client = runtime.slack_client(token=settings.bot_token.get_secret_value(), api_url=settings.api_url)
    try:
        answer = call(client.auth_test)
    except ServiceUnavailableError as error:
        yield Check("slack", "failed", error.message, _REACH)
        return
    except ConfigError as error:
        hint = (
            "Copy the bot token (xoxb-…) anew from the app's page, “OAuth & Permissions”; installing makes a new one."
        )
        yield Check("slack", "failed", error.problems[0], hint)
        return
    yield Check("slack", "ok", f"{answer['team']} as {answer['user']}")
    granted = {s.strip() for s in (_header(answer, "x-oauth-scopes") or "").split(",") if s.strip()}
    missing = sorted(set(SCOPES) - granted) if granted else []
    if missing:
        hint = "Update the app from `callboard manifest` and install it again."
        yield Check("slack scopes", "failed", f"missing: {', '.join(missing)}", hint)
    if date := _header(answer, "date"):
        skew = parsedate_to_datetime(date).timestamp() - time.time()
        yield from clock_check("clock", skew, "Slack's")


def socket(runtime: "Runtime") -> Iterator[Check]:
    """Whether Socket Mode lets us in; asking for an address opens nothing."""
    from bot.chat import call

    settings = runtime.config.slack
    if settings.app_token is None:
        return
    token = settings.app_token.get_secret_value()
    client = runtime.slack_client(token=token, api_url=settings.api_url)
    try:
        call(lambda: client.apps_connections_open(app_token=token))
    except ServiceUnavailableError:
        return  # the look at the workspace has said so
    except ConfigError as error:
        message = error.problems[0].replace("botToken", "appToken")
        hint = "Make an app-level token (xapp-…) with the scope connections:write under “Basic Information”."
        yield Check("slack socket", "failed", message, hint)
    else:
        yield Check("slack socket", "ok", "Socket Mode lets us in")


def transport(runtime: "Runtime") -> Iterator[Check]:
    settings = runtime.config.slack
    if settings.bot_token is not None and settings.app_token is None and settings.signing_secret is None:
        hint = "Set `slack.appToken` for Socket Mode or `slack.signingSecret` for HTTP."
        yield Check("slack transport", "failed", "neither app token nor signing secret", hint)


def _header(answer: object, name: str) -> str | None:
    headers = getattr(answer, "headers", None) or {}
    return next((str(v) for k, v in headers.items() if k.lower() == name), None)
