"""The catalog's verbs: bring sources level, register and unregister locations, refresh."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from callboard.config.model import AppConfig
from callboard.db import Database
from callboard.errors import ConflictError, InputError, NotFoundError, did_you_mean
from callboard.logs import get_logger
from callboard.refs import LocationRef, parse_location_ref
from catalog.ingest.apply import Applier
from catalog.ingest.documents import DocumentParser
from catalog.ingest.folder import CatalogFolder
from catalog.ingest.ledger import Ledger
from catalog.ingest.locations import is_glob, resolve_target
from catalog.ingest.reading import MissingError, Reader, UrlReader
from catalog.ingest.run import Boundaries, Ingestor, Progress, RootLocation
from catalog.ingest.source import Provider
from catalog.ingest.target import Counts
from catalog.kinds import KindRegistry
from catalog.queries.lookup import ref_ids
from catalog.rules import allowance
from catalog.tables import entities, sources, targets
from catalog.watch import FileWatch

_log = get_logger("catalog")


@dataclass(slots=True)
class Catalog:
    """Everything that writes entities; built once by the composition root."""

    database: Database
    config: AppConfig
    registry: KindRegistry
    ingestor: Ingestor
    applier: Applier
    ledger: Ledger
    providers: Sequence[Provider] = ()
    queue_run: Callable[[Provider], None] | None = None
    """Lets a provider run soon, not beside a run under way; without it runs are made where they are asked for."""
    folders: Sequence[CatalogFolder] = ()
    """Folders read whole, without a location that names their files."""
    _watch: FileWatch = field(default_factory=FileWatch)

    def roots(self) -> list[RootLocation]:
        """The locations of app-config, then those that people registered."""
        rules = self.config.catalog.rules
        found = []
        for entry in self.config.catalog.locations:
            location = LocationRef(entry.type, entry.target)
            found.append(RootLocation("config", location, allows=allowance(location, rules, entry.rules)))
        for folder in self.folders:
            location = LocationRef("file", str(folder.path))
            found.append(RootLocation("config", location, allows=allowance(location, rules), folder=folder))
        with self.database.read() as connection:
            query = select(sources.c.type, sources.c.target, sources.c.presence)
            for row in connection.execute(query.where(sources.c.kind == "registered").order_by(sources.c.id)):
                location = LocationRef(row.type, row.target)
                found.append(RootLocation("registered", location, row.presence, allowance(location, rules)))
        return found

    def sync_locations(self, *, force: bool = False, progress: Progress | None = None) -> Counts:
        """Bring the catalog level with every location; configured ones that are gone leave orphans."""
        counts = Counts()
        roots = self.roots()
        self.note_files()
        for root in roots:
            counts.add(self.ingestor.sync_location(root, force=force, progress=progress))
        for key in set(self.ledger.keys(["config"])) - {r.key for r in roots}:
            counts.add(self.ingestor.remove_source(key))
        self.expire_orphans()
        return counts

    def sync_provider(self, key: str, *, progress: Progress | None = None) -> Counts:
        return self.ingestor.sync_provider(self.provider(key), progress=progress)

    def provider(self, key: str) -> Provider:
        """Raises NotFoundError when there is none of that key."""
        provider = next((p for p in self.providers if p.key == key), None)
        if provider is None:
            raise NotFoundError(f"No provider `{key}`.", hint=did_you_mean(key, [p.key for p in self.providers]))
        return provider

    def expire_orphans(self) -> int:
        """Delete entities that have been orphans for longer than the grace time."""
        with self.database.read() as connection:
            before = self.database.now(connection) - self.config.catalog.orphan_grace_time.total_seconds()
        return self.applier.delete_orphans(older_than=before)

    def note_files(self) -> bool:
        """Look at the local files; True when something changed since the last look."""
        return self._watch.changed(self._local_patterns())

    def register(self, location: LocationRef, *, presence: str = "required") -> Counts:
        """Add a location for good and read it at once. Raises ConflictError when it is there already."""
        root = RootLocation("registered", location, presence, allowance(location, self.config.catalog.rules))
        if location.type not in {"url", "file"}:
            raise InputError(f"Locations of type `{location.type}` can't be registered.", hint="Use `url:https://…`.")
        if root.key in self.ledger.keys(["registered"]):
            raise ConflictError(f"Location {location} already exists")
        return self.ingestor.sync_location(root)

    def unregister(self, location: LocationRef) -> int:
        """Remove a registered location and, at once, everything that only it brought in."""
        key = f"registered:{location}"
        if key not in self.ledger.keys(["registered"]):
            known = [k.removeprefix("registered:") for k in self.ledger.keys(["registered"])]
            raise NotFoundError(f"{location} is not registered.", hint=did_you_mean(str(location), known))
        mine = self.ledger.entity_ids(key)
        self.ingestor.remove_source(key)
        return self.applier.delete_orphans(among=mine)

    def refresh(self, ref: str) -> Counts | None:
        """Read again, now, the source that an entity came from; None: that takes a whole run, which was queued."""
        columns = (sources.c.key, sources.c.kind, targets.c.location)
        query = select(*columns).join(targets, targets.c.source_id == sources.c.id)
        with self.database.read() as connection:
            entity_id = ref_ids(connection, [ref]).get(ref)
            row = None
            if entity_id is not None:
                mine = query.join(entities, entities.c.target_id == targets.c.id).where(entities.c.id == entity_id)
                row = connection.execute(mine).one_or_none()
        if entity_id is None:
            raise NotFoundError(f"Entity {ref} not found")
        if row is None:
            raise NotFoundError(f"Entity {ref} has no source that could be read again.")
        if row.kind == "provider":
            return self._refresh_provider(row.key.removeprefix("provider:"), row.location)
        root = next((r for r in self.roots() if r.key == row.key), None)
        return self.ingestor.sync_location(root, force=False) if root else Counts()

    def _refresh_provider(self, key: str, location: str) -> Counts | None:
        provider = self.provider(key)
        versions = {name: t.version for name, t in self.ledger.find([location]).items() if t.version and not t.error}
        try:
            items = provider.read_again(parse_location_ref(location), versions)
        finally:
            self.ledger.note_cost(f"provider:{key}", provider.spent.take())
        if items is not None:
            return self.ingestor.sync_files(key, items)
        if self.queue_run is None:
            return self.ingestor.sync_provider(provider)
        self.queue_run(provider)
        return None

    def _local_patterns(self) -> Iterator[str]:
        for entry in self.config.catalog.locations:
            if entry.type == "file":
                yield entry.target
        for folder in self.folders:
            with suppress(MissingError):
                yield from folder.files()
        query = select(targets.c.location, targets.c.includes, targets.c.children)
        with self.database.read() as connection:
            for row in connection.execute(query.where(targets.c.location.like("file:%"))):
                yield row.location.removeprefix("file:")
                yield from (i.removeprefix("file:") for i in row.includes or () if i.startswith("file:"))
                base = LocationRef("file", row.location.removeprefix("file:"))
                yield from _glob_children(base, row.children or ())


def _glob_children(base: LocationRef, children: Sequence[dict[str, Any]]) -> Iterator[str]:
    for child in children:
        target = resolve_target(base, child["target"])
        if is_glob(target):
            yield target


def build_catalog(
    database: Database,
    config: AppConfig,
    *,
    urls: UrlReader,
    providers: Sequence[Provider] = (),
    registry: KindRegistry | None = None,
    boundaries: Boundaries | None = None,
    queue_run: Callable[[Provider], None] | None = None,
    folders: Sequence[CatalogFolder] = (),
) -> Catalog:
    """Wire the catalog together; nothing is read yet."""
    registry = registry or KindRegistry()
    hosts = tuple({"github.com", *(g.host for g in config.integrations.github)})
    applier = Applier(database, registry)
    ledger = Ledger(database)
    ingestor = Ingestor(
        parser=DocumentParser(registry, github_hosts=hosts),
        applier=applier,
        reader=Reader(urls),
        rows=ledger,
        boundaries=boundaries,
        github_hosts=hosts,
    )
    return Catalog(
        database, config, registry, ingestor, applier, ledger, providers, queue_run=queue_run, folders=folders
    )
