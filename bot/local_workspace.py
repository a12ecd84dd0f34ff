"""A local Slack workspace made of the catalog's own people, for a configuration that names no seed."""

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from callboard.db import Connection
from callboard.entities import SLACK_CHANNEL, SLACK_USER
from callboard.errors import ServiceUnavailableError
from catalog.queries import lookup, people

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from playground.seed import SeedApp, SeedUser, WorkspaceSeed
    from playground.server import RunningWorkspace

_BOT = "U0CALLBOARD"
_MAX_PEOPLE = 50
_MAX_CHANNELS = 40


def start_workspace(seed: "WorkspaceSeed", host: str, port: int) -> "RunningWorkspace":
    """A workspace that listens; a port in use is said so."""
    from playground.server import serve

    try:
        return serve(seed, host, port)
    except OSError as error:
        raise ServiceUnavailableError(
            f"The local workspace can't listen on {host}:{port}: {os.strerror(error.errno or 0)}.",
            hint="Is it running already? Stop what uses that port, or choose another one "
            "(`playground.listen` in app-config, `--port` for `callboard playground`).",
        ) from None


def app_of(command: str) -> "SeedApp":
    """Our app as it would be installed."""
    from playground.seed import SeedApp, SeedCommand, SeedShortcut

    return SeedApp(
        name="Callboard",
        bot_user_id=_BOT,
        bot_user_name="callboard",
        commands=(SeedCommand(command, "Ask about the catalog, or create something", "who owns checkout"),),
        shortcuts=(
            SeedShortcut("ask", "Ask Callboard"),
            SeedShortcut("who_owns_this", "Who owns this?", "message"),
        ),
    )


def installed(seed: "WorkspaceSeed", runtime: "Runtime") -> "WorkspaceSeed":
    """The seed with the domains whose links our app unfolds, where it names none."""
    from bot.manifest import unfurl_domains_of

    if seed.app.unfurl_domains:
        return seed
    return replace(seed, app=replace(seed.app, unfurl_domains=unfurl_domains_of(runtime.config)))


def seed_for(runtime: "Runtime") -> "WorkspaceSeed":
    """Users and team channels from the catalog; a single person where it has none."""
    from playground.seed import SeedChannel, SeedUser, WorkspaceSeed, stable_id

    users: list[SeedUser] = []
    channels: dict[str, None] = {"general": None}
    with runtime.database.read() as connection:
        users += [_user(connection, r) for r in people.refs_of_kind(connection, "user", limit=_MAX_PEOPLE)]
        for ref in people.refs_of_kind(connection, "group", limit=_MAX_CHANNELS):
            group = lookup.get_entity(connection, ref)
            written = group.annotations.get(SLACK_CHANNEL) if group else None
            if written and (name := _channel_name(written)):
                channels[name] = None
    users = users or [SeedUser(name="you", id="U0YOU", real_name="You", is_admin=True)]
    members = (*(u.id for u in users), _BOT)
    seeded = tuple(SeedChannel(name=n, id=stable_id("C", n), members=members) for n in channels)
    return WorkspaceSeed(tuple(users), seeded, app_of(runtime.config.slack.command))


def _user(connection: Connection, ref: str) -> "SeedUser":
    from playground.seed import SeedUser, stable_id

    user = lookup.get_entity(connection, ref)
    assert user is not None
    profile = user.spec.get("profile") or {}
    slack_id = user.annotations.get(SLACK_USER) or stable_id("U", ref)
    name = re.sub(r"[^a-z0-9._-]", "-", user.name.lower())
    return SeedUser(name=name, id=slack_id, real_name=user.title, email=str(profile.get("email") or ""))


def _channel_name(written: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "-", written.removeprefix("#").lower())[:80]
