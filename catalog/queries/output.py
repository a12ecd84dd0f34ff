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
from sqlalchemy import Connection

from catalog.ingest.rows import batches
from catalog.queries.fragments import related
from catalog.queries.kept import Kept, kept
from catalog.queries.statement import rows_among

ORPHAN_ANNOTATION: Final = "backstage.io/orphan"
_REF: Final = "e.kind || ':' || e.namespace || '/' || e.name"
WHOLE: Final = f"""
SELECT e.id, e.kind, e.namespace, e.name, e.document, e.orphaned_at, e.target_id,
  (SELECT string_agg(type || ' ' || target_id, ',') FROM relations WHERE source_id = e.id),
  (SELECT string_agg(type || ' ' || source_id, ',') FROM relations WHERE target_id = e.id),
  (SELECT min(1) FROM problems WHERE ref = {_REF} AND kind = 'error')
FROM entities e
"""
_BY_ID: Final = f"{WHOLE} WHERE e.id {{among}}"
_BY_UID: Final = f"{WHOLE} WHERE e.uid {{among}}"
_BY_REF: Final = f"{WHOLE} JOIN refs r ON r.id = e.id WHERE r.ref {{among}}"
_ERRORS: Final = "SELECT ref, name, message FROM problems WHERE kind = 'error' AND ref {among}"
_FAILING_BELOW: Final = "SELECT parent_id, id, error FROM targets WHERE error IS NOT NULL AND parent_id {among}"


@dataclass(slots=True, eq=False)
class StoredEntity:
    """A row of `entities` as far as showing it needs.

    `outgoing` and `incoming` are its relations in a form that `fragments` reads, from the same snapshot; `text` is its
    JSON once somebody wanted it.
    """

    id: int
    kind: str
    namespace: str
    name: str
    document: str
    orphaned_at: float | None
    target_id: int | None
    outgoing: str | None
    incoming: str | None
    has_errors: int | None
    text: bytes | None = None

    @property
    def ref(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"


def render(connection: Connection, rows: Sequence[StoredEntity]) -> list[bytes]:
    """The JSON text of each entity."""
    _render(connection, [row for row in rows if row.text is None])
    return [row.text for row in rows if row.text is not None]


def _render(connection: Connection, rows: Sequence[StoredEntity]) -> None:
    if not rows:
        return
    failing: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    _add_errors(connection, [row for row in rows if row.has_errors], failing)
    _add_failing_locations(connection, [row for row in rows if row.kind == "location"], failing)
    found = related(connection, [(row.outgoing, row.incoming) for row in rows])
    for row, relations in zip(rows, found, strict=True):
        row.text = _spliced(row, relations, failing.get(row.id, ()))


def _add_errors(
    connection: Connection, rows: Sequence[StoredEntity], failing: dict[int, list[Mapping[str, Any]]]
) -> None:
    ids = {row.ref: row.id for row in rows}
    for some in batches(list(ids)):
        for ref, name, message in rows_among(connection, _ERRORS, some):
            failing[ids[ref]].append(_item(name, message))


def _spliced(row: StoredEntity, relations: str, items: Sequence[Mapping[str, Any]]) -> bytes:
    text = f'{bare(row)[:-1]},"relations":[{relations}]'
    if items:
        text += f',"status":{orjson.dumps({"items": sorted(items, key=_message)}).decode()}'
    return f"{text}}}".encode()


def _annotated(document: str) -> str:
    value = orjson.loads(document)
    value["metadata"].setdefault("annotations", {})[ORPHAN_ANNOTATION] = "true"
    return orjson.dumps(value).decode()


def _add_failing_locations(
    connection: Connection, rows: Sequence[StoredEntity], failing: dict[int, list[Mapping[str, Any]]]
) -> None:
    """A Location's status tells of the files that it names."""
    places = {r.target_id: r.id for r in rows if r.target_id is not None}
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
    held = kept(connection)
    for some in batches([i for i in ids if i not in held.by_id]):
        _read(connection, held, _BY_ID, some)
    return {i: row for i in ids if (row := held.by_id.get(i))}


def every(connection: Connection, ids: Sequence[int]) -> dict[int, StoredEntity]:
    """The same for a walk through the whole catalog: nothing is kept."""
    found = Kept(0)
    _read(connection, found, _BY_ID, ids)
    return found.by_id


def by_ref(connection: Connection, ref: str) -> StoredEntity | None:
    """The row of one full ref, or None."""
    return by_refs(connection, [ref]).get(ref)


def by_refs(connection: Connection, wanted: Iterable[str]) -> dict[str, StoredEntity]:
    """Rows by full ref, those that exist."""
    refs = [w for w in dict.fromkeys(wanted) if "\0" not in w]
    held = kept(connection)
    for some in batches([ref for ref in refs if ref not in held.by_ref]):
        _read(connection, held, _BY_REF, some)
    return {ref: row for ref in refs if (row := held.by_ref.get(ref))}


def by_uid(connection: Connection, uid: str) -> StoredEntity | None:
    """The row with this uid, or None."""
    rows = rows_among(connection, _BY_UID, [uid.lower()]) if "\0" not in uid else ()
    return StoredEntity(*rows[0]) if rows else None


def _read(connection: Connection, held: Kept, query: str, values: Sequence[Any]) -> None:
    for row in rows_among(connection, query, values):
        held.add(StoredEntity(*row))


def bare(row: StoredEntity) -> str:
    """The stored document, with the orphan's annotation but without relations and status."""
    return row.document if row.orphaned_at is None else _annotated(row.document)
