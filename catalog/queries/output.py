"""Entities as the API shows them: the stored text with relations, and the status of failing ones, spliced in.

A document is parsed only where its shape changes: an orphan gets an annotation, a projection leaves fields out.
These are the reads that everybody makes all the time: they are SQL text, which takes a fifth of the time that
compiling an expression does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select

from catalog.ingest.rows import batches
from catalog.kinds import INVERSE
from catalog.queries.among import rows_among
from catalog.tables import entities

ORPHAN_ANNOTATION: Final = "backstage.io/orphan"
COLUMNS: Final = (
    entities.c.id,
    entities.c.kind,
    entities.c.namespace,
    entities.c.name,
    entities.c.document,
    entities.c.orphaned_at,
    entities.c.target_id,
)
ENTITY: Final = "SELECT e.id, e.kind, e.namespace, e.name, e.document, e.orphaned_at, e.target_id FROM entities e"
_SURROUNDINGS: Final = """
SELECT 0, r.source_id, r.type, o.ref FROM relations r JOIN refs o ON o.id = r.target_id WHERE r.source_id {among}
UNION ALL
SELECT 1, r.target_id, r.type, o.ref FROM relations r JOIN refs o ON o.id = r.source_id WHERE r.target_id {among}
UNION ALL
SELECT 2, f.id, p.name, p.message FROM problems p JOIN refs f ON f.ref = p.ref WHERE p.kind = 'error' AND f.id {among}
"""
_FAILING_BELOW: Final = "SELECT parent_id, id, error FROM targets WHERE error IS NOT NULL AND parent_id {among}"
_FORWARD, _BACKWARD = 0, 1


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """A row of `entities`, as far as showing it needs."""

    id: int
    kind: str
    namespace: str
    name: str
    document: str
    orphaned_at: float | None
    target_id: int | None

    @property
    def ref(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"


def stored(row: Sequence[Any]) -> StoredEntity:
    """A StoredEntity from a row that begins with COLUMNS."""
    return StoredEntity(*row[: len(COLUMNS)])


def render(connection: Connection, rows: Sequence[StoredEntity]) -> list[bytes]:
    """The JSON text of each entity."""
    if not rows:
        return []
    related: dict[int, set[tuple[str, str]]] = {row.id: set() for row in rows}  # both ends may say the same
    failing: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for some in batches(list(related)):
        for what, entity, name, text in rows_among(connection, _SURROUNDINGS, some):
            if what == _FORWARD:
                related[entity].add((name, text))
            elif what == _BACKWARD:
                related[entity].add((INVERSE[name], text))
            else:
                failing[entity].append(_item(name, text))
    _add_failing_locations(connection, rows, failing)
    return [_spliced(row, related[row.id], failing.get(row.id, ())) for row in rows]


def _spliced(row: StoredEntity, related: Iterable[tuple[str, str]], items: Sequence[Mapping[str, Any]]) -> bytes:
    document = bare(row)
    pairs = orjson.dumps([{"type": kind, "targetRef": ref} for kind, ref in sorted(related)])
    parts = [document[:-1].encode(), b',"relations":', pairs]
    if items:
        parts += [b',"status":', orjson.dumps({"items": sorted(items, key=_message)})]
    return b"".join((*parts, b"}"))


def _annotated(document: str) -> str:
    value = orjson.loads(document)
    value["metadata"].setdefault("annotations", {})[ORPHAN_ANNOTATION] = "true"
    return orjson.dumps(value).decode()


def _add_failing_locations(
    connection: Connection, rows: Sequence[StoredEntity], failing: dict[int, list[Mapping[str, Any]]]
) -> None:
    """A Location's status tells of the files that it names."""
    places = {r.target_id: r.id for r in rows if r.kind == "location" and r.target_id is not None}
    for some in batches(list(places)):
        for parent, _id, error in sorted(rows_among(connection, _FAILING_BELOW, some)):
            failing[places[parent]].append(_item("Error", error))


def _message(item: Mapping[str, Any]) -> str:
    return str(item["message"])


def _item(name: str, message: str) -> Mapping[str, Any]:
    return {
        "type": "backstage.io/catalog-processing",
        "level": "error",
        "message": f"{name}: {message}",
        "error": {"name": name, "message": message},
    }


def by_ids(connection: Connection, ids: Sequence[int]) -> dict[int, StoredEntity]:
    """Rows by id; what was deleted meanwhile is left out."""
    found: dict[int, StoredEntity] = {}
    for some in batches(ids):
        rows = (StoredEntity(*row) for row in rows_among(connection, f"{ENTITY} WHERE e.id {{among}}", some))
        found.update((row.id, row) for row in rows)
    return found


def by_ref(connection: Connection, ref: str) -> StoredEntity | None:
    """The row of one full ref, or None."""
    return by_refs(connection, [ref]).get(ref)


def by_refs(connection: Connection, wanted: Iterable[str]) -> dict[str, StoredEntity]:
    """Rows by full ref, those that exist."""
    found: dict[str, StoredEntity] = {}
    for some in batches(sorted({w for w in wanted if "\0" not in w})):
        query = f"{ENTITY} JOIN refs r ON r.id = e.id WHERE r.ref {{among}}"
        rows = (StoredEntity(*row) for row in rows_among(connection, query, some))
        found.update((row.ref, row) for row in rows)
    return found


def by_uid(connection: Connection, uid: str) -> StoredEntity | None:
    """The row with this uid, or None."""
    if "\0" in uid:
        return None
    row = connection.execute(select(*COLUMNS).where(entities.c.uid == uid.lower())).one_or_none()
    return stored(row) if row else None


def bare(row: StoredEntity) -> str:
    """The stored document, with the orphan's annotation but without relations and status."""
    return row.document if row.orphaned_at is None else _annotated(row.document)
