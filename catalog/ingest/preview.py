"""What registering a location would bring in, without storing any of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from callboard.errors import CallboardError, InputError
from callboard.refs import LocationRef
from catalog.ingest import locations
from catalog.ingest.candidate import Candidate, ChildLocation, ParsedTarget
from catalog.ingest.documents import DocumentParser, Origin
from catalog.ingest.reading import MissingError, Reader, ReadError
from catalog.ingest.run import RootLocation

_MAX_FILES = 200


@dataclass(slots=True)
class Preview:
    """Walks from a root like an ingestion does; the first thing that is wrong ends it."""

    parser: DocumentParser
    reader: Reader
    root: RootLocation
    _found: list[Candidate] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def candidates(self) -> list[Candidate]:
        """The root's own Location first. Raises InputError with what stands in the way."""
        generated = locations.generated_location(self.root.location, self.root.presence)
        origin = Origin(self.root.location, self.root.location)
        self._take(self.parser.parse_generated(generated, origin), self.root.location)
        pending = [ChildLocation(self.root.location.type, self.root.location.target, self.root.presence)]
        queue = [(self.root.location, child) for child in pending]
        while queue:
            base, child = queue.pop(0)
            for location in self._concrete(base, child):
                queue += [(location, c) for c in self._visit(location, child.presence)]
        return self._found

    def _concrete(self, base: LocationRef, child: ChildLocation) -> Iterator[LocationRef]:
        target = locations.resolve_target(base, child.target)
        if not locations.is_glob(target):
            yield LocationRef(child.type, target)
            return
        try:
            found = self.reader.urls.search(target)
        except CallboardError as error:
            raise _refusal(error) from None
        for one in found:
            yield LocationRef(child.type, one)

    def _visit(self, location: LocationRef, presence: str) -> list[ChildLocation]:
        if str(location) in self._seen:
            return []
        self._seen.add(str(location))
        if len(self._seen) > _MAX_FILES:
            raise InputError(f"{self.root.location} leads to more than {_MAX_FILES} files; register them in parts")
        try:
            data = self.reader.read(location, "", None).data or b""
        except MissingError as error:
            if presence == "optional":
                return []
            raise _refusal(error) from None
        except CallboardError as error:
            raise _refusal(error) from None
        parsed = self.parser.parse(data, Origin(location, self.root.location, self.root.allows), self._fetch)
        self._take(parsed, location)
        return parsed.children

    def _take(self, parsed: ParsedTarget, location: LocationRef) -> None:
        failure = next((f for f in parsed.failures if f.kind == "error"), None)
        if failure is not None:
            raise InputError(f"{failure.name}: {failure.message} ({location}, line {failure.line})")
        self._found += parsed.candidates

    def _fetch(self, reference: str, base: str) -> tuple[str, str]:
        kind, _, path = base.partition(":")
        target = locations.resolve_target(LocationRef(kind, path), reference)
        data = self.reader.read(LocationRef("url", target), "", None).data or b""
        try:
            return data.decode("utf-8-sig"), f"url:{target}"
        except UnicodeDecodeError:
            raise ReadError(f"{target} is not UTF-8 text") from None


def _refusal(error: CallboardError) -> InputError:
    return InputError(f"{error.name}: {error.message}", hint=error.hint)
