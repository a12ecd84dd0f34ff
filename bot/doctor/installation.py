"""The process's own surroundings: database, disk, git, and who may reach it."""

import shutil
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.doctor.check import Check
from callboard.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from bot.runtime import Runtime

LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_LEAST_FREE: Final = 500 * 1024 * 1024
CLOCK_SKEW: Final = 30.0
"""Seconds; Slack's signatures are good for 300."""


def database(runtime: "Runtime") -> Iterator[Check]:
    from callboard.db.engine import wait_for_database
    from callboard.db.migrate import head, revision_of

    where = runtime.database.engine.url.render_as_string(hide_password=True)
    try:
        wait_for_database(runtime.database, seconds=0)
    except ServiceUnavailableError as error:
        hint = "Is it running, and are `backend.database.connection`'s host, user and password right?"
        yield Check("database", "failed", f"{where}: {error.message}", hint)
        return
    yield Check("database", "ok", f"{where} answers")
    found = revision_of(runtime.database)
    if found == head():
        yield Check("migrations", "ok", f"at revision {found}")
    else:
        yield Check("migrations", "failed", f"at revision {found}, {head()} is wanted", "Run `callboard db upgrade`.")


def database_clock(runtime: "Runtime") -> Iterator[Check]:
    """Leases and schedules go by the database's clock, logs and signatures by this machine's."""
    with runtime.database.read() as connection:
        skew = runtime.database.now(connection) - time.time()
    yield from clock_check("database clock", skew, "the database's")


def clock_check(name: str, skew: float, whose: str) -> Iterator[Check]:
    if abs(skew) > CLOCK_SKEW:
        direction = "behind" if skew > 0 else "ahead of"
        message = f"this machine's clock is {abs(skew):,.0f} seconds {direction} {whose}"
        yield Check(name, "failed", message, "Let both follow NTP (`timedatectl status` says whether one does).")
    else:
        yield Check(name, "ok", f"agrees with {whose}")


def typos(runtime: "Runtime") -> Iterator[Check]:
    from search.spelling import has_trigrams

    if runtime.database.is_sqlite:
        return
    with runtime.database.read() as connection:
        found = has_trigrams(connection)
    if found:
        yield Check("search", "ok", "misspelt words are found by their trigrams")
    else:
        hint = "Let a superuser run `CREATE EXTENSION pg_trgm` in this database, then `callboard db upgrade`."
        yield Check("search", "warning", "no pg_trgm: only misspelt names are found, not words of titles", hint)


def folder(runtime: "Runtime") -> Iterator[Check]:
    data = runtime.config.callboard.data_dir
    probe = data / ".probe"
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        hint = "Let the process write there, or set `callboard.dataDir`."
        yield Check("data folder", "failed", f"{data} can't be written: {error.strerror}", hint)
        return
    yield Check("data folder", "ok", f"{data} can be written")
    free = shutil.disk_usage(data).free
    if free < _LEAST_FREE:
        message = f"{free // 1024 // 1024} MB are free where {data} lies"
        yield Check("disk", "failed", message, "Make room: when the disk is full, nothing can be written any more.")


def git(runtime: "Runtime") -> Iterator[Check]:
    remotes = runtime.config.integrations.git
    if remotes and shutil.which("git") is None:
        yield Check("git", "failed", "there is no `git` on the PATH", "Install it: `publish:git` pushes with it.")
    private = runtime.config.callboard.data_dir.resolve()
    for entry in remotes:
        if entry.directory.resolve().is_relative_to(private):
            message = f"{entry.directory} lies inside `callboard.dataDir`, and nothing there is read into the catalog"
            hint = "Move `integrations.git[].directory` elsewhere; what templates publish can't be registered so."
            yield Check(f"git {entry.host}", "failed", message, hint)


def api_access(runtime: "Runtime") -> Iterator[Check]:
    backend = runtime.config.backend
    if backend.auth.dangerously_disable_default_auth_policy and backend.listen.host not in LOCAL:
        message = "anybody who reaches the port may use the API"
        yield Check("api access", "warning", message, "Configure `backend.auth.externalAccess`.")


def secrets(runtime: "Runtime") -> Iterator[Check]:
    if runtime.config.callboard.secret_key is None:
        hint = "Set `callboard.secretKey` (`openssl rand -base64 32`) so that templates may take secrets."
        yield Check("secrets", "warning", "no `callboard.secretKey`", hint)


def base_url(runtime: "Runtime") -> Iterator[Check]:
    """Links in messages, and requests of Slack and GitHub, need an address that leads here from elsewhere."""
    config = runtime.config
    hosts = config.integrations.github
    needs = {
        "Slack's requests (`slack.signingSecret` without `slack.appToken`)": (
            config.slack.signing_secret is not None and config.slack.app_token is None
        ),
        "webhooks of GitHub": any(g.webhook_secret or any(a.webhook_secret for a in g.apps) for g in hosts),
        "links in messages": config.slack.bot_token is not None,
    }
    why = next((what for what, needed in needs.items() if needed), None)
    if why is None:
        return
    host = urlsplit(config.public_url).hostname or ""
    if config.backend.base_url is None:
        message = f"no `backend.baseUrl`: {why} would lead to {config.public_url}"
        yield Check("base url", "failed", message, "Set it to the address that people reach this installation by.")
    elif host in LOCAL or host == "0.0.0.0":  # noqa: S104 - compared, not listened on
        message = f"`backend.baseUrl` is {config.public_url}: {why} would lead nowhere from another machine"
        yield Check("base url", "warning", message, "Set it to the address that people reach this installation by.")
    else:
        yield Check("base url", "ok", config.public_url)
