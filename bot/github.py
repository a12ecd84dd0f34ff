"""What the configuration says about GitHub, as adapters."""

from typing import TYPE_CHECKING

from callboard.config.model import AppConfig, GithubIntegration
from catalog.providers.github import GithubProvider
from catalog.providers.github_org import GithubOrgProvider

if TYPE_CHECKING:
    from catalog.ingest.source import Provider


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
