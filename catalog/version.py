"""One number for the whole catalog: while it stays, whatever was read of entities before still holds.

Whoever changes entities, relations, problems or the errors of targets moves it on as the last thing of the same
transaction. On PostgreSQL that holds a row until the commit, so that readers never see a number before its change.
"""

from typing import Final

from sqlalchemy import Connection, text

from catalog.queries.statement import Sql, rows_of

_BUMP: Final = text(
    "INSERT INTO catalog_versions (id, version) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET version = catalog_versions.version + 1"
)
_CURRENT: Final = Sql("SELECT version FROM catalog_versions WHERE id = 1")


def bump(connection: Connection) -> None:
    """The catalog is about to be another one."""
    connection.execute(_BUMP)


def current(connection: Connection) -> int:
    """0 while nothing was ever read in."""
    rows = rows_of(connection, _CURRENT)
    return int(rows[0][0]) if rows else 0
