"""Walks a source from its root to its last file: read, compare digests, parse what changed, apply, find what is gone.

An error stays with its target: siblings go on, and nothing under a target that can't be read is taken for gone.
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from callboard.errors import CallboardError
from callboard.logs import get_logger
from callboard.refs import LocationRef, parse_location_ref
from catalog.ingest import locations
from catalog.ingest.apply import Applier
from catalog.ingest.candidate import ChildLocation, Failure, ParsedTarget
from catalog.ingest.documents import DocumentParser, Origin, digest_of
from catalog.ingest.fetch import PlaceholderFetch, sha1_of
from catalog.ingest.folder import CatalogFolder
from catalog.ingest.ledger import Ledger, SourceRow
from catalog.ingest.pace import MOST
from catalog.ingest.reading import Confinement, Content, MissingError, Reader, ReadError, confinement_for
from catalog.ingest.source import Provider, SourceFailure, SourceFile
from catalog.ingest.target import Arrival, Counts, Reading, Target
from catalog.ingest.walk import Step, Walk

_log = get_logger("ingest")
_PATIENCE = 0.5
Progress = Callable[[str, Counts], None]


@dataclass(frozen=True, slots=True)
class RootLocation:
    """A location from app-config (`config`) or registered through the API (`registered`)."""

    kind: str
    location: LocationRef
    presence: str = "required"
    allows: Callable[[Mapping[str, Any]], bool] = lambda _document: True
    folder: CatalogFolder | None = None
    """Given: every catalog file below it is meant; `location` names the folder."""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.location}"


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What local sources may read besides their own folder, and what nobody may."""

    extra: tuple[Path, ...] = ()
    forbidden: tuple[Path, ...] = ()


