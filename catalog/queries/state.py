"""The catalog in numbers: what it holds, and how its sources are."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from catalog.tables import entities, problems, sources, targets


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source, when it was last read well, and since when it fails, if it does."""

    key: str
    read_at: float | None
    failing_since: float | None
    ok: bool


@dataclass(frozen=True, slots=True)
class CatalogState:
    """Entities and problems by kind, sources in the order they came."""

    entities: dict[str, int]
    problems: dict[str, int]
    failing_locations: int
    sources: tuple[SourceState, ...]


def state_of(connection: Connection) -> CatalogState:
    """A few counts; cheap enough for every scrape."""
    held = connection.execute(select(entities.c.kind, func.count()).group_by(entities.c.kind))
    wrong = connection.execute(select(problems.c.kind, func.count()).group_by(problems.c.kind))
    unreadable = select(func.count()).select_from(targets).where(targets.c.error.is_not(None))
    listed = select(sources.c.key, sources.c.read_at, sources.c.failing_since, sources.c.error).order_by(sources.c.id)
    return CatalogState(
        {row[0]: row[1] for row in held},
        {row[0]: row[1] for row in wrong},
        connection.execute(unreadable).scalar_one(),
        tuple(
            SourceState(row.key, row.read_at, row.failing_since, row.error is None)
            for row in connection.execute(listed)
        ),
    )
