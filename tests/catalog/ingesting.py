"""What ingestion tests share: a folder of catalog files with a catalog over it, and looks into the tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select

from callboard import outbox
from callboard.config.model import AppConfig, CatalogLocation, Rule
from callboard.config.model import Catalog as CatalogConfig
from callboard.db import Database
from callboard.outbox import Event
from catalog.ingest.reading import UrlReader
from catalog.ingest.target import Counts
from catalog.service import Catalog, build_catalog
from catalog.tables import entities, entity_fields, problems, refs, relations, sources, targets
from tests.conftest import ALL_KINDS, NoUrls
from tests.schema import metadata


def component(name: str, **spec: Any) -> str:
    """A valid Component; `spec` adds fields or takes the place of some."""
    fields = {"type": "service", "lifecycle": "production", "owner": "team-a", **spec}
    inner = orjson.dumps(fields).decode()
    return f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec: {inner}\n"


def entity(kind: str, name: str, **spec: Any) -> str:
    inner = orjson.dumps(spec).decode()
    return f"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\nspec: {inner}\n"


def location(name: str, *targets: str, **spec: Any) -> str:
    return entity("Location", name, targets=list(targets), **spec)


def joined(*documents: str) -> str:
    return "---\n".join(documents)


@dataclass(slots=True)
class Folder:
    """Files below `root`, a config that names some of them, and the catalog that comes of it."""

    database: Database
    root: Path
    targets: list[str] = field(default_factory=lambda: ["catalog-info.yaml"])
    rules: list[str] = field(default_factory=lambda: list(ALL_KINDS))
    urls: UrlReader = field(default_factory=NoUrls)
    _catalog: Catalog | None = None

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)

    @property
    def catalog(self) -> Catalog:
        if self._catalog is None:
            places = [CatalogLocation(type="file", target=str(self.root / t)) for t in self.targets]
            rules = [Rule.model_validate({"allow": self.rules})]
            settings = AppConfig().model_copy(update={"catalog": CatalogConfig(locations=places, rules=rules)})
            self._catalog = build_catalog(self.database, settings, urls=self.urls)
        return self._catalog

    def name(self, *targets: str) -> None:
        """Let the config name other targets from now on."""
        self.targets, self._catalog = list(targets), None

    def sync(self, files: Mapping[str, str | bytes | None] | None = None) -> Counts:
        self.write(files or {})
        return self.catalog.sync_locations()

    def refs(self, *, orphans: bool = True) -> set[str]:
        """Full refs of what is stored, the Locations that stand for sources left out."""
        query = select(refs.c.ref).join(entities, entities.c.id == refs.c.id)
        if not orphans:
            query = query.where(entities.c.orphaned_at.is_(None))
        with self.database.read() as connection:
            found = connection.execute(query).scalars()
            return {ref for ref in found if "/generated-" not in ref}

    def names(self) -> set[str]:
        return {ref.rpartition("/")[2] for ref in self.refs()}

    def document(self, ref: str) -> dict[str, Any]:
        query = select(entities.c.document).join(refs, refs.c.id == entities.c.id).where(refs.c.ref == ref)
        with self.database.read() as connection:
            document: dict[str, Any] = orjson.loads(connection.execute(query).scalar_one())
            return document

    def problems(self, kind: str = "error") -> list[tuple[int, str]]:
        query = select(problems.c.line, problems.c.message).where(problems.c.kind == kind).order_by(problems.c.id)
        with self.database.read() as connection:
            return [(row.line, row.message) for row in connection.execute(query)]

    def failing(self) -> dict[str, str]:
        """The targets that can't be read, with why."""
        query = select(targets.c.location, targets.c.error).where(targets.c.error.is_not(None))
        with self.database.read() as connection:
            return {Path(row.location).name: row.error for row in connection.execute(query)}

    def events(self, ref: str | None = None) -> list[Event]:
        """Oldest first."""
        query = select(outbox.events.c.id, outbox.events.c.ref).order_by(outbox.events.c.id)
        with self.database.read() as connection:
            wanted = dict.fromkeys(row.ref for row in connection.execute(query) if ref in {None, row.ref})
            found = [e for one in wanted for e in outbox.history(connection, one, limit=1_000)]
        return sorted(found, key=lambda e: e.id)

    def event_types(self, ref: str) -> list[str]:
        return [e.type for e in self.events(ref)]

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table of the catalog, but for the moments of looking."""
        looked = {sources.c.checked_at, sources.c.read_at, targets.c.checked_at}
        with self.database.read() as connection:
            return {
                table.name: sorted(
                    (
                        tuple(map(str, row))
                        for row in connection.execute(select(*(c for c in table.c if c not in looked)))
                    ),
                )
                for table in metadata.sorted_tables
                if table.name in _TABLES
            }

    def stated(self, ref: str) -> list[tuple[str, str]]:
        """The relations that an entity's document states, as `(type, target)`."""
        other = refs.alias("other")
        query = select(relations.c.type, other.c.ref).join(refs, refs.c.id == relations.c.source_id)
        query = query.join(other, other.c.id == relations.c.target_id).where(refs.c.ref == ref)
        with self.database.read() as connection:
            return sorted((row[0], row[1]) for row in connection.execute(query))

    def check_leftovers(self, name: str) -> None:
        """Nothing hangs on an entity that was deleted."""
        query = select(refs.c.id).where(refs.c.ref.like(f"%/{name}"))
        with self.database.read() as connection:
            ids = list(connection.execute(query).scalars())
            rest = select(entity_fields.c.entity_id).where(entity_fields.c.entity_id.in_(ids))
            assert connection.execute(rest).all() == []
            stated = select(relations.c.type).where(relations.c.origin_id.in_(ids))
            assert connection.execute(stated).all() == []

    def check_consistent(self) -> None:
        """What must hold whenever a transaction has ended, also after a kill."""
        with self.database.read() as connection:
            both = select(func.count()).select_from(entities)
            total = connection.execute(both).scalar_one()
            joined_refs = both.join(refs, refs.c.id == entities.c.id)
            assert total == connection.execute(joined_refs).scalar_one()
            created = select(outbox.events.c.ref).where(outbox.events.c.type == "created")
            assert total == len(set(connection.execute(created).scalars()))
            stated = select(relations.c.origin_id).distinct()
            stored = set(connection.execute(select(entities.c.id)).scalars())
            assert set(connection.execute(stated).scalars()) <= stored


_TABLES = {"sources", "targets", "refs", "entities", "field_keys", "entity_fields", "relations", "problems", "events"}
