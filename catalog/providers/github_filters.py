"""Which of an organisation's repositories a provider is for."""

import re
from dataclasses import dataclass

from callboard.config.model import GithubFilters
from callboard.errors import ConfigError
from catalog.providers.github_listing import Repository


@dataclass(frozen=True, slots=True)
class RepositoryFilter:
    settings: GithubFilters
    name: re.Pattern[str] | None

    def keeps(self, repository: Repository) -> bool:
        settings = self.settings
        return (
            (settings.allow_forks or not repository.is_fork)
            and (settings.allow_archived or not repository.is_archived)
            and (self.name is None or self.name.fullmatch(repository.name) is not None)
            and (not settings.visibility or repository.visibility in settings.visibility)
            and self._has_topics(repository)
        )

    def _has_topics(self, repository: Repository) -> bool:
        include = {t.lower() for t in self.settings.topic.include}
        exclude = {t.lower() for t in self.settings.topic.exclude}
        return not repository.topics & exclude and (not include or bool(repository.topics & include))


def repository_filter(settings: GithubFilters, where: str) -> RepositoryFilter:
    """Raises ConfigError for a pattern that is none; `where` names the provider's settings."""
    try:
        name = re.compile(settings.repository) if settings.repository else None
    except re.error as error:
        problem = f"{where}.filters.repository: `{settings.repository}` is not a regular expression: {error}"
        raise ConfigError([problem]) from None
    return RepositoryFilter(settings, name)
