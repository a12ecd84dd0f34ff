"""The types of app-config.yaml: Backstage's keys where it has them; `callboard`, `slack`, `notifications` are ours.

Sections that Backstage also has ignore keys we don't use, because one file may serve both; sections of our own
refuse them.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    model_validator,
)

from callboard.config.fields import Duration, Interval, Ours, ScheduleField, Shared
from callboard.config.github import GithubOrgProviderSettings
from callboard.config.notifications import Notifications
from callboard.durations import Schedule

_LISTEN = re.compile(r"(?:(?P<host>[^:]*|\[[^\]]*\]):)?(?P<port>\d{1,5})")


class App(Shared):
    title: str = "Callboard"
    base_url: str | None = None


class Organization(Shared):
    name: str = ""


class Listen(Shared):
    host: str = "127.0.0.1"
    port: int = Field(default=7007, ge=0, le=65535)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, int):
            return {"port": value}
        if not isinstance(value, str):
            return value
        match = _LISTEN.fullmatch(value)
        if match is None:
            raise ValueError("write it like `:7007`, `127.0.0.1:7007` or `{host: 127.0.0.1, port: 7007}`")
        return {"host": (match["host"] or "0.0.0.0").strip("[]"), "port": int(match["port"])}  # noqa: S104 - asked for by `:port`


class PostgresConnection(Shared):
    host: str = "localhost"
    port: int = 5432
    user: str | None = None
    password: SecretStr | None = None
    database: str = "callboard"


class DatabaseSettings(Shared):
    client: Literal["sqlite", "better-sqlite3", "sqlite3", "pg"] = "sqlite"
    connection: str | PostgresConnection | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.client != "pg"


class StaticAccess(Shared):
    token: SecretStr
    subject: str

    @model_validator(mode="after")
    def _long_enough(self) -> "StaticAccess":
        if len(self.token.get_secret_value()) < 8:
            raise ValueError("a static token needs at least 8 characters; `openssl rand -base64 24` makes a good one")
        return self


class AccessRestriction(Shared):
    plugin: str
    permission: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("permission"), str):
            return {**value, "permission": re.split(r"[\s,]+", value["permission"].strip())}
        return value


class ExternalAccess(Shared):
    type: Literal["static"]
    options: StaticAccess
    access_restrictions: list[AccessRestriction] | None = None


class Auth(Shared):
    external_access: list[ExternalAccess] = Field(default_factory=list)
    dangerously_disable_default_auth_policy: bool = False


class AllowedHost(Shared):
    host: str
    paths: list[str] | None = None


class Reading(Shared):
    allow: list[AllowedHost] = Field(default_factory=list)


class Backend(Shared):
    base_url: str | None = None
    listen: Listen = Listen()
    database: DatabaseSettings = DatabaseSettings()
    auth: Auth = Auth()
    reading: Reading = Reading()


class Docs(Ours):
    """Who reads docs in a browser, where nobody logs in."""

    access: Literal["everybody", "links"] = "everybody"
    link_lifetime: Duration = timedelta(hours=12)


class Admins(Ours):
    users: list[str] = Field(default_factory=list)
    groups: list[str] = Field(default_factory=list)


class Access(Ours):
    """Whom the bot talks to besides the full members of its own workspace."""

    guests: bool = False
    external: bool = False


class Callboard(Ours):
    data_dir: Path = Path(".callboard")
    secret_key: SecretStr | None = None
    admins: Admins = Admins()
    access: Access = Access()
    docs: Docs = Docs()


class Slack(Ours):
    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"
    command: str = Field(default="/callboard", pattern=r"^/[a-z0-9_-]{1,31}$")


class Playground(Ours):
    """The local Slack workspace that stands in while `slack` has no tokens."""

    listen: Listen = Listen(port=7008)
    seed: Path | None = None


class Rule(Shared):
    """Which kinds a location may bring in: `allow` holds kinds, lower-cased, with an optional `spec.type`."""

    allow: list[tuple[str, str | None]]
    locations: list["RuleLocation"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _kinds(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("allow"), list):
            return value
        pairs = [(k, None) if isinstance(k, str) else (k.get("kind"), k.get("spec.type")) for k in value["allow"]]
        return {**value, "allow": [(str(k).lower(), t.lower() if t else None) for k, t in pairs]}


class RuleLocation(Shared):
    type: str
    exact: str | None = None
    pattern: str | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "RuleLocation":
        if self.exact and self.pattern:
            raise ValueError("a rule's location takes `exact` or `pattern`, not both")
        return self


class CatalogLocation(Shared):
    type: Literal["file", "url"]
    target: str
    rules: list[Rule] = Field(default_factory=list)


class GithubTopics(Shared):
    include: list[str] = Field(default_factory=list)
    exclude: list[str] = Field(default_factory=list)


class GithubFilters(Shared):
    branch: str | None = Field(default=None, pattern=r"^[^/]+$")
    repository: str | None = None
    allow_forks: bool = True
    allow_archived: bool = False
    topic: GithubTopics = GithubTopics()
    visibility: list[Literal["private", "internal", "public"]] = Field(default_factory=list)


class GithubProviderSettings(Shared):
    organization: str | None = None
    app: int | None = None
    host: str = "github.com"
    catalog_path: str = "/catalog-info.yaml"
    filters: GithubFilters = Field(default_factory=GithubFilters)
    validate_locations_exist: bool = False
    page_sizes: dict[str, int] = Field(default_factory=dict)
    schedule: ScheduleField = Schedule(timedelta(hours=3), None, timedelta(hours=1))

    @model_validator(mode="after")
    def _has_a_source(self) -> "GithubProviderSettings":
        if not self.organization and not self.app:
            raise ValueError("one of `organization` and `app` is needed")
        return self


class Providers(Shared):
    github: dict[str, GithubProviderSettings] = Field(default_factory=dict)
    github_org: list[GithubOrgProviderSettings] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        """A provider's settings stand directly under its name, or under ids of your own."""
        if isinstance(value, dict) and isinstance(value.get("githubOrg"), dict):
            value = {**value, "githubOrg": [value["githubOrg"]]}
        if isinstance(value, dict) and isinstance(value.get("github"), dict):
            github = value["github"]
            if "organization" in github or "app" in github:
                return {**value, "github": {"default": github}}
        return value


