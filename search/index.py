"""Writes what can be found: rows of `search_documents`, always in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import Connection, delete, insert, or_, select, text, update

from callboard.refs import EntityRef
from catalog.ingest.rows import batches
from search.tables import search_documents
from search.words import index_words

CATALOG: Final = "software-catalog"
TECHDOCS: Final = "techdocs"
API: Final = "api-operations"
TYPES: Final = (CATALOG, TECHDOCS, API)
_BATCH: Final = 500
_WEIGHTS: Final = (("w_name", "A"), ("w_title", "B"), ("w_headings", "C"), ("w_text", "D"))
_STORED: Final = tuple(c.name for c in search_documents.columns if c.name not in {"id", "vector"})
_VECTOR: Final = " || ".join(f"setweight(to_tsvector('simple', {name}), '{weight}')" for name, weight in _WEIGHTS)
_ARRAYS: Final = ", ".join(f"CAST(:{name} AS text[])" for name in _STORED)
_POSTGRES: Final = text(
    f"INSERT INTO search_documents ({', '.join(_STORED)}, vector) "  # noqa: S608 - names of our own columns
    f"SELECT {', '.join('CAST(fields AS json)' if name == 'fields' else name for name in _STORED)}, {_VECTOR} "
    f"FROM unnest({_ARRAYS}) AS given({', '.join(_STORED)})"
)
"""Many rows in one statement. The words' form for the index is PostgreSQL's own; more than its limit of one megabyte
never comes from `index_words`.
"""


@dataclass(frozen=True, slots=True)
class Facets:
    """What search filters by; the same for everything that belongs to one entity."""

    component_type: str = ""
    lifecycle: str = ""
    owner: str = ""
    names: str = ""
    """What the entity is called: name, title, aliases."""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found. `key` tells it from others of its entity and type."""

    type: str
    ref: str
    title: str
    key: str = ""
    headings: str = ""
    text: str = ""
    location: str = ""
    facets: Facets = field(default_factory=Facets)
    fields: Mapping[str, Any] = field(default_factory=dict)
    keywords: str = ""
    """Words to be found by that aren't shown, such as tags."""


def put(connection: Connection, documents: Iterable[Document]) -> None:
    """Add documents whose keys are free; see `drop`."""
    rows = [_row(d) for d in documents]
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        if connection.dialect.name == "sqlite":
            connection.execute(insert(search_documents), some)
        else:
            connection.execute(_POSTGRES, {name: [_plain(row[name]) for row in some] for name in _STORED})


def drop(
    connection: Connection,
    refs: Sequence[str],
    *,
    types: Sequence[str] = TYPES,
    keys: Sequence[str] | None = None,
) -> None:
    """Forget documents of entities, all of `types` or only those with `keys`."""
    for start in range(0, len(refs), _BATCH):
        some = delete(search_documents).where(
            search_documents.c.ref.in_(refs[start : start + _BATCH]), search_documents.c.type.in_(types)
        )
        connection.execute(some if keys is None else some.where(search_documents.c.key.in_(keys)))


def set_facets(connection: Connection, facets: Mapping[str, Facets]) -> None:
    """Owner, lifecycle and type of some entities, by ref: what else belongs to them, such as docs, follows."""
    row = search_documents.c
    others = row.type.not_in([CATALOG, API])
    for some in batches(list(facets)):
        with_more = connection.execute(select(row.ref).where(row.ref.in_(some), others).distinct()).scalars()
        for ref in with_more.all():
            values = _facet_columns(facets[ref])
            differs = or_(*(row[name] != value for name, value in values.items()))
            connection.execute(update(search_documents).where(row.ref == ref, others, differs).values(values))


def _facet_columns(facets: Facets) -> dict[str, str]:
    return {
        "component_type": facets.component_type.casefold(),
        "lifecycle": facets.lifecycle.casefold(),
        "owner": facets.owner,
    }


def _row(document: Document) -> dict[str, Any]:
    ref = EntityRef.from_full(document.ref)
    facets = document.facets
    called = f"{ref.name} {facets.names}"
    is_entity = document.type == CATALOG
    return {
        "type": document.type,
        "ref": document.ref,
        "key": document.key,
        "title": document.title,
        "headings": document.headings,
        "text": document.text,
        "location": document.location,
        "kind": ref.kind,
        "namespace": ref.namespace,
        "name": ref.name,
        **_facet_columns(facets),
        "fields": dict(document.fields) or None,
        "w_name": index_words(called, whole=True) if is_entity else "",
        "w_title": index_words(document.title, whole=True),
        "w_headings": index_words(f"{document.headings} {document.keywords} {'' if is_entity else called}"),
        "w_text": index_words(document.text),
    }


def _plain(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
