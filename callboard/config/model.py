"""The types of app-config.yaml: Backstage's keys where it has them; `callboard`, `slack`, `notifications` are ours.

Sections that Backstage also has ignore keys we don't use, because one file may serve both; sections of our own
refuse them.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)
from pydantic.alias_generators import to_camel

from callboard.config.github import GithubOrgProviderSettings
from callboard.config.load import KeyPath, RawConfig, dotted
from callboard.config.notifications import Notifications
from callboard.durations import Schedule, parse_duration, parse_schedule
from callboard.errors import CallboardError, ConfigError, did_you_mean

_LISTEN = re.compile(r"(?:(?P<host>[^:]*|\[[^\]]*\]):)?(?P<port>\d{1,5})")
_CAMEL: Final = AliasGenerator(alias=to_camel)


def _duration(value: Any) -> timedelta:
    try:
        return value if isinstance(value, timedelta) else parse_duration(value)
    except CallboardError as error:
        raise ValueError(error.message) from None


def _interval(value: Any) -> timedelta | None:
    return None if value is False or value is None else _duration(value)


def _schedule(value: Any) -> Schedule:
    try:
        return value if isinstance(value, Schedule) else parse_schedule(value)
    except CallboardError as error:
        raise ValueError(error.message) from None


Duration = Annotated[timedelta, BeforeValidator(_duration)]
Interval = Annotated[timedelta | None, BeforeValidator(_interval)]
"""A duration, or None where the file says `false`: never by itself."""
ScheduleField = Annotated[Schedule, BeforeValidator(_schedule)]


class _Shared(BaseModel):
    """A section that Backstage has too."""

    model_config = ConfigDict(frozen=True, alias_generator=_CAMEL, populate_by_name=True, extra="ignore")


class _Ours(BaseModel):
    """A section that only we have: a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, alias_generator=_CAMEL, populate_by_name=True, extra="forbid")


class App(_Shared):
    title: str = "Callboard"
    base_url: str | None = None


class Organization(_Shared):
    name: str = ""


class Listen(_Shared):
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


class PostgresConnection(_Shared):
    host: str = "localhost"
    port: int = 5432
    user: str | None = None
    password: SecretStr | None = None
    database: str = "callboard"


class DatabaseSettings(_Shared):
    client: Literal["sqlite", "better-sqlite3", "sqlite3", "pg"] = "sqlite"
    connection: str | PostgresConnection | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.client != "pg"


class StaticAccess(_Shared):
    token: SecretStr
    subject: str

    @model_validator(mode="after")
    def _long_enough(self) -> "StaticAccess":
        if len(self.token.get_secret_value()) < 8:
            raise ValueError("a static token needs at least 8 characters; `openssl rand -base64 24` makes a good one")
        return self


class AccessRestriction(_Shared):
    plugin: str
    permission: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("permission"), str):
            return {**value, "permission": re.split(r"[\s,]+", value["permission"].strip())}
        return value


class ExternalAccess(_Shared):
    type: Literal["static"]
    options: StaticAccess
    access_restrictions: list[AccessRestriction] | None = None


class Auth(_Shared):
    external_access: list[ExternalAccess] = Field(default_factory=list)
    dangerously_disable_default_auth_policy: bool = False


class AllowedHost(_Shared):
    host: str
    paths: list[str] | None = None


class Reading(_Shared):
    allow: list[AllowedHost] = Field(default_factory=list)


class Backend(_Shared):
    base_url: str | None = None
    listen: Listen = Listen()
    database: DatabaseSettings = DatabaseSettings()
    auth: Auth = Auth()
    reading: Reading = Reading()


class Docs(_Ours):
    """Who reads docs in a browser, where nobody logs in."""

    access: Literal["everybody", "links"] = "everybody"
    link_lifetime: Duration = timedelta(hours=12)


class Admins(_Ours):
    users: list[str] = Field(default_factory=list)
    groups: list[str] = Field(default_factory=list)


class Access(_Ours):
    """Whom the bot talks to besides the full members of its own workspace."""

    guests: bool = False
    external: bool = False


class Callboard(_Ours):
    data_dir: Path = Path(".callboard")
    secret_key: SecretStr | None = None
    admins: Admins = Admins()
    access: Access = Access()
    docs: Docs = Docs()


class Slack(_Ours):
    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"
    command: str = Field(default="/callboard", pattern=r"^/[a-z0-9_-]{1,31}$")


class Playground(_Ours):
    """The local Slack workspace that stands in while `slack` has no tokens."""

    listen: Listen = Listen(port=7008)
    seed: Path | None = None


class Rule(_Shared):
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


class RuleLocation(_Shared):
    type: str
    exact: str | None = None
    pattern: str | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "RuleLocation":
        if self.exact and self.pattern:
            raise ValueError("a rule's location takes `exact` or `pattern`, not both")
        return self


class CatalogLocation(_Shared):
    type: Literal["file", "url"]
    target: str
    rules: list[Rule] = Field(default_factory=list)


class GithubTopics(_Shared):
    include: list[str] = Field(default_factory=list)
    exclude: list[str] = Field(default_factory=list)


