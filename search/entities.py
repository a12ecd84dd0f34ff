"""What search knows of a catalog entity: one document for itself, one for each operation of an API."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select

from callboard import entities as names_of
from callboard.db import UnitOfWork
from callboard.outbox import Event
from catalog.ingest.rows import batches
from catalog.model import Entity
from catalog.tables import entities, refs
from search import index
from search.definitions import operations
from search.index import API, CATALOG, Document, Facets


class SearchConsumer:
    """Keeps the index level with the catalog's change events, in their transaction."""

    name = "search"

    def consume(self, uow: UnitOfWork, batch: Sequence[Event]) -> None:
        index_entities(uow.writing(), list(dict.fromkeys(e.ref for e in batch)))


def index_entities(connection: Connection, wanted: Sequence[str]) -> None:
    """Bring entities level; those that are gone leave the index with all that belonged to them."""
    for some in batches(list(wanted)):
        found = _load(connection, some)
        index.drop(connection, [r for r in some if r not in found])
        index.drop(connection, list(found), types=[CATALOG, API])
        facets = {ref: _facets(document, owner) for ref, (document, owner) in found.items()}
        index.set_facets(connection, facets)
        index.put(connection, [d for ref, (it, _owner) in found.items() for d in documents_of(ref, it, facets[ref])])


def facets_of(entity: Entity) -> Facets:
    return _facets(entity.document, entity.owner)


def documents_of(ref: str, document: Mapping[str, Any], facets: Facets) -> list[Document]:
    """The entity itself, and the operations that an API's definition lists."""
    metadata, spec = document["metadata"], names_of.spec_of(document)
    profile = spec.get("profile")
    profile = profile if isinstance(profile, Mapping) else {}
    parts = [metadata.get("description"), profile.get("displayName"), profile.get("email")]
    fields = {"kind": document["kind"], "owner": spec.get("owner") or "", "lifecycle": spec.get("lifecycle") or ""}
    tags = metadata.get("tags")
    entity = Document(
        type=CATALOG,
        ref=ref,
        title=str(metadata.get("title") or metadata["name"]),
        text=" : ".join(str(p) for p in parts if p),
        location="/catalog/{1}/{0}/{2}".format(*_parts(ref)),
        facets=facets,
        fields=fields | {"type": spec.get("type") or "other"},
        keywords=" ".join(map(str, tags)) if isinstance(tags, list) else "",
    )
    definition = spec.get("definition")
    if document["kind"].lower() != "api" or not isinstance(definition, str):
        return [entity]
    return [entity, *(_operation(ref, entity, facets, found) for found in operations(definition))]


def _operation(ref: str, entity: Document, facets: Facets, found: tuple[str, str]) -> Document:
    signature, summary = found
    return Document(
        type=API,
        ref=ref,
        key=signature,
        title=signature,
        headings=entity.title,
        text=summary,
        location=entity.location,
        facets=facets,
        fields=entity.fields,
    )


def _facets(document: Mapping[str, Any], owner: str | None) -> Facets:
    metadata, spec = document["metadata"], names_of.spec_of(document)
    aliases = names_of.annotations_of(document).get(names_of.ALIASES) or ""
    names = f"{metadata.get('title') or ''} {aliases} {names_of.title_of(document)}"
    return Facets(str(spec.get("type") or ""), str(spec.get("lifecycle") or ""), owner or "", names)


def _load(connection: Connection, wanted: Sequence[str]) -> dict[str, tuple[dict[str, Any], str | None]]:
    owner = refs.alias("owner")
    query = (
        select(refs.c.ref, entities.c.document, owner.c.ref.label("owner"))
        .join(entities, entities.c.id == refs.c.id)
        .outerjoin(owner, owner.c.id == entities.c.owner_id)
        .where(refs.c.ref.in_(wanted))
    )
    return {row.ref: (orjson.loads(row.document), row.owner) for row in connection.execute(query)}


def _parts(ref: str) -> tuple[str, str, str]:
    kind, _, rest = ref.partition(":")
    namespace, _, name = rest.partition("/")
    return kind, namespace, name
