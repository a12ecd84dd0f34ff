"""How much one transaction takes on: as much as fits in a tenth of a second, never more than 500 entities."""

from collections.abc import Iterator, Sequence
from typing import Final

from catalog.ingest.target import Arrival, Part

MOST: Final = 500
_LEAST: Final = 25
_START: Final = 100
_SECONDS: Final = 0.06


class Pace:
    """Learns from each transaction how long it holds up others who want to write."""

    def __init__(self) -> None:
        self.size = _START

    def learn(self, size: int, seconds: float) -> None:
        """A transaction of `size` entities held the lock for `seconds`."""
        fitting = int(size * _SECONDS / max(seconds, 1e-4))
        self.size = max(_LEAST, min(MOST, fitting, self.size * 2))

    def groups(self, arrivals: Sequence[Arrival]) -> Iterator[list[Part]]:
        """Arrivals cut and gathered into transactions, in order; the size is asked for anew each time."""
        group, room = list[Part](), self.size
        for arrival in arrivals:
            start, last = 0, False
            while not last:
                end = min(start + max(1, room), len(arrival.parsed.candidates))
                last = end == len(arrival.parsed.candidates)
                group.append(Part(arrival, start, end, last))
                room -= max(1, end - start)
                start = end
                if room <= 0:
                    yield group
                    group, room = [], self.size
        if group:
            yield group
