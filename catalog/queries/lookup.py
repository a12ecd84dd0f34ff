"""Entities by ref, with their relations and where they came from."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from callboard.entities import title_of
from catalog.ingest.rows import batches
from catalog.kinds import INVERSE
from catalog.model import Entity, Evidence, Problem, Summary
from catalog.queries.statement import rows_among
from catalog.tables import entities, problems, refs, relations, sources, targets

_owner = refs.alias("owner")
_system = refs.alias("system")
SUMMARY_COLUMNS = (
    refs.c.ref,
    entities.c.kind,
    entities.c.document,
    _owner.c.ref.label("owner"),
    _system.c.ref.label("system"),
)
SUMMARY_FROM = (
    entities.join(refs, refs.c.id == entities.c.id)
    .outerjoin(_owner, _owner.c.id == entities.c.owner_id)
    .outerjoin(_system, _system.c.id == entities.c.system_id)
)


def summary_of(row: Any) -> Summary:
    """A Summary from a row of SUMMARY_COLUMNS."""
    document = orjson.loads(row.document)
    metadata, spec = document["metadata"], document.get("spec") or {}
    return Summary(
        ref=row.ref,
        kind=document["kind"],
        name=metadata["name"],
        title=title_of(document),
        type=spec.get("type"),
        lifecycle=spec.get("lifecycle"),
        owner=row.owner,
        system=row.system,
        description=metadata.get("description") or "",
    )


def _askable(wanted: Iterable[str]) -> list[str]:
    """What a database can be asked for: PostgreSQL's text holds no NUL, so nothing is named with one."""
    return sorted({text for text in wanted if "\0" not in text})


def ref_ids(connection: Connection, wanted: Iterable[str]) -> dict[str, int]:
    """Ids of the refs that anything in the catalog mentions."""
    found: dict[str, int] = {}
    for some in batches(_askable(wanted)):
        found.update(rows_among(connection, "SELECT ref, id FROM refs WHERE ref {among}", some))
    return found


def existing(connection: Connection, wanted: Iterable[str]) -> set[str]:
    """Those of `wanted` that are entities, not merely mentioned."""
    found: set[str] = set()
    for some in batches(_askable(wanted)):
        query = select(refs.c.ref).join(entities, entities.c.id == refs.c.id).where(refs.c.ref.in_(some))
        found.update(connection.execute(query).scalars())
    return found


def summaries(connection: Connection, wanted: Iterable[str]) -> dict[str, Summary]:
    """Summaries by ref; a ref that isn't an entity is left out."""
    found: dict[str, Summary] = {}
    for some in batches(_askable(wanted)):
        query = select(*SUMMARY_COLUMNS).select_from(SUMMARY_FROM).where(refs.c.ref.in_(some))
        found.update((row.ref, summary_of(row)) for row in connection.execute(query))
    return found


def raw_documents(connection: Connection, wanted: Iterable[str]) -> dict[str, str]:
    """The stored JSON texts by ref; a ref that isn't an entity is left out."""
    found: dict[str, str] = {}
    for some in batches(_askable(wanted)):
        query = select(refs.c.ref, entities.c.document).join(refs, refs.c.id == entities.c.id)
        found.update((row.ref, row.document) for row in connection.execute(query.where(refs.c.ref.in_(some))))
    return found


def raw_document(connection: Connection, ref: str) -> str | None:
    """The stored JSON text, without relations; the cheapest read there is."""
    query = select(entities.c.document).join(refs, refs.c.id == entities.c.id).where(refs.c.ref == ref)
    return connection.execute(query).scalar_one_or_none()


def get_entity(connection: Connection, ref: str) -> Entity | None:
    """Everything about one entity, or None."""
    query = (
        select(
            entities.c.id,
            entities.c.document,
            entities.c.line,
            entities.c.orphaned_at,
            _owner.c.ref.label("owner"),
            targets.c.location,
            targets.c.read_at,
            sources.c.checked_at,
        )
        .select_from(
            refs.join(entities, entities.c.id == refs.c.id)
            .outerjoin(_owner, _owner.c.id == entities.c.owner_id)
            .outerjoin(targets, targets.c.id == entities.c.target_id)
            .outerjoin(sources, sources.c.id == targets.c.source_id)
        )
        .where(refs.c.ref == ref)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    found = relations_of(connection, [row.id])[row.id]
    return Entity(ref, row.document, found, _evidence(row), row.orphaned_at, errors_of(connection, ref), row.owner)


def _evidence(row: Any) -> Evidence | None:
    if row.location is None:
        return None
    url = (orjson.loads(row.document)["metadata"].get("annotations") or {}).get("backstage.io/view-url")
    return Evidence(row.location, row.line, row.checked_at or row.read_at, url)


def relations_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Both directions of the relations of entities by id, sorted by type and target as Backstage does."""
    found: dict[int, set[tuple[str, str]]] = {i: set() for i in ids}
    for some in batches(list(ids)):
        forward = select(relations.c.source_id, relations.c.type, refs.c.ref).join(
            refs, refs.c.id == relations.c.target_id
        )
        for row in connection.execute(forward.where(relations.c.source_id.in_(some))):
            found[row[0]].add((row[1], row[2]))
        backward = select(relations.c.target_id, relations.c.type, refs.c.ref).join(
            refs, refs.c.id == relations.c.source_id
        )
        for row in connection.execute(backward.where(relations.c.target_id.in_(some))):
            found[row[0]].add((INVERSE[row[1]], row[2]))
    return {i: sorted(pairs) for i, pairs in found.items()}


def errors_of(connection: Connection, ref: str) -> list[Problem]:
    """What is wrong with the newest version of an entity's document."""
    query = select(problems, targets.c.location).join(targets, targets.c.id == problems.c.target_id)
    query = query.where(problems.c.ref == ref, problems.c.kind == "error").order_by(problems.c.id)
    return [problem_of(row) for row in connection.execute(query)]


def problem_of(row: Any) -> Problem:
    return Problem(row.kind, row.message, row.ref, row.location, row.line, row.since, name=row.name)
