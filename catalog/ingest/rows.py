"""Candidates as rows, and the differences between two versions of one."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from callboard.entities import spec_of
from catalog.ingest.candidate import Candidate
from catalog.ingest.fields import Field
from catalog.relations import Relation
from catalog.tables import entity_fields, field_keys, refs

_IN_LIMIT: Final = 500
_MAX_CHANGED_FIELDS: Final = 40
_MAX_SHOWN: Final = 200


def batches(items: Sequence[Any], size: int = _IN_LIMIT) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def insert_ignoring(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert the rows that aren't there yet."""
    if rows:
        build: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(build(table).on_conflict_do_nothing(), rows)


class Interned:
    """Text → id of a small table (`refs`, `field_keys`), remembered across transactions.

    An id that a rolled-back transaction handed out must not be remembered: `forget()` after a failure.
    """

    def __init__(self, table: Any, column: str, *, keep: int = 200_000) -> None:
        self._table = table
        self._column = column
        self._keep = keep
        self._ids: dict[str, int] = {}

    @property
    def known(self) -> Mapping[str, int]:
        return self._ids

    def forget(self) -> None:
        self._ids.clear()

    def trim(self) -> None:
        """Between transactions only: within one, what was ensured stays known."""
        if len(self._ids) > self._keep:
            self._ids.clear()

    def ensure(self, connection: Connection, texts: Iterable[str]) -> Mapping[str, int]:
        """Ids of all of `texts`, new rows made where there were none."""
        missing = sorted({t for t in texts if t not in self._ids})
        if missing:
            self._load(connection, missing)
            absent = [t for t in missing if t not in self._ids]
            insert_ignoring(connection, self._table, [{self._column: t} for t in absent])
            self._load(connection, absent)
        return self._ids

    def _load(self, connection: Connection, texts: Sequence[str]) -> None:
        column = self._table.c[self._column]
        for some in batches(texts):
            rows = connection.execute(select(column, self._table.c.id).where(column.in_(some)))
            self._ids.update((row[0], row[1]) for row in rows)


def ref_ids() -> Interned:
    return Interned(refs, "ref")


def key_ids() -> Interned:
    return Interned(field_keys, "key", keep=100_000)


def refs_of(candidate: Candidate) -> Iterator[str]:
    """Every ref that storing a candidate needs an id for."""
    yield candidate.ref
    for relation in candidate.relations:
        yield relation.source
        yield relation.target


def entity_row(candidate: Candidate, ids: Mapping[str, int], target_id: int, now: float, uid: str) -> dict[str, Any]:
    """The columns of `entities` for a candidate; `uid` stays with an entity as long as it is stored."""
    document, spec = candidate.document, spec_of(candidate.document)
    metadata = document["metadata"]
    stored = {**document, "metadata": {**metadata, "uid": uid, "etag": candidate.digest}}
    kind, _, rest = candidate.ref.partition(":")
    namespace, _, name = rest.partition("/")
    return {
        "id": ids[candidate.ref],
        "uid": uid,
        "kind": kind,
        "namespace": namespace,
        "name": name,
        "title": _folded(metadata.get("title")),
        "type": _folded(spec.get("type")),
        "lifecycle": _folded(spec.get("lifecycle")),
        "owner_id": _target_id(candidate, "ownedBy", "", ids),
        "system_id": _target_id(candidate, "partOf", "system:", ids),
        "document": orjson.dumps(stored).decode(),
        "etag": candidate.digest,
        "digest": candidate.digest,
        "target_id": target_id,
        "line": candidate.line,
        "created_at": now,
        "updated_at": now,
        "orphaned_at": None,
    }


def new_uid() -> str:
    return str(uuid.uuid4())


def _folded(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) else None


def _target_id(candidate: Candidate, kind: str, prefix: str, ids: Mapping[str, int]) -> int | None:
    for relation in candidate.relations:
        if relation.type == kind and relation.source == candidate.ref and relation.target.startswith(prefix):
            return ids[relation.target]
    return None


def field_rows(fields: Iterable[Field], entity_id: int, keys: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """Unique by key and value: two spellings of one value keep the first."""
    rows = {(keys[key], value): original for key, value, original in sorted(fields, key=_plain_order)}
    return [(key, value, entity_id, original) for (key, value), original in rows.items()]


def _plain_order(field: Field) -> tuple[str, str, str]:
    return field[0], field[1], field[2] or ""


def insert_fields(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """The bulk of what ingestion writes: COPY on PostgreSQL, plain tuples in key order on SQLite."""
    rows.sort(key=lambda row: row[:3])
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO entity_fields (key_id, value, entity_id, original) VALUES (?, ?, ?, ?)"
        connection.exec_driver_sql(statement, rows)
        return
    driver: Any = connection.connection.cursor()
    with driver.copy("COPY entity_fields (key_id, value, entity_id, original) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def delete_fields(connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    table = entity_fields.c
    where = (table.key_id == bindparam("k"), table.value == bindparam("v"), table.entity_id == bindparam("e"))
    values = [{"k": key, "v": value, "e": entity_id} for key, value, entity_id, _original in rows]
    if values:
        connection.execute(entity_fields.delete().where(*where), values)


def relation_rows(found: Sequence[Relation], origin_id: int, ids: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"source_id": ids[r.source], "type": r.type, "target_id": ids[r.target], "origin_id": origin_id} for r in found
    ]


def insert_rows(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """`{"spec.lifecycle": ["production", "deprecated"]}`: leaves that differ, long values cut, at most 40."""
    old, new = dict(_leaves("", before)), dict(_leaves("", after))
    differing = sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
    return {k: [_short(old.get(k)), _short(new.get(k))] for k in differing[:_MAX_CHANGED_FIELDS]}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and path not in {"metadata.uid", "metadata.etag"}:
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, inner)
    elif path not in {"metadata.uid", "metadata.etag"}:
        yield path, value


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _MAX_SHOWN:
        return value[:_MAX_SHOWN] + "…"
    if isinstance(value, list) and len(orjson.dumps(value)) > 2_000:
        return f"{len(value)} items"
    return value
