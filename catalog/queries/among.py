"""SQL text in which a column must be among some values, sent past SQLAlchemy's compiler."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection


def rows_among(connection: Connection, query: str, values: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    """All rows of `query`, a constant text of ours in which `{among}` after a column means: one of `values`.

    The values are always parameters; the text has no others, and no `%`.
    """
    places = query.count("{among}")
    if connection.dialect.name == "sqlite":
        result = connection.exec_driver_sql(_listed(query, len(values)), tuple(values) * places)
    else:
        result = connection.exec_driver_sql(query.replace("{among}", "= ANY(%s)"), (list(values),) * places)
    rows: Sequence[tuple[Any, ...]] = result.cursor.fetchall() if result.cursor is not None else ()
    result.close()
    return rows


@lru_cache(maxsize=512)
def _listed(query: str, count: int) -> str:
    return query.replace("{among}", f"IN ({','.join('?' * count)})" if count != 1 else "= ?")
