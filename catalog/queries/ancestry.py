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
from catalog.queries.output import StoredEntity, by_ids, by_ref
from catalog.queries.statement import Sql, rows_of

_MAX_LEVELS: Final = 32
_FILES: Final = f"""
WITH RECURSIVE files (level, id, parent_id, location) AS (
  SELECT 0, id, parent_id, location FROM targets WHERE id = ?
  UNION ALL
  SELECT f.level + 1, t.id, t.parent_id, t.location FROM files f JOIN targets t ON t.id = f.parent_id
  WHERE f.level < {_MAX_LEVELS}
)
SELECT f.level, f.location, e.id, e.document
FROM files f LEFT JOIN entities e ON f.level > 0 AND e.target_id = f.id AND e.kind = 'location'
ORDER BY f.level, e.id
"""
"""The file of an entity, the one that names it and so on, each but the first with the Locations in it."""


@dataclass(frozen=True, slots=True)
class Step:
    """An entity, and the refs of the Locations that name its file."""

    entity: StoredEntity
    parents: tuple[str, ...]


def ancestors(connection: Connection, ref: str) -> list[Step]:
    """The entity, its parents, theirs and so on; empty for an unknown ref."""
    start = by_ref(connection, ref)
    if start is None:
        return []
    levels = [[start.id], *_locations(connection, start)]
    rows = by_ids(connection, list(dict.fromkeys(i for level in levels for i in level))) | {start.id: start}
    seen: dict[str, Step] = {}
    for level, above in zip(levels, [*levels[1:], []], strict=True):
        parents = tuple(rows[i].ref for i in above if i in rows)
        for entity in (rows[i] for i in level if i in rows):
            seen.setdefault(entity.ref, Step(entity, parents))
    return list(seen.values())


def _locations(connection: Connection, start: StoredEntity) -> list[list[int]]:
    """The ids of the Locations at each level above an entity, as far up as any name the file below."""
    files: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for level, place, entity_id, document in rows_of(connection, Sql(_FILES, (start.target_id,))):
        held = files.setdefault(level, (place, []))[1]
        if entity_id is not None:
            held.append((entity_id, document))
    found: list[list[int]] = []
    for level in range(1, len(files)):
        place, held = files[level]
        chosen = _naming(held, base=place, wanted=files[level - 1][0])
        if not chosen:
            break
        found.append(chosen)
    return found


def _naming(candidates: Sequence[tuple[int, str]], *, base: str, wanted: str) -> list[int]:
    """Those that lead to the file `wanted`, or all where none is known to."""
    file = wanted.rpartition("/")[2]
    likely = [(i, document) for i, document in candidates if file in document or "*" in document]
    named = [i for i, document in likely if len(candidates) == 1 or _names(document, base, wanted)]
    return named or [i for i, _document in candidates]


def _names(location: str, base: str, wanted: str) -> bool:
    """Whether this Location's document, written in the file `base`, leads to the file `wanted`."""
    spec = spec_of(orjson.loads(location))
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
