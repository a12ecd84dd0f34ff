"""What a walk of the graph came to: its number at once, names and summaries for those that somebody looks at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, overload

from sqlalchemy import Connection

from catalog.model import Reached
from catalog.queries import lookup
from catalog.queries.statement import rows_among

_PAGE: Final = 100
BATCH: Final = 5_000
"""How many ids one statement takes; a walk of thousands is a few statements."""


class Ways:
    """How a walk came to each id: from which other one, in how many steps."""

    def __init__(self, roots: Sequence[int]) -> None:
        self._parents: dict[int, int | None] = dict.fromkeys(roots)
        self.depths: dict[int, int] = dict.fromkeys(roots, 0)

    def add(self, steps: Mapping[int, int]) -> None:
        """What was reached, and from where."""
        self._parents.update(steps)
        for reached, origin in steps.items():
            self.depths[reached] = self.depths[origin] + 1

    def path(self, end: int) -> list[int]:
        """From a root to `end`, both included."""
        way = [end]
        while (parent := self._parents[way[-1]]) is not None:
            way.append(parent)
        return way[::-1]


class Reach(Sequence[Reached]):
    """Nearest first, then by ref. It reads as it is looked at, so it is good as long as its connection is."""

    def __init__(self, connection: Connection, ids: Sequence[int], ways: Ways) -> None:
        self._connection = connection
        self._ids = ids
        self._ways = ways
        self._known: dict[int, Reached] = {}

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> Reached: ...

    @overload
    def __getitem__(self, index: slice) -> "Reach": ...

    def __getitem__(self, index: int | slice) -> "Reached | Reach":
        if isinstance(index, slice):
            return self._of(self._ids[index])
        wanted = self._ids[index]
        if wanted not in self._known:
            start = index if index >= 0 else index + len(self._ids)
            self._describe(self._ids[start : start + _PAGE])
        return self._known[wanted]

    def find(self, ref: str) -> Reached | None:
        """The one of this ref, if the walk came to it."""
        wanted = lookup.ref_ids(self._connection, [ref]).get(ref)
        return self._of([wanted])[0] if wanted in set(self._ids) and wanted is not None else None

    @property
    def direct(self) -> int:
        """How many are one step away."""
        return sum(1 for i in self._ids if self._ways.depths[i] == 1)

    def existing(self) -> "Reach":
        """Without the targets that relations name and that aren't there."""
        there = self._owners()
        return self._of([i for i in self._ids if i in there])

    def by_owner(self) -> "dict[str | None, Reach]":
        """Those that exist, by the ref of their owner."""
        owners = self._owners()
        grouped: dict[int | None, list[int]] = defaultdict(list)
        for i in self._ids:
            if i in owners:
                grouped[owners[i]].append(i)
        names = names_of(self._connection, [i for i in grouped if i is not None])
        return {None if owner is None else names[owner]: self._of(ids) for owner, ids in grouped.items()}

    def _owners(self) -> dict[int, int | None]:
        found: dict[int, int | None] = {}
        for some in _batches(self._ids):
            rows = rows_among(self._connection, "SELECT id, owner_id FROM entities WHERE id {among}", some)
            found.update((row[0], row[1]) for row in rows)
        return found

    def _of(self, ids: Sequence[int]) -> "Reach":
        return Reach(self._connection, ids, self._ways)

    def _describe(self, ids: Sequence[int]) -> None:
        ways = {i: self._ways.path(i) for i in ids}
        names = names_of(self._connection, sorted({i for way in ways.values() for i in way}))
        found = lookup.summaries(self._connection, (names[i] for i in ids))
        for i, way in ways.items():
            ref = names[i]
            self._known[i] = Reached(ref, tuple(names[p] for p in way), ref in found, found.get(ref))


def names_of(connection: Connection, ids: Sequence[int]) -> Mapping[int, str]:
    """The refs of ids."""
    names: dict[int, str] = {}
    for some in _batches(ids):
        rows = rows_among(connection, "SELECT id, ref FROM refs WHERE id {among}", some)
        names.update((row[0], row[1]) for row in rows)
    return names


def _batches(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
