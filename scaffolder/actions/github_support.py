"""What the GitHub actions share: who speaks, to which repository, and GitHub's refusals in plain words.

PyGithub is imported where it is used: every command knows the actions, few of them call GitHub.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from callboard.config.model import GithubIntegration
from callboard.errors import ConflictError, InputError
from callboard.logs import protect, redact
from catalog.github import errors
from scaffolder.actions.base import ActionContext
from scaffolder.expressions import parse_repo_url
from scaffolder.git import basic_header

if TYPE_CHECKING:
    from github import Github
    from github.GithubException import GithubException
    from github.Repository import Repository

_TIMEOUT = 20


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository on GitHub that may not exist yet. `token` is for git, in an HTTP header."""

    client: "Github"
    host: str
    owner: str
    name: str
    token: str | None

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def header(self) -> str | None:
        return basic_header(self.token) if self.token else None

    def existing(self) -> "Repository | None":
        from github.GithubException import UnknownObjectException

        try:
            return self.client.get_repo(self.full_name)
        except UnknownObjectException:
            return None

    def repository(self) -> "Repository":
        """Raises NotFoundError."""
        found = self.existing()
        if found is None:
            raise errors.GithubNotFoundError(f"GitHub at {self.host} shows no repository {self.full_name} to us.")
        return found


@contextmanager
def connected(context: ActionContext, repo_url: str, token: str | None = None) -> Iterator[Remote]:
    """The remote that `repoUrl` names; whatever GitHub refuses inside comes out as one of our errors."""
    integration, owner, name = place(context, repo_url)
    auth = _auth(integration, owner, token)
    with client_of(integration, auth, f"{owner}/{name}") as client:
        yield Remote(client, integration.host, owner, name, auth.token if auth else None)


@contextmanager
def client_of(integration: GithubIntegration, auth: Any, about: str) -> "Iterator[Github]":
    """A client for a while; whatever GitHub refuses `about` something comes out as one of our errors."""
    import requests
    from github import Github
    from github.GithubException import GithubException

    client = Github(
        auth=auth,
        base_url=integration.api_url,
        timeout=_TIMEOUT,
        user_agent="callboard",
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
    try:
        yield client
    except GithubException as error:
        raise explained(error, integration.host, about) from None
    except requests.RequestException as error:
        said = f"GitHub at {integration.host} can't be reached for {about} ({type(error).__name__})."
        raise errors.UnreachableError(said) from None
    finally:
        client.close()


def place(context: ActionContext, repo_url: str) -> tuple[GithubIntegration, str, str]:
    """The integration, owner and name that `repoUrl` means. Raises InputError."""
    parts = parse_repo_url(repo_url)
    known = context.services.config.integrations.github
    integration = next((g for g in known if g.host == parts["host"]), None)
    if integration is None:
        raise InputError(
            f"No matching integration configuration for host {parts['host']}, please check your integrations config",
            hint=f"`integrations.github` has: {', '.join(g.host for g in known) or 'nothing yet'}.",
        )
    for part in ("owner", "repo"):
        if part not in parts:
            raise InputError(f"Invalid repo URL passed to publisher: {repo_url}, missing {part}")
    return integration, parts["owner"], parts["repo"]


def token_for(integration: GithubIntegration, owner: str) -> str | None:
    """What git shows to read and write `owner`'s repositories: an app's token, the integration's own, or nothing."""
    if not integration.apps:
        return integration.token.get_secret_value() if integration.token else None
    try:
        auth = _auth(integration, owner, None)
    except errors.BadTokenError:
        return None
    with client_of(integration, auth, owner):  # which is what asks for an app's token
        token: str = auth.token
    return token


def _auth(integration: GithubIntegration, owner: str, token: str | None) -> Any:
    from github import Auth

    from catalog.github.credentials import Credentials
    from catalog.ingest.costs import Spent

    if token:
        protect(token)
        return Auth.Token(token)
    found = Credentials(integration, timeout=_TIMEOUT, spent=Spent()).auth_for(owner)
    if found is not None:
        return found
    own = integration.token.get_secret_value() if integration.token else None
    if not own:
        hint = f"Put a `token` or `apps` under `integrations.github` for {integration.host}."
        raise errors.BadTokenError(f"There are no credentials for {owner} at {integration.host}.", hint=hint)
    protect(own)
    return Auth.Token(own)


def explained(error: "GithubException", host: str, about: str) -> Exception:
    """GitHub's answer as an error of ours."""
    said = _said(error)
    if error.status == 401:
        hint = f"Put a token that works under `integrations.github` for {host}."
        return errors.BadTokenError(f"GitHub at {host} doesn't accept the token for {about}: {said}.", hint=hint)
    headers = {k.lower(): v for k, v in (error.headers or {}).items()}
    if error.status == 429 or "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0":
        return errors.RateLimitError(f"GitHub's rate limit at {host} is used up while working on {about}.")
    if error.status == 403:
        hint = "The token may lack a scope, or the organisation wants single sign-on for it."
        return errors.ForbiddenError(f"GitHub at {host} forbids that for {about}: {said}.", hint=hint)
    if error.status == 404:
        return errors.GithubNotFoundError(f"GitHub at {host} has nothing there for {about}: {said}.")
    if error.status == 422 and "already exists" in said:
        return ConflictError(f"{about} exists already: {said}.", hint="Choose another name.")
    if error.status >= 500:
        return errors.SlowError(f"GitHub at {host} answered {error.status} while working on {about}.")
    return errors.RefusedError(f"GitHub at {host} refuses that for {about} with {error.status}: {said}.")


def _said(error: "GithubException") -> str:
    data = error.data if isinstance(error.data, dict) else {}
    details = data.get("errors")
    found = [str(data.get("message") or error.message or "")]
    listed = details if isinstance(details, list) else []
    found += [str(d.get("message") or d.get("code")) if isinstance(d, dict) else str(d) for d in listed]
    return redact(", ".join(f.rstrip(".") for f in found if f))[:500]
