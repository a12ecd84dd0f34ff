"""GitHub: is each token good, and how much of its quota is left?"""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.doctor.check import Check

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from callboard.config.model import GithubIntegration


def hosts(runtime: "Runtime") -> Iterator[Check]:
    for integration in runtime.config.integrations.github:
        yield from _host(integration)


def _host(integration: "GithubIntegration") -> Iterator[Check]:
    import httpx

    name = f"github {integration.host}"
    if integration.token is None and not integration.apps:
        yield Check(name, "warning", "no token: 60 requests an hour", f"Set a token for {integration.host}.")
        return
    if integration.token is None:
        yield Check(name, "ok", "uses a GitHub App")
        return
    headers = {"Authorization": f"Bearer {integration.token.get_secret_value()}"}
    try:
        answer = httpx.get(f"{integration.api_url}/rate_limit", headers=headers, timeout=10, trust_env=False)
    except httpx.HTTPError as error:
        yield Check(
            name, "failed", f"{integration.api_url} can't be reached: {type(error).__name__}", "Is the address right?"
        )
        return
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        yield Check(name, "failed", "the token is refused", "It was revoked or has expired: make a new one.")
        return
    core = answer.json().get("resources", {}).get("core", {}) if answer.is_success else {}
    left, limit = core.get("remaining"), core.get("limit")
    if left is not None and limit and left < limit / 10:
        minutes = max(0, (core.get("reset", 0) - time.time()) / 60)
        yield Check(name, "warning", f"{left} of {limit} requests left", f"More in {minutes:.0f} minutes.")
    else:
        scopes = answer.headers.get("x-oauth-scopes")
        yield Check(name, "ok", f"{left} of {limit} requests left" + (f"; scopes {scopes}" if scopes else ""))