class Catalog(Shared):
    locations: list[CatalogLocation] = Field(default_factory=list)
    rules: list[Rule] | None = None
    processing_interval: Interval = timedelta(minutes=2)
    orphan_grace_time: Duration = timedelta(hours=24)
    readonly: bool = False
    providers: Providers = Providers()


class GithubApp(Shared):
    app_id: int
    private_key: SecretStr
    client_id: str | None = None
    client_secret: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    allowed_installation_owners: list[str] | None = None
    """None: every organisation that installed the app."""


class GithubIntegration(Shared):
    host: str
    token: SecretStr | None = None
    apps: list[GithubApp] = Field(default_factory=list)
    """Tried in order before `token`."""
    webhook_secret: SecretStr | None = None
    api_base_url: str | None = None
    raw_base_url: str | None = None

    @property
    def api_url(self) -> str:
        if self.api_base_url:
            return self.api_base_url.rstrip("/")
        return "https://api.github.com" if self.host == "github.com" else f"https://{self.host}/api/v3"


class GitIntegration(Ours):
    """Plain git remotes under one folder or URL; `host` is the word that `repoUrl` names them by."""

    host: str
    directory: Path
    """Where the bare repositories stand."""
    web_url: str | None = None


class Integrations(Shared):
    github: list[GithubIntegration] = Field(default_factory=list)
    git: list[GitIntegration] = Field(default_factory=list)


class Author(Shared):
    name: str = "Scaffolder"
    email: str = "scaffolder@callboard.invalid"


class Scaffolder(Shared):
    default_author: Author = Author()
    default_commit_message: str = "Initial commit"
    concurrent_tasks_limit: int = Field(default=10, ge=0)
    total_tasks_limit: int = Field(default=0, ge=0)


def _alike(group: list[str]) -> list[str]:
    if len({word.strip().lower() for word in group} - {""}) < 2:
        raise ValueError("a group of synonyms has two words or more, such as `[incident, bluelight]`")
    return group


class Search(Shared):
    synonyms: list[Annotated[list[str], AfterValidator(_alike)]] = Field(default_factory=list)
    """Groups of words or phrases that mean the same."""


class AppConfig(Shared):
    """The whole configuration; what nobody here reads is left alone."""

    app: App = App()
    organization: Organization = Organization()
    backend: Backend = Backend()
    callboard: Callboard = Callboard()
    slack: Slack = Slack()
    playground: Playground = Playground()
    catalog: Catalog = Catalog()
    integrations: Integrations = Integrations()
    scaffolder: Scaffolder = Scaffolder()
    notifications: Notifications = Notifications()
    search: Search = Search()

    @property
    def public_url(self) -> str:
        """Where links that we hand out lead, without a closing slash."""
        listen = self.backend.listen
        return (self.backend.base_url or f"http://{listen.host}:{listen.port}").rstrip("/")
