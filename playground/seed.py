"""What a workspace holds when it opens: people, channels and one installed app."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, TypeVar

from playground.errors import SeedError

DEFAULT_EVENTS = ("app_mention", "message.im", "message.channels", "app_home_opened", "link_shared")


def stable_id(prefix: str, name: str) -> str:
    """The same name has the same id in every workspace, so that ids may stand in tests."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return prefix + digest[:10].upper()


@dataclass(frozen=True)
class SeedTeam:
    id: str = "T0PLAYGROUND"
    name: str = "Local workspace"
    domain: str = "local"


@dataclass(frozen=True)
class SeedUser:
    name: str
    id: str = ""
    real_name: str = ""
    email: str = ""
    title: str = ""
    tz: str = "Etc/UTC"
    is_admin: bool = False
    is_restricted: bool = False
    deleted: bool = False


@dataclass(frozen=True)
class SeedChannel:
    name: str
    id: str = ""
    members: tuple[str, ...] = ()
    topic: str = ""
    is_private: bool = False


@dataclass(frozen=True)
class SeedGroup:
    handle: str
    id: str = ""
    name: str = ""
    users: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeedCommand:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = True


@dataclass(frozen=True)
class SeedShortcut:
    callback_id: str
    name: str
    type: str = "global"
    description: str = ""


@dataclass(frozen=True)
class SeedApp:
    """The app of the workspace. With a `request_url` it is called over HTTP, else over Socket Mode."""

    name: str = "Sample"
    id: str = "A0PLAYGROUND"
    bot_user_id: str = "U0BOT"
    bot_user_name: str = "sample"
    bot_id: str = "B0BOT"
    commands: tuple[SeedCommand, ...] = ()
    shortcuts: tuple[SeedShortcut, ...] = ()
    events: tuple[str, ...] = DEFAULT_EVENTS
    unfurl_domains: tuple[str, ...] = ()
    bot_token: str = "xoxb-local-playground"  # noqa: S105 - opens nothing but this in-memory workspace
    app_token: str = "xapp-local-playground"  # noqa: S105 - see bot_token
    signing_secret: str = "local-playground-signing-secret"  # noqa: S105 - see bot_token
    verification_token: str = "local-verification"  # noqa: S105 - see bot_token
    request_url: str | None = None
    options_url: str | None = None

    def command(self, name: str) -> SeedCommand | None:
        return next((each for each in self.commands if each.command == name), None)


@dataclass(frozen=True)
class WorkspaceSeed:
    users: tuple[SeedUser, ...]
    channels: tuple[SeedChannel, ...]
    app: SeedApp = field(default_factory=SeedApp)
    team: SeedTeam = field(default_factory=SeedTeam)
    usergroups: tuple[SeedGroup, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        return _build(cls, document, "seed")

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls.from_json(json.loads(path.read_text(encoding="utf-8")))


T = TypeVar("T")

_NESTED: dict[str, type[Any]] = {
    "users": SeedUser,
    "channels": SeedChannel,
    "app": SeedApp,
    "team": SeedTeam,
    "usergroups": SeedGroup,
    "commands": SeedCommand,
    "shortcuts": SeedShortcut,
}
_PLAIN_LISTS = {("SeedGroup", "users")}


def _build(cls: type[T], document: Any, where: str) -> T:
    if not isinstance(document, Mapping):
        raise SeedError(f"{where} must be an object, not {type(document).__name__}")
    known = {each.name: each for each in fields(cls)}  # type: ignore[arg-type]
    for key in document:
        if key not in known:
            near = get_close_matches(str(key), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known keys: {', '.join(known)}"
            raise SeedError(f"{where} has no key {key!r}{hint}")
    for name, each in known.items():
        if each.default is MISSING and each.default_factory is MISSING and name not in document:
            raise SeedError(f"{where} needs {name!r}")
    values = {key: _value(cls.__name__, key, value, where) for key, value in document.items()}
    return cls(**values)


def _value(owner: str, key: str, value: Any, where: str) -> Any:
    nested = None if (owner, key) in _PLAIN_LISTS else _NESTED.get(key)
    if isinstance(value, list):
        if nested is None:
            return tuple(value)
        return tuple(_build(nested, item, f"{where}.{key}[{n}]") for n, item in enumerate(value))
    return value if nested is None else _build(nested, value, f"{where}.{key}")


def default_seed() -> WorkspaceSeed:
    """A small office with one app that has a command and both kinds of shortcut."""
    people = (
        SeedUser(name="ada", id="U0ADA", real_name="Ada Byron", email="ada@example.com", is_admin=True),
        SeedUser(name="bo", id="U0BO", real_name="Bo Lindqvist", email="bo@example.com", tz="Europe/Stockholm"),
        SeedUser(name="chi", id="U0CHI", real_name="Chi Okafor", email="chi@example.com", is_restricted=True),
        SeedUser(name="dan", id="U0DAN", real_name="Dan Gone", email="dan@example.com", deleted=True),
    )
    channels = (
        SeedChannel(name="general", id="C0GENERAL", members=("U0ADA", "U0BO", "U0CHI", "U0BOT"), topic="Everyone"),
        SeedChannel(name="random", id="C0RANDOM", members=("U0ADA", "U0BO"), topic="Without the app"),
        SeedChannel(name="private", id="C0PRIVATE", members=("U0ADA",), is_private=True),
    )
    app = SeedApp(
        commands=(SeedCommand(command="/sample", description="Try the app", usage_hint="hello"),),
        shortcuts=(
            SeedShortcut(callback_id="sample_global", name="Open sample"),
            SeedShortcut(callback_id="sample_message", name="Look at this", type="message"),
        ),
        unfurl_domains=("sample.example.com",),
    )
    group = SeedGroup(handle="office", id="S0OFFICE", name="Office", users=("U0ADA", "U0BO"))
    return WorkspaceSeed(users=people, channels=channels, app=app, usergroups=(group,))
