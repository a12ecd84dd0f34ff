"""Entities that were read before, kept for as long as the catalog's version stays the same.

Asking for the version costs a tenth of reading fifty entities with their relations. What is kept ends with the
version, after a minute (an older replica beside this one, during an upgrade, moves no version), and when it has grown
large.

For readers only: a transaction that has changed the catalog itself would keep what may be rolled back.
"""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection
from sqlalchemy.pool import Pool

from catalog.version import current

if TYPE_CHECKING:
    from catalog.queries.output import StoredEntity

_MOST: Final = 20_000
_LONGEST: Final = 60.0
_held: WeakKeyDictionary[Pool, "Kept"] = WeakKeyDictionary()


@dataclass(slots=True)
class Kept:
    """Rows by id and by ref, read when the catalog had this version or later."""

    version: int
    since: float = field(default_factory=time.monotonic)
    by_id: dict[int, "StoredEntity"] = field(default_factory=dict)
    by_ref: dict[str, "StoredEntity"] = field(default_factory=dict)

    def add(self, row: "StoredEntity") -> None:
        self.by_id[row.id] = self.by_ref[row.ref] = row

    @property
    def is_spent(self) -> bool:
        return len(self.by_id) > _MOST or time.monotonic() - self.since > _LONGEST


def kept(connection: Connection) -> Kept:
    """What still holds; empty for a reader whose snapshot is older than what others read."""
    version = current(connection)
    held = _held.get(connection.engine.pool)
    if held is None or version > held.version or held.is_spent:
        held = _held[connection.engine.pool] = Kept(version)
    return held if version == held.version else Kept(version)
