"""Which Locations brought an entity in."""

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from callboard.entities import spec_of
from callboard.errors import InputError
from callboard.refs import LocationRef, parse_location_ref
from catalog.ingest.locations import is_glob, resolve_target
from catalog.queries.among import rows_among
from catalog.queries.output import ENTITY, StoredEntity, by_ref

_MAX_LEVELS: Final = 32
_PARENT_FILE: Final = (
    "SELECT t.location, p.location, p.id FROM targets t JOIN targets p ON p.id = t.parent_id WHERE t.id {among}"
)


@dataclass(frozen=True, slots=True)
class Step:
    """An entity, and the refs of the Locations that name its file."""

    entity: StoredEntity
    parents: tuple[str, ...]


def ancestors(connection: Connection, ref: str) -> list[Step]:
    """The entity, its parents, theirs and so on; empty for an unknown ref."""
    start = by_ref(connection, ref)
    seen: dict[str, Step] = {}
    level = [start] if start else []
    for _depth in range(_MAX_LEVELS):
        following: list[StoredEntity] = []
        for entity in level:
            parents = _parents(connection, entity)
            seen[entity.ref] = Step(entity, tuple(p.ref for p in parents))
            following += [p for p in parents if p.ref not in seen]
        level = following
    return list(seen.values())


def _parents(connection: Connection, entity: StoredEntity) -> list[StoredEntity]:
    if entity.target_id is None:
        return []
    for location, base, parent_id in rows_among(connection, _PARENT_FILE, [entity.target_id]):
        found = rows_among(connection, f"{ENTITY} WHERE e.kind = 'location' AND e.target_id {{among}}", [parent_id])
        candidates = [StoredEntity(*row) for row in sorted(found)]
        if len(candidates) == 1:
            return candidates
        file = location.rpartition("/")[2]
        likely = [c for c in candidates if file in c.document or "*" in c.document]
        return [c for c in likely if _names(c, base, location)] or candidates
    return []


def _names(location: StoredEntity, base: str, wanted: str) -> bool:
    """Whether this Location, written in the file `base`, leads to the file `wanted`."""
    spec = spec_of(orjson.loads(location.document))
    kind, _, path = wanted.partition(":")
    for target in _targets(spec):
        resolved = _resolved(base, target)
        if resolved == path or (is_glob(resolved) and fnmatch.fnmatchcase(path, resolved)):
            return True
    return kind == "source"


def _targets(spec: Mapping[str, Any]) -> Sequence[str]:
    single = [spec["target"]] if isinstance(spec.get("target"), str) else []
    return single + [t for t in spec.get("targets") or () if isinstance(t, str)]


def _resolved(base: str, target: str) -> str:
    try:
        origin = parse_location_ref(base)
    except InputError:
        return target
    if origin.type not in {"file", "url"}:  # a root: its own Location says where it is in full
        return target
    return resolve_target(LocationRef(origin.type, origin.target), target)