class Ingestor:
    """Runs one source at a time; several processes may run, the database sorts out who writes when."""

    def __init__(
        self,
        *,
        parser: DocumentParser,
        applier: Applier,
        reader: Reader,
        rows: Ledger,
        boundaries: Boundaries | None = None,
        github_hosts: Sequence[str] = ("github.com",),
    ) -> None:
        self.parser = parser
        self._applier = applier
        self.reader = reader
        self._ledger = rows
        self._boundaries = boundaries or Boundaries()
        self._github_hosts = github_hosts
        self._one_at_a_time = threading.Lock()

    def sync_location(
        self, root: RootLocation, *, force: bool = False, progress: Progress | None = None, actor: str | None = None
    ) -> Counts:
        """Bring the catalog level with everything under `root`; reading errors are recorded, not raised."""
        with self._one_at_a_time:
            source = self._ledger.source(root.kind, root.key, root.location, root.presence)
            walk = self._start(source, root.location, root.allows, force=force)
            walk.actor = actor
            top = self._root_target(walk, root)
            walk.queue.extend(self._first_steps(root, top, walk))
            self._drain(walk, progress)
            self._finish(walk, complete=True)
            return walk.counts

    def sync_provider(self, provider: Provider, *, progress: Progress | None = None) -> Counts:
        """One complete run of a provider; raises what it raises, after keeping what it had listed.

        Nobody waits while the provider talks to its source: the turn is taken for what it has yielded, item by item.
        """
        began = time.time(), time.perf_counter()
        with self._one_at_a_time:
            source = self._ledger.source("provider", f"provider:{provider.key}", LocationRef("provider", provider.key))
            walk = self._start(source, LocationRef("provider", provider.key), lambda _document: True)
            top = self._ledger.target(source.id, None, f"source:{source.key}")
        walk.visited.add(top.location)
        versions = {t.location: t.version for t in walk.known.values() if t.version and not t.error}
        try:
            for item in provider.read(versions):
                with self._one_at_a_time:
                    self._take(walk, item, top)
                    self._drain(walk, progress)
        except CallboardError as error:
            with self._one_at_a_time:
                self._store(walk)
                self._ledger.source_failed(source.key, error.user_text)
            raise
        else:
            with self._one_at_a_time:
                self._finish(walk, complete=True)
        finally:
            seconds = time.perf_counter() - began[1]
            self._ledger.note_cost(source.key, provider.spent.take(), run=(began[0], seconds))
        return walk.counts

    def sync_files(self, key: str, items: Iterable[SourceFile | SourceFailure]) -> Counts:
        """Some files of a provider out of turn, the others stay; a failure that is `missing` takes its file away."""
        with self._one_at_a_time:
            location = LocationRef("provider", key)
            source = self._ledger.source("provider", f"provider:{key}", location)
            walk = self._start(source, location, lambda _document: True)
            top = self._ledger.target(source.id, None, f"source:{source.key}")
            names = []
            for item in items:
                names.append(str(item.location))
                if not (isinstance(item, SourceFailure) and item.missing):
                    self._take(walk, item, top)
                    self._drain(walk, None)
            self._store(walk)
            gone = [t for t in walk.with_what_is_below(names) if t.location not in walk.visited | walk.kept]
            walk.counts.add(self._applier.remove_targets(gone))
            return walk.counts

    def remove_source(self, key: str) -> Counts:
        """A source that is no longer configured: what only it brought in becomes orphaned."""
        counts = Counts()
        with self._one_at_a_time:
            counts.add(self._applier.remove_targets(self._ledger.targets_of_key(key)))
            self._ledger.delete_source(key)
        return counts

    def _start(
        self,
        source: SourceRow,
        root: LocationRef,
        allows: Callable[[Mapping[str, Any]], bool],
        *,
        force: bool = False,
    ) -> Walk:
        known = {t.location: t for t in self._ledger.targets(source.id)}
        sizes = self._ledger.entity_counts(source.id)
        return Walk(source, root, allows, self._confinement(root), known, sizes, force=force)

    def _confinement(self, root: LocationRef) -> Confinement | None:
        if root.type != "file":
            return None
        if Path(root.target).is_dir():
            folder: str | Path = root.target
        else:
            folder = locations.glob_root(root.target) if locations.is_glob(root.target) else Path(root.target).parent
        return confinement_for(Path(folder), extra=self._boundaries.extra, forbidden=self._boundaries.forbidden)

    def _first_steps(self, root: RootLocation, top: Target, walk: Walk) -> list[Step]:
        if root.folder is None:
            children = [ChildLocation(root.location.type, root.location.target, root.presence)]
            return self._steps(children, root.location, top, (), walk)
        try:
            files = [LocationRef("file", path) for path in root.folder.files()]
        except CallboardError as error:
            self._failed(walk, self._ledger.target(walk.source.id, top.id, str(root.location)), error, 1)
            self._keep_below(walk, top.id)
            return []
        return [Step(f, top.id, "required", 1, (str(f),)) for f in files]

    def _root_target(self, walk: Walk, root: RootLocation) -> Target:
        """The Location entity that stands for the source itself."""
        target = self._ledger.target(walk.source.id, None, f"source:{root.key}")
        walk.visited.add(target.location)
        document = locations.generated_location(root.location, root.presence)
        digest = digest_of(document)
        if target.digest != digest:
            origin = Origin(root.location, root.location)
            arrival = Arrival(target, self.parser.parse_generated(document, origin), Reading(digest))
            walk.counts.add(self._applier.apply([arrival]))
        else:
            walk.counts.unchanged += 1
        return target

    def _drain(self, walk: Walk, progress: Progress | None) -> None:
        while walk.queue:
            step = walk.queue.popleft()
            if str(step.location) not in walk.visited:
                self._look_up(walk, step)
                self._visit(walk, step)
                if progress:
                    progress(str(step.location), walk.counts)

    def _visit(self, walk: Walk, step: Step) -> None:
        name = str(step.location)
        walk.visited.add(name)
        known = walk.known.get(name)
        version = known.version if known and not walk.force else ""
        try:
            content = self.reader.read(step.location, version, walk.confinement)
        except MissingError as error:
            if step.presence == "optional":
                walk.visited.discard(name)  # the source says it isn't there: gone, not failing
            else:
                self._failed(walk, self._target(walk, step), error, step.line)
        except CallboardError as error:
            self._failed(walk, self._target(walk, step), error, step.line)
        else:
            self._ingest(walk, self._target(walk, step), step, content)

    def _target(self, walk: Walk, step: Step) -> Target:
        """The location's row, its own or another source's, or one that is written with what it holds."""
        name = str(step.location)
        found = walk.known.get(name) or walk.others.get(name)
        return found or Target(0, walk.source.id, name, parent_id=step.parent_id)

    def _look_up(self, walk: Walk, step: Step) -> None:
        """Whether locations that this source didn't have belong to another: many at a time."""
        if str(step.location) in walk.known or str(step.location) in walk.others:
            return
        ahead = (str(s.location) for s in itertools.islice(walk.queue, MOST))
        names = [str(step.location), *(n for n in ahead if n not in walk.known and n not in walk.others)]
        found = self._ledger.find(names)
        walk.others.update((name, found.get(name)) for name in names)

    def _take(self, walk: Walk, item: SourceFile | SourceFailure, top: Target) -> None:
        name = str(item.location)
        walk.visited.add(name)
        step = Step(item.location, top.id, "required", 1, (name,))
        self._look_up(walk, step)
        target = self._target(walk, step)
        if isinstance(item, SourceFailure):
            self._failed(walk, target, ReadError(item.message), 1)
            return
        walk.actor = item.actor
        walk.root = item.location
        self._ingest(walk, target, step, Content(item.content, item.version))

    def _ingest(self, walk: Walk, target: Target, step: Step, content: Content) -> None:
        if target.source_id != walk.source.id:
            return  # another source brought this file in first and keeps it up to date
        includes = dict(target.includes or {})
        digest = target.digest if content.data is None else sha1_of(content.data)
        same = digest == target.digest and self._includes_are_same(includes, walk)
        if same and not walk.force:
            walk.counts.unchanged += walk.sizes.get(target.id, 0)
            if target.error or content.version != target.version:
                self._ledger.unchanged(target, content.version)
            walk.queue.extend(self._steps(_children_of(target), step.location, target, step.trail, walk))
            return
        data = content.data
        if data is None:  # the file is as it was, but something it includes isn't
            data = self.reader.read(step.location, "", walk.confinement).data or b""
        fetch = PlaceholderFetch(self.reader, walk.confinement, step.location, self._github_hosts)
        parsed = self.parser.parse(data, Origin(step.location, walk.root, walk.allows), fetch)
        if any(f.kind == "error" for f in parsed.failures):  # a Location may be among the broken ones
            parsed.children += [c for c in _children_of(target) if c not in parsed.children]
        if parsed.children and not target.id:  # they need to know their parent
            target = self._ledger.target(walk.source.id, step.parent_id, str(step.location))
        walk.queue.extend(self._steps(parsed.children, step.location, target, step.trail, walk, parsed))
        reading = Reading(digest, content.version, fetch.digests, parsed.children)
        self._arrive(walk, Arrival(target, parsed, reading, walk.actor))

    def _arrive(self, walk: Walk, arrival: Arrival) -> None:
        """Wait for company: one transaction stores many small files, but none waits for long."""
        if not walk.arrivals:
            walk.oldest = time.monotonic()
        walk.arrivals.append(arrival)
        if sum(a.weight for a in walk.arrivals) >= MOST or time.monotonic() - walk.oldest > _PATIENCE:
            self._store(walk)

    def _store(self, walk: Walk) -> None:
        arrivals, walk.arrivals = walk.arrivals, []
        walk.counts.add(self._applier.apply(arrivals))

    def _includes_are_same(self, includes: Mapping[str, str], walk: Walk) -> bool:
        for name, digest in includes.items():
            try:
                content = self.reader.read(parse_location_ref(name), "", walk.confinement)
            except CallboardError:
                return False
            if content.data is not None and sha1_of(content.data) != digest:
                return False
        return True

    def _steps(
        self,
        children: Sequence[ChildLocation],
        base: LocationRef,
        parent: Target,
        trail: tuple[str, ...],
        walk: Walk,
        parsed: ParsedTarget | None = None,
    ) -> list[Step]:
        """Where a file's Locations lead; one that leads back to itself is an error of that file."""
        steps: list[Step] = []
        for child in children:
            for location in self._concrete(child, base, parent, walk):
                name = str(location)
                if name in trail:
                    if parsed is not None:
                        message = f"Location target {child.target} leads back to {name}, which it came from."
                        parsed.failures.append(Failure(message, child.line, "/spec", name="InputError"))
                    continue
                steps.append(Step(location, parent.id, child.presence, child.line, (*trail, name)))
        return steps

    def _concrete(self, child: ChildLocation, base: LocationRef, parent: Target, walk: Walk) -> Iterator[LocationRef]:
        target = locations.resolve_target(base, child.target, self._github_hosts)
        kind = locations.kind_of(child.type, base, target)
        if not locations.is_glob(target) or (kind == "url" and not locations.is_glob(urlsplit(target).path)):
            yield LocationRef(kind, target)
            return
        try:
            found = self._search(kind, target, walk)
        except CallboardError as error:
            if not (isinstance(error, MissingError) and child.presence == "optional"):
                failing = self._ledger.target(walk.source.id, parent.id, f"{kind}:{target}")
                self._failed(walk, failing, error, child.line)
            self._keep_below(walk, parent.id)
            return
        if not found and child.presence != "optional":
            yield LocationRef(kind, target)  # read as it stands, it says what is missing
        for one in found:
            yield LocationRef(kind, one)

    def _search(self, kind: str, target: str, walk: Walk) -> list[str]:
        if kind == "url":
            return self.reader.urls.search(target)
        folder = Path(locations.glob_root(target))
        if walk.confinement is None:
            raise ReadError(f"{kind}:{target} is a local file, and this source may only name URLs.")
        walk.confinement.check(folder)
        if not folder.is_dir():  # perhaps a disk that isn't there: not the same as files that are gone
            raise MissingError(f"folder {folder} does not exist")
        return locations.expand_glob(target)

    def _failed(self, walk: Walk, target: Target, error: CallboardError, line: int) -> None:
        if target.source_id != walk.source.id:
            return
        walk.visited.add(target.location)
        walk.counts.errors += 1
        if not target.id:
            target = self._ledger.target(walk.source.id, target.parent_id, target.location)
        if self._ledger.read_badly(target, error.user_text, line):
            _log.warning("location can't be read", location=target.location, reason=error.user_text)
        self._keep_below(walk, target.id)

    def _keep_below(self, walk: Walk, target_id: int) -> None:
        """What a target led to at its last good read stays, though nothing leads there now."""
        below = [target_id]
        while below:
            parent = below.pop()
            for other in walk.known.values():
                if other.parent_id == parent and other.location not in walk.kept:
                    walk.kept.add(other.location)
                    below.append(other.id)

    def _finish(self, walk: Walk, *, complete: bool) -> None:
        self._store(walk)
        if complete:
            gone = [target for name, target in walk.known.items() if name not in walk.visited | walk.kept]
            walk.counts.add(self._applier.remove_targets(gone))
        self._ledger.source_read(walk.source, time.time())


def _children_of(target: Target) -> list[ChildLocation]:
    return [ChildLocation(**c) for c in target.children or ()]
