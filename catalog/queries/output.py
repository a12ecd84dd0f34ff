"""Entities as the API shows them: the stored text with relations, and the status of failing ones, spliced in.

A document is parsed only where its shape changes: an orphan gets an annotation, a projection leaves fields out.
These are the reads that everybody makes all the time: they are SQL text, which takes a fifth of the time that
compiling an expression does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Connection

from catalog.ingest.rows import batches
from catalog.queries.fragments import related
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


class StoredEntity(NamedTuple):
    """A row of `entities` as far as showing it needs.

    `outgoing` and `incoming` are its relations in a form that `fragments` reads, from the same snapshot; a row that
    was read without them is never rendered.
    """

    id: int
    kind: str
    namespace: str
    name: str
    document: str
    orphaned_at: float | None
    target_id: int | None
    outgoing: str | None = None
    incoming: str | None = None
    has_errors: int | None = None

    @property
    def ref(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"


def render(connection: Connection, rows: Sequence[StoredEntity]) -> list[bytes]:
    """The JSON text of each entity."""
    failing: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    _add_errors(connection, [row for row in rows if row.has_errors], failing)
    _add_failing_locations(connection, [row for row in rows if row.kind == "location"], failing)
    found = related(connection, [(row.outgoing, row.incoming) for row in rows])
    return [_spliced(row, text, failing.get(row.id, ())) for row, text in zip(rows, found, strict=True)]


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
    found: dict[int, StoredEntity] = {}
    for some in batches(ids):
        found.update((row[0], StoredEntity._make(row)) for row in rows_among(connection, _BY_ID, some))
    return found


def by_ref(connection: Connection, ref: str) -> StoredEntity | None:
    """The row of one full ref, or None."""
    return by_refs(connection, [ref]).get(ref)


def by_refs(connection: Connection, wanted: Iterable[str]) -> dict[str, StoredEntity]:
    """Rows by full ref, those that exist."""
    found: dict[str, StoredEntity] = {}
    for some in batches([w for w in dict.fromkeys(wanted) if "\0" not in w]):
        rows = map(StoredEntity._make, rows_among(connection, _BY_REF, some))
        found.update((row.ref, row) for row in rows)
    return found


def by_uid(connection: Connection, uid: str) -> StoredEntity | None:
    """The row with this uid, or None."""
    rows = rows_among(connection, _BY_UID, [uid.lower()]) if "\0" not in uid else ()
    return StoredEntity._make(rows[0]) if rows else None


def bare(row: StoredEntity) -> str:
    """The stored document, with the orphan's annotation but without relations and status."""
    return row.document if row.orphaned_at is None else _annotated(row.document)
