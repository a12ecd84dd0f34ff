"""Reads the files that placeholders name."""

import hashlib
from collections.abc import Sequence

from callboard.refs import LocationRef, parse_location_ref
from catalog.ingest import locations
from catalog.ingest.reading import Confinement, Reader, ReadError


class PlaceholderFetch:
    """Reads placeholder files for one target and remembers their digests."""

    def __init__(
        self, reader: Reader, confinement: Confinement | None, location: LocationRef, github_hosts: Sequence[str]
    ) -> None:
        self._reader = reader
        self._confinement = confinement
        self._location = location
        self._github_hosts = github_hosts
        self.digests: dict[str, str] = {}

    def __call__(self, reference: str, base: str) -> tuple[str, str]:
        origin = parse_location_ref(base)
        target = locations.resolve_target(origin, reference, self._github_hosts)
        location = LocationRef("url" if "://" in target else "file", target)
        self.digests[str(location)] = ""  # one that can't be read now is looked for again
        data = self._reader.read(location, "", self._confinement).data or b""
        self.digests[str(location)] = sha1_of(data)
        try:
            return data.decode("utf-8-sig"), str(location)
        except UnicodeDecodeError:
            raise ReadError(f"{target} is not UTF-8 text") from None


def sha1_of(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
