"""GitHub in this process: providers from the configuration, and pushes from webhooks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from callboard.config.model import AppConfig, GithubIntegration
from catalog.providers.github import GithubProvider
from catalog.providers.github_listing import Repository
from catalog.providers.github_org import GithubOrgProvider
from catalog.providers.github_push import Push
from catalog.pushes import apply_push

if TYPE_CHECKING:
    from catalog.ingest.source import Provider
    from catalog.service import Catalog


def build_providers(config: AppConfig) -> "list[Provider]":
    """Every provider of `catalog.providers`: people and teams first, because what comes then belongs to them."""
    hosts = {g.host: g for g in config.integrations.github}
    organizations = config.catalog.providers.github_org
    found: list[Provider] = [
        GithubOrgProvider(
            settings=s, integration=hosts.get(s.host) or GithubIntegration(host=s.host), alone=len(organizations) == 1
        )
        for s in organizations
    ]
    found += [
        GithubProvider(id=id_, settings=s, integration=hosts.get(s.host) or GithubIntegration(host=s.host))
        for id_, s in config.catalog.providers.github.items()
    ]
    return found


def push_of(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a job needs to know of a `push` event; None for tags and branches that are gone."""
    ref = str(payload["ref"])
    repository = payload["repository"]
    if not ref.startswith("refs/heads/"):
        return None
    paths: dict[str, None] = {}
    for commit in payload.get("commits") or []:
        for change in ("added", "modified", "removed"):
            paths |= dict.fromkeys(commit.get(change) or ())
    url = str(repository["html_url"])
    return {
        "host": urlsplit(url).netloc,
        "organization": repository["owner"]["login"],
        "branch": ref.removeprefix("refs/heads/"),
        "paths": [] if payload.get("deleted") else sorted(paths),
        "login": (payload.get("sender") or {}).get("login"),
        "repository": {
            "name": repository["name"],
            "url": url,
            "default_branch": repository.get("default_branch"),
            "is_archived": bool(repository.get("archived")),
            "is_fork": bool(repository.get("fork")),
            "visibility": str(repository.get("visibility") or "").lower(),
            "topics": [str(t).lower() for t in repository.get("topics") or ()],
        },
    }


def apply_push_task(catalog: "Catalog", spec: Mapping[str, Any]) -> None:
    """The job that reads what a push touched."""
    given = spec["repository"]
    repository = Repository(**{**given, "topics": frozenset(given["topics"])}, file=None)
    push = Push(
        host=spec["host"],
        organization=spec["organization"],
        repository=repository,
        branch=spec["branch"],
        paths=tuple(spec["paths"]),
        login=spec["login"],
    )
    apply_push(catalog, push)
