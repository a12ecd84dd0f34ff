"""SQL text that ends in a column which must be among some values, sent past SQLAlchemy's compiler."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection


def rows_among(connection: Connection, query: str, values: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of `query`, a constant text of ours ending in `WHERE … column`, where the column is one of `values`.

    The values are always parameters; the text holds no `%` and no other parameters.
    """
    if connection.dialect.name == "sqlite":
        result = connection.exec_driver_sql(_listed(query, len(values)), tuple(values))
    else:
        result = connection.exec_driver_sql(f"{query} = ANY(%s)", (list(values),))
    rows: Sequence[tuple[Any, ...]] = result.cursor.fetchall() if result.cursor is not None else ()
    result.close()
    return rows


@lru_cache(maxsize=512)
def _listed(query: str, count: int) -> str:
    return f"{query} IN ({','.join('?' * count)})" if count != 1 else f"{query} = ?"
