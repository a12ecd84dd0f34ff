"""Looks at everything an installation needs and says what is wrong in words that a person can act on."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from bot.doctor import catalog, github, installation, jobs, slack, sources
from bot.doctor.check import Check
from callboard.errors import CallboardError
from callboard.logs import redact

if TYPE_CHECKING:
    from bot.runtime import Runtime

__all__ = ["Check", "examine"]

Look = Callable[["Runtime"], Iterator[Check]]

_LOOKS: Final[dict[str, Look]] = {
    "data folder": installation.folder,
    "database": installation.database,
    "git": installation.git,
    "slack": slack.workspace,
    "slack socket": slack.socket,
    "slack transport": slack.transport,
    "github": github.hosts,
    "locations": catalog.locations,
    "api access": installation.api_access,
    "secrets": installation.secrets,
    "base url": installation.base_url,
}
_LOOKS_INTO_DATABASE: Final[dict[str, Look]] = {
    "database clock": installation.database_clock,
    "search": installation.typos,
    "sources": sources.sources,
    "templates": catalog.templates,
    "admins": catalog.admins,
    "jobs": jobs.tasks,
    "schedules": jobs.schedules,
}


def examine(runtime: "Runtime") -> Iterator[Check]:
    """Every check, one after the other; what can't be told without a database is left out where there is none."""
    usable = True
    for name, look in _LOOKS.items():
        for check in _looked(name, look, runtime):
            usable = usable and not (check.name in {"database", "migrations"} and check.state == "failed")
            yield check
    for name, look in _LOOKS_INTO_DATABASE.items() if usable else ():
        yield from _looked(name, look, runtime)


def _looked(name: str, look: Look, runtime: "Runtime") -> Iterator[Check]:
    """A look that breaks is a failed check."""
    try:
        yield from look(runtime)
    except CallboardError as error:
        yield Check(name, "failed", redact(error.message), error.hint)
    except Exception as error:  # noqa: BLE001 - the doctor reports what is broken and goes on
        yield Check(name, "failed", redact(f"{type(error).__name__}: {error}"))
