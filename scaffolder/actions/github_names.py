"""Names on GitHub that a person's own token shows: what form fields in Backstage complete with."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final

from callboard.config.model import GithubIntegration
from callboard.errors import InputError
from callboard.logs import protect
from scaffolder.actions.github_support import client_of

if TYPE_CHECKING:
    from github import Github

_MOST: Final = 1_000
Context = Mapping[str, str]


def names(integration: GithubIntegration, resource: str, token: str, context: Context) -> list[str]:
    """Raises InputError for a resource that there isn't, or a context that lacks something."""
    from github import Auth

    if resource not in _RESOURCES:
        raise InputError(f"Invalid resource: {resource}", hint=f"There are {', '.join(_RESOURCES)}.")
    if resource == "branches" and not (context.get("owner") and context.get("repository")):
        raise InputError("Missing owner and/or repository context parameter")
    protect(token)
    with client_of(integration, Auth.Token(token), resource) as client:
        return list(islice(_RESOURCES[resource](client, context), _MOST))


def _repositories(client: "Github", _context: Context) -> Iterator[str]:
    return (repository.full_name for repository in client.get_user().get_repos())


def _branches(client: "Github", context: Context) -> Iterator[str]:
    found = client.get_repo(f"{context['owner']}/{context['repository']}")
    return (branch.name for branch in found.get_branches())


def _owners(client: "Github", _context: Context) -> Iterator[str]:
    return (organization.login for organization in client.get_user().get_orgs())


_RESOURCES: Final[Mapping[str, Callable[["Github", Context], Iterator[str]]]] = {
    "repositoriesWithOwner": _repositories,
    "branches": _branches,
    "owners": _owners,
}
