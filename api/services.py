"""What the HTTP side needs of the rest of the process."""

from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from callboard.config.model import AppConfig
from callboard.db import Database
from callboard.ports import Authorizer
from catalog.service import Catalog


@dataclass(frozen=True, slots=True)
class ApiServices:
    """Given by the composition root. `ready` tells whether questions can be answered yet."""

    database: Database
    catalog: Catalog
    config: AppConfig
    version: str
    ready: Callable[[], bool] = lambda: True
    check_url: Callable[[str], None] = lambda _url: None
    """Raises a CallboardError where reading a URL isn't allowed."""
    authorizer: Authorizer | None = None
    """Who may see what; None for the tokens' own restrictions alone."""
    metrics: CollectorRegistry = field(default_factory=CollectorRegistry)
    """Where other parts of the process register their own numbers."""
