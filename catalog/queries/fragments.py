"""Relations as JSON, from what a row's subqueries gather of them.

A row has its relations as `ownedBy 17,partOf 4`: type and id of the other end. What each of those reads in JSON never
changes, since a ref keeps its id for good; and it is read far more often than there are relations, so it is kept.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection
from sqlalchemy.pool import Pool

from catalog.ingest.rows import batches
from catalog.kinds import INVERSE
from catalog.queries.statement import rows_among

_KEEP: Final = 100_000
_NAMES: Final = "SELECT id, ref FROM refs WHERE id {among}"
_Known = dict[str, str]
_known: WeakKeyDictionary[Pool, tuple[_Known, _Known]] = WeakKeyDictionary()


def related(connection: Connection, rows: Sequence[tuple[str | None, str | None]]) -> list[str]:
    """The items of `relations` for each row's outgoing and incoming ones, sorted by type and target.

    For readers only: in a transaction that makes refs, one that is rolled back would be remembered.
    """
    outward, inward = _known.setdefault(connection.engine.pool, ({}, {}))
    try:
        return [_joined(row, outward, inward) for row in rows]
    except KeyError:
        outward, inward = _kept(outward), _kept(inward)
        _learn(connection, rows, outward, inward)
        _known[connection.engine.pool] = outward, inward
        return [_joined(row, outward, inward) for row in rows]


def _joined(row: tuple[str | None, str | None], outward: _Known, inward: _Known) -> str:
    found = [outward[part] for part in row[0].split(",")] if row[0] else []
    if row[1]:
        found += [inward[part] for part in row[1].split(",")]
    return ",".join(sorted({*found}))  # both ends may say the same


def _kept(known: _Known) -> _Known:
    return known if len(known) < _KEEP else {}


def _learn(
    connection: Connection, rows: Iterable[tuple[str | None, str | None]], outward: _Known, inward: _Known
) -> None:
    missing: list[tuple[_Known, str, str, int]] = []
    for row in rows:
        for known, text in zip((outward, inward), row, strict=True):
            for part in text.split(",") if text else ():
                if part not in known:
                    kind, _, number = part.partition(" ")
                    missing.append((known, part, kind if known is outward else INVERSE[kind], int(number)))
    names = dict[int, str]()
    for some in batches(sorted({other for *_rest, other in missing})):
        names.update((row[0], row[1]) for row in rows_among(connection, _NAMES, some))
    for known, part, kind, other in missing:
        known[part] = f'{{"type":"{kind}","targetRef":{orjson.dumps(names[other]).decode()}}}'
