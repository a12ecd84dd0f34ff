"""How the catalog's sources stand."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from catalog.tables import sources, targets


@dataclass(frozen=True, slots=True)
class SourceState:
    """One root: when it was last read whole, and what is wrong with it."""

    key: str
    kind: str
    read_at: float | None
    error: str | None
    failing_since: float | None
    failing_targets: int


def source_states(connection: Connection) -> list[SourceState]:
    """Every source, by key."""
    failing = select(func.count()).where(targets.c.source_id == sources.c.id, targets.c.error.is_not(None))
    columns = (sources.c.key, sources.c.kind, sources.c.read_at, sources.c.error, sources.c.failing_since)
    query = select(*columns, failing.scalar_subquery()).order_by(sources.c.key)
    return [SourceState(*row) for row in connection.execute(query)]


def files_read(connection: Connection) -> int:
    """How many files and URLs have been read, broken ones among them."""
    query = select(func.count()).where(targets.c.location.not_like("source:%"))
    return int(connection.execute(query).scalar_one())
