"""Settings of `catalog.providers.githubOrg`: the users and teams of GitHub organisations."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from callboard.durations import Schedule, parse_schedule
from callboard.errors import CallboardError


def _schedule(value: Any) -> Schedule:
    try:
        return value if isinstance(value, Schedule) else parse_schedule(value)
    except CallboardError as error:
        raise ValueError(error.message) from None


class _Shared(BaseModel):
    """A section that Backstage has too: keys that we don't use are left alone."""

    model_config = ConfigDict(
        frozen=True, alias_generator=AliasGenerator(alias=to_camel), populate_by_name=True, extra="ignore"
    )


class GithubUserTransformer(_Shared):
    use_verified_emails: bool = False


class GithubOrgPageSizes(_Shared):
    teams: int = Field(default=25, ge=1, le=100)
    team_members: int = Field(default=50, ge=1, le=100)
    organization_members: int = Field(default=50, ge=1, le=100)


class GithubOrgProviderSettings(_Shared):
    id: str = "default"
    github_url: str = Field(default="https://github.com", pattern=r"^https?://[^/]+/?$")
    orgs: list[str] = Field(default_factory=list)
    """None named: all that installed an app of this host."""
    schedule: Annotated[Schedule, BeforeValidator(_schedule)] = Schedule(
        timedelta(hours=1), None, timedelta(minutes=15)
    )
    exclude_suspended_users: bool = False
    default_user_transformer: GithubUserTransformer = GithubUserTransformer()
    page_sizes: GithubOrgPageSizes = GithubOrgPageSizes()

    @property
    def host(self) -> str:
        return self.github_url.rstrip("/").partition("://")[2]
