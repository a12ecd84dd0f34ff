"""What the runs of the providers took and cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from catalog.ingest.costs import Quota
from catalog.tables import source_runs, sources


@dataclass(frozen=True, slots=True)
class Run:
    """The last whole run of a provider, None where there was none, and what it has cost in all."""

    began_at: float | None
    seconds: float | None
    requests: Mapping[str, int]
    total: Mapping[str, int]
    quotas: Mapping[str, Quota]


def runs(connection: Connection) -> dict[str, Run]:
    """By the source's key."""
    query = select(sources.c.key, source_runs).join(sources, sources.c.id == source_runs.c.source_id)
    return {
        row.key: Run(
            row.began_at, row.seconds, row.requests or {}, row.total, {n: Quota(**q) for n, q in row.quotas.items()}
        )
        for row in connection.execute(query.order_by(sources.c.key))
    }
