"""Looks at everything an installation needs and says what is wrong in words that a person can act on."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.doctor_github import look_at_github
from bot.doctor_sources import look_at_sources
from bot.findings import Check
from callboard.errors import CallboardError, ServiceUnavailableError

if TYPE_CHECKING:
    from bot.runtime import Runtime


def examine(runtime: "Runtime") -> Iterator[Check]:
    """Every check, one after the other; a check that breaks is a failed check."""
    for name, look in _LOOKS.items():
        try:
            yield from look(runtime)
        except CallboardError as error:
            yield Check(name, "failed", error.message, error.hint)
        except Exception as error:  # noqa: BLE001 - the doctor reports what is broken and goes on
            yield Check(name, "failed", f"{type(error).__name__}: {error}")


def _database(runtime: "Runtime") -> Iterator[Check]:
    from callboard.db.engine import wait_for_database
    from callboard.db.migrate import head, revision_of

    where = runtime.database.engine.url.render_as_string(hide_password=True)
    wait_for_database(runtime.database, seconds=0)
    yield Check("database", "ok", f"{where} answers")
    found = revision_of(runtime.database)
    if found == head():
        yield Check("migrations", "ok", f"at revision {found}")
    else:
        yield Check("migrations", "failed", f"at revision {found}, {head()} is wanted", "Run `callboard db upgrade`.")


def _typos(runtime: "Runtime") -> Iterator[Check]:
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


def _folder(runtime: "Runtime") -> Iterator[Check]:
    folder = runtime.config.callboard.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".probe"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        hint = "Let the process write there, or set `callboard.dataDir`."
        yield Check("data folder", "failed", f"{folder} can't be written: {error.strerror}", hint)
    else:
        yield Check("data folder", "ok", f"{folder} can be written")


def _git(runtime: "Runtime") -> Iterator[Check]:
    private = runtime.config.callboard.data_dir.resolve()
    for entry in runtime.config.integrations.git:
        if entry.directory.resolve().is_relative_to(private):
            message = f"{entry.directory} lies inside `callboard.dataDir`, and nothing there is read into the catalog"
            hint = "Move `integrations.git[].directory` elsewhere; what templates publish can't be registered so."
            yield Check(f"git {entry.host}", "failed", message, hint)


def _slack(runtime: "Runtime") -> Iterator[Check]:
    from bot.chat import call
    from bot.manifest import SCOPES

    settings = runtime.config.slack
    if settings.bot_token is None:
        message = "no tokens: `callboard run` starts a local workspace"
        yield Check("slack", "warning", message, "Make an app from `callboard manifest` and set `slack.botToken`.")
        return
    client = runtime.slack_client(token=settings.bot_token.get_secret_value(), api_url=settings.api_url)
    try:
        answer = call(client.auth_test)
    except ServiceUnavailableError as error:
        yield Check("slack", "failed", error.message, "Is `slack.apiUrl` right, and does a proxy let it through?")
        return
    yield Check("slack", "ok", f"{answer['team']} as {answer['user']}")
    granted = {s.strip() for s in (answer.headers.get("x-oauth-scopes") or "").split(",") if s.strip()}
    missing = sorted(set(SCOPES) - granted) if granted else []
    if missing:
        hint = "Update the app from `callboard manifest` and install it again."
        yield Check("slack scopes", "failed", f"missing: {', '.join(missing)}", hint)
    if settings.app_token is None and settings.signing_secret is None:
        hint = "Set `slack.appToken` for Socket Mode or `slack.signingSecret` for HTTP."
        yield Check("slack transport", "failed", "neither app token nor signing secret", hint)


def _locations(runtime: "Runtime") -> Iterator[Check]:
    from pathlib import Path

    from catalog.ingest.locations import expand_glob, is_glob

    for entry in runtime.config.catalog.locations:
        if entry.type == "file" and not (
            expand_glob(entry.target) if is_glob(entry.target) else Path(entry.target).exists()
        ):
            yield Check(
                "catalog.locations",
                "failed",
                f"{entry.target} does not exist",
                "Mend the path; it counts from its config file.",
            )


def _security(runtime: "Runtime") -> Iterator[Check]:
    auth = runtime.config.backend.auth
    if auth.dangerously_disable_default_auth_policy and runtime.config.backend.listen.host not in {
        "127.0.0.1",
        "localhost",
        "::1",
    }:
        yield Check(
            "api access",
            "warning",
            "anybody who reaches the port may use the API",
            "Configure `backend.auth.externalAccess`.",
        )
    if runtime.config.callboard.secret_key is None:
        hint = "Set `callboard.secretKey` (`openssl rand -base64 32`) so that templates may take secrets."
        yield Check("secrets", "warning", "no `callboard.secretKey`", hint)


def _templates(runtime: "Runtime") -> Iterator[Check]:
    from callboard.chat import Actor

    actor = Actor(is_admin=True)
    with runtime.database.read() as connection:
        for summary in runtime.scaffolder.templates(connection, actor):
            template = runtime.scaffolder.template(connection, summary.ref, actor)
            wrong = [p for p in runtime.scaffolder.problems(template) if p.severity == "error"]
            if wrong:
                yield Check(
                    summary.ref, "warning", f"{wrong[0].where}: {wrong[0].message}", "The template can't run as it is."
                )


_LOOKS: dict[str, Callable[["Runtime"], Iterator[Check]]] = {
    "database": _database,
    "search": _typos,
    "data folder": _folder,
    "git": _git,
    "slack": _slack,
    "github": look_at_github,
    "locations": _locations,
    "sources": look_at_sources,
    "templates": _templates,
    "security": _security,
}