class GithubFilters(_Shared):
    branch: str | None = Field(default=None, pattern=r"^[^/]+$")
    repository: str | None = None
    allow_forks: bool = True
    allow_archived: bool = False
    topic: GithubTopics = GithubTopics()
    visibility: list[Literal["private", "internal", "public"]] = Field(default_factory=list)


class GithubProviderSettings(_Shared):
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


class Providers(_Shared):
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


class Catalog(_Shared):
    locations: list[CatalogLocation] = Field(default_factory=list)
    rules: list[Rule] | None = None
    processing_interval: Interval = timedelta(minutes=2)
    orphan_grace_time: Duration = timedelta(hours=24)
    readonly: bool = False
    providers: Providers = Providers()


class GithubApp(_Shared):
    app_id: int
    private_key: SecretStr
    client_id: str | None = None
    client_secret: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    allowed_installation_owners: list[str] | None = None
    """None: every organisation that installed the app."""


class GithubIntegration(_Shared):
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


class GitIntegration(_Ours):
    """Plain git remotes under one folder or URL; `host` is the word that `repoUrl` names them by."""

    host: str
    directory: Path
    """Where the bare repositories stand."""
    web_url: str | None = None


class Integrations(_Shared):
    github: list[GithubIntegration] = Field(default_factory=list)
    git: list[GitIntegration] = Field(default_factory=list)


class Author(_Shared):
    name: str = "Scaffolder"
    email: str = "scaffolder@callboard.invalid"


class Scaffolder(_Shared):
    default_author: Author = Author()
    default_commit_message: str = "Initial commit"
    concurrent_tasks_limit: int = Field(default=10, ge=0)
    total_tasks_limit: int = Field(default=0, ge=0)


def _alike(group: list[str]) -> list[str]:
    if len({word.strip().lower() for word in group} - {""}) < 2:
        raise ValueError("a group of synonyms has two words or more, such as `[incident, bluelight]`")
    return group


class Search(_Shared):
    synonyms: list[Annotated[list[str], AfterValidator(_alike)]] = Field(default_factory=list)
    """Groups of words or phrases that mean the same."""


class AppConfig(_Shared):
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


def build_config(raw: RawConfig) -> AppConfig:
    """Types and defaults for a merged tree. Raises ConfigError with all problems, each with file, line and key."""
    from pydantic import ValidationError

    tree = _with_absolute_paths(raw)
    try:
        return AppConfig.model_validate(tree)
    except ValidationError as error:
        raise ConfigError(_explain(raw, problem) for problem in error.errors(include_url=False)) from None


_PATHS: Final = (
    ("callboard", "dataDir"), ("playground", "seed"), ("backend", "database", "connection"),
    ("integrations", "git", "*", "directory"), ("catalog", "locations", "*", "target"),
)  # fmt: skip


def _with_absolute_paths(raw: RawConfig) -> dict[str, Any]:
    """Relative paths count from the file they stand in, wherever the process was started."""
    tree: dict[str, Any] = _copied(raw.data)
    for pattern in _PATHS:
        _resolve(raw, tree, pattern, ())
    return tree


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _copied(v) for k, v in value.items()}
    return [_copied(v) for v in value] if isinstance(value, list) else value


def _resolve(raw: RawConfig, node: Any, pattern: tuple[str, ...], done: KeyPath) -> None:
    step, rest = pattern[0], pattern[1:]
    if step == "*":
        for index, item in enumerate(node if isinstance(node, list) else ()):
            _resolve(raw, item, rest, (*done, index))
    elif isinstance(node, dict) and step in node:
        if rest:
            _resolve(raw, node[step], rest, (*done, step))
        elif isinstance(node[step], str) and _is_path(node, step, node[step]):
            origin = raw.origin_of((*done, step))
            base = origin.file.parent if origin and origin.file else Path.cwd()
            node[step] = str(base / node[step])


def _is_path(parent: dict[str, Any], key: str, value: str) -> bool:
    if key == "target":
        return parent.get("type") == "file"
    return "://" not in value and value != ":memory:"


def _explain(raw: RawConfig, problem: Any) -> str:
    path = tuple(problem["loc"])
    while path and isinstance(path[-1], str) and path[-1] in {"str", "PostgresConnection"}:
        path = path[:-1]
    origin = raw.origin_of(path)
    where = f"{origin}: " if origin else ""
    return f"{where}{dotted(path) or 'the top'}: {_plain(problem, path)}"


def _plain(problem: Any, path: KeyPath) -> str:
    if problem["type"] == "extra_forbidden":
        hint = did_you_mean(str(path[-1]), _keys_beside(path[:-1]))
        return f"unknown key{'. ' + hint if hint else ''}"
    if problem["type"] == "missing":
        return "is missing"
    return _SHAPES.get(problem["type"]) or str(problem["msg"]).removeprefix("Value error, ")


_SHAPES = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "should be a mapping of keys to values"),
    **dict.fromkeys(("list_type", "tuple_type"), "should be a list"),
}


def _keys_beside(path: KeyPath) -> list[str]:
    model: Any = AppConfig
    for step in path:
        if isinstance(step, str):
            fields = {f.alias or n: f for n, f in model.model_fields.items()}
            model = fields[step].annotation if step in fields else None
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
    return [f.alias or n for n, f in model.model_fields.items()]
