"""Settings of `catalog.providers.githubOrg`: the users and teams of GitHub organisations."""

from datetime import timedelta

from pydantic import Field

from callboard.config.fields import ScheduleField, Shared
from callboard.durations import Schedule


class GithubUserTransformer(Shared):
    use_verified_emails: bool = False


class GithubOrgPageSizes(Shared):
    teams: int = Field(default=25, ge=1, le=100)
    team_members: int = Field(default=50, ge=1, le=100)
    organization_members: int = Field(default=50, ge=1, le=100)


class GithubOrgProviderSettings(Shared):
    id: str = "default"
    github_url: str = Field(default="https://github.com", pattern=r"^https?://[^/]+/?$")
    orgs: list[str] = Field(default_factory=list)
    """None named: all that installed an app of this host."""
    schedule: ScheduleField = Schedule(timedelta(hours=1), None, timedelta(minutes=15))
    exclude_suspended_users: bool = False
    default_user_transformer: GithubUserTransformer = GithubUserTransformer()
    page_sizes: GithubOrgPageSizes = GithubOrgPageSizes()

    @property
    def host(self) -> str:
        return self.github_url.rstrip("/").partition("://")[2]
