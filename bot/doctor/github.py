"""What the doctor sees of GitHub: whether each token and app is let in, what it may do, and how much is left."""

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.doctor.check import Check
from callboard.errors import CallboardError

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from callboard.config.model import GithubApp, GithubIntegration

_BUDGETS: Final = ("core", "graphql")
_SCARCE: Final = 0.1
_PEOPLE: Final = frozenset({"read:org", "write:org", "admin:org"})


def hosts(runtime: "Runtime") -> Iterator[Check]:
    """Every host of the configuration, its token first."""
    for integration in runtime.config.integrations.github:
        people = any(p.host == integration.host for p in runtime.config.catalog.providers.github_org)
        if integration.token is not None:
            yield from _token(integration, people=people)
        elif not integration.apps:
            hint = f"Set a token for {integration.host}."
            yield Check(f"github {integration.host}", "warning", "no token: 60 requests an hour", hint)
        for app in integration.apps:
            yield _app(integration, app)


def _token(integration: "GithubIntegration", *, people: bool) -> Iterator[Check]:
    from catalog.github.client import GithubClient

    name = f"github {integration.host}"
    try:
        with GithubClient(integration, about="its rate limit", timeout=10) as client:
            answer = client.get("/rate_limit")
    except CallboardError as error:
        yield Check(name, "failed", error.message, error.hint)
        return
    scopes = {s.strip() for s in answer.headers.get("x-oauth-scopes", "").split(",") if s.strip()}
    if people and scopes and not scopes & _PEOPLE:
        message = f"the token has the scopes {', '.join(sorted(scopes))}, but not `read:org`"
        yield Check(f"{name} scopes", "failed", message, "People and teams need it: add it to the token.")
    yield _quota(name, answer.body.get("resources") or {}, scopes)


def _quota(name: str, resources: Mapping[str, Any], scopes: set[str]) -> Check:
    found = {b: resources[b] for b in _BUDGETS if b in resources}
    left = ", ".join(f"{q['remaining']} of {q['limit']} requests left ({b})" for b, q in found.items())
    scarce = [q for q in found.values() if q["remaining"] < q["limit"] * _SCARCE]
    if scarce:
        minutes = max(0.0, max(q["reset"] for q in scarce) - time.time()) / 60
        return Check(name, "warning", left, f"More in {minutes:.0f} minutes.", {"budgets": found})
    listed = f"; scopes {', '.join(sorted(scopes))}" if scopes else ""
    return Check(name, "ok", f"{left or 'it has no limit'}{listed}", None, {"budgets": found})


def _app(integration: "GithubIntegration", app: "GithubApp") -> Check:
    from catalog.github.credentials import Credentials
    from catalog.ingest.costs import Spent

    name = f"github {integration.host} app {app.app_id}"
    try:
        owners = Credentials(integration, timeout=10, spent=Spent()).owners(app.app_id)
    except CallboardError as error:
        return Check(name, "failed", error.message, error.hint)
    if not owners:
        hint = "Install it in the organisation; `allowedInstallationOwners` may leave some out."
        return Check(name, "warning", "nobody whom it may serve has installed it", hint)
    return Check(name, "ok", f"installed by {', '.join(sorted(owners))}")
