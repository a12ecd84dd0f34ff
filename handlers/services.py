"""What handlers are given; the composition root builds it, a test may build another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callboard.config.model import AppConfig
from callboard.db import Connection, Database, UnitOfWork
from callboard.errors import ServiceUnavailableError
from callboard.ports import Authorizer
from catalog.model import Problem
from catalog.picture import Graph

if TYPE_CHECKING:
    import pluggy

    from answers.service import Answerer
    from catalog.service import Catalog
    from notifications.service import Notices
    from scaffolder.service import Scaffolder
    from search.names import NameIndex
    from search.question import Synonyms
    from techdocs.access import DocsAccess


def _no_pictures(graph: Graph) -> str:
    raise ServiceUnavailableError(f"No picture of {graph.title}: pictures are shown in Slack only.")


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler may ask."""

    config: AppConfig
    database: Database
    catalog: "Catalog"
    authorizer: Authorizer
    names: "NameIndex"
    answerer: "Answerer"
    scaffolder: "Scaffolder"
    notices: "Notices"
    plugins: "pluggy.PluginManager"
    clock: Callable[[], float]
    attention: Callable[[Connection, Sequence[str]], Sequence[Problem]]
    """What needs attention among the things that these groups own."""
    synonyms: "Synonyms | None" = None
    docs_access: "DocsAccess | None" = None
    """Makes addresses of docs; None where they are read in Slack alone."""
    pictures: Callable[[Graph], str] = _no_pictures
    """The id of an uploaded picture of a graph; may take a second, so it is called in `Reply.later`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One interaction's services and its unit of work."""

    services: Services
    uow: UnitOfWork
