"""Which credentials speak for an owner: the first GitHub App that it installed, else the token."""

from github import Auth
from jwt import PyJWTError

from callboard.config.model import GithubApp, GithubIntegration
from callboard.errors import ConfigError
from callboard.logs import protect
from catalog.github.client import GithubClient, path_to
from catalog.github.errors import BadTokenError, GithubNotFoundError
from catalog.ingest.costs import Spent


class Credentials:
    """Remembers installations; their tokens live an hour and PyGithub renews them shortly before that."""

    def __init__(self, integration: GithubIntegration, *, timeout: int, spent: Spent) -> None:
        self._integration, self._timeout, self._spent = integration, timeout, spent
        self._installed: dict[str, Auth.AppInstallationAuth] = {}
        for app in integration.apps:
            secrets = [app.private_key, app.client_secret, app.webhook_secret]
            protect(*(s.get_secret_value() for s in secrets if s is not None))

    def auth_for(self, owner: str, *, app_id: int | None = None) -> Auth.Auth | None:
        """None: show the integration's token. With `app_id` only that app will do."""
        key = f"{app_id or ''}:{owner.lower()}"
        if key not in self._installed:
            found = next((a for app in self._apps(app_id) if (a := self._installation(app, owner))), None)
            if found is None:
                return None
            self._installed[key] = found
        return self._installed[key]

    def owners(self, app_id: int) -> list[str]:
        """Everybody who installed the app and may be served."""
        (app,) = self._apps(app_id)
        found: list[str] = []
        with self._as_app(app) as client:
            page = 1
            while installations := client.get(f"/app/installations?per_page=100&page={page}").body:
                found += [i["account"]["login"] for i in installations if not i.get("suspended_at")]
                page += 1
                if len(installations) < 100:
                    break
        return [owner for owner in found if _may_serve(app, owner)]

    def _apps(self, app_id: int | None) -> list[GithubApp]:
        apps = self._integration.apps
        if app_id is None:
            return list(apps)
        chosen = [a for a in apps if a.app_id == app_id]
        if not chosen:
            known = ", ".join(str(a.app_id) for a in apps) or "none"
            host = self._integration.host
            raise ConfigError([f"integrations.github: no app {app_id} for {host}; its `apps` has {known}"])
        return chosen

    def _installation(self, app: GithubApp, owner: str) -> Auth.AppInstallationAuth | None:
        if not _may_serve(app, owner):
            return None
        with self._as_app(app) as client:
            for place in ("orgs", "users"):
                try:
                    body = client.get(path_to(place, owner, "installation")).body
                except GithubNotFoundError:
                    continue
                return Auth.AppInstallationAuth(_app_auth(app, self._integration.host), int(body["id"]))
        return None

    def _as_app(self, app: GithubApp) -> GithubClient:
        auth = _app_auth(app, self._integration.host)
        about = f"the installations of app {app.app_id}"
        return GithubClient(self._integration, about=about, auth=auth, timeout=self._timeout, spent=self._spent)


def _may_serve(app: GithubApp, owner: str) -> bool:
    allowed = app.allowed_installation_owners
    return allowed is None or owner.lower() in {a.lower() for a in allowed}


def _app_auth(app: GithubApp, host: str) -> Auth.AppAuth:
    auth = Auth.AppAuth(app.app_id, app.private_key.get_secret_value())
    try:
        auth.create_jwt()
    except (ValueError, TypeError, PyJWTError):
        message = f"The private key of app {app.app_id} at {host} is no PEM key."
        hint = "Paste the whole file that GitHub gave out, from `-----BEGIN` to `-----END`."
        raise BadTokenError(message, hint=hint) from None
    return auth
