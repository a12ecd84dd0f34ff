"""What a source hands to ingestion."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from callboard.durations import Schedule
from callboard.refs import LocationRef
from catalog.ingest.costs import Spent


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One catalog file of a source. `content` None: it is still the one whose `version` the source was told."""

    location: LocationRef
    content: bytes | None
    version: str = ""
    actor: str | None = None
    """Who made this change, as a ref or `github:<login>`, when the source knows."""


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """One file that couldn't be read; what it held before stays."""

    location: LocationRef
    message: str
    missing: bool = False
    """The source says that the file isn't there, as against not answering."""


class Provider(Protocol):
    """Lists every catalog file it is responsible for; what a complete run doesn't list has vanished.

    A run that raises has listed what it could: that is kept, and nothing is taken for vanished.
    """

    key: str
    """Names the provider's bucket of entities for good, e.g. `github-provider:default`."""
    schedule: Schedule
    spent: Spent

    def read(self, known: Mapping[str, str]) -> Iterator[SourceFile | SourceFailure]:
        """The files, given the version of each location (by its text form) at the last good read."""
        ...

    def read_again(
        self, location: LocationRef, known: Mapping[str, str]
    ) -> Sequence[SourceFile | SourceFailure] | None:
        """One file out of turn; None where that takes a whole run."""
        ...
