"""Writes what can be found: rows of `search_documents`, always in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, insert, literal_column, update

from callboard.refs import EntityRef
from search.tables import search_documents
from search.words import index_words

CATALOG: Final = "software-catalog"
TECHDOCS: Final = "techdocs"
API: Final = "api-operations"
TYPES: Final = (CATALOG, TECHDOCS, API)
_BATCH: Final = 500
_WEIGHTS: Final = (("w_name", "A"), ("w_title", "B"), ("w_headings", "C"), ("w_text", "D"))


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
    statement = insert(search_documents)
    if connection.dialect.name != "sqlite":
        statement = statement.values(vector=_vector())
        rows = [row | {f"v_{name}": row[name] for name, _weight in _WEIGHTS} for row in rows]
    for start in range(0, len(rows), _BATCH):
        connection.execute(statement, rows[start : start + _BATCH])


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


def set_facets(connection: Connection, ref: str, facets: Facets) -> None:
    """Owner, lifecycle and type changed: what else belongs to the entity follows."""
    changed = update(search_documents).where(search_documents.c.ref == ref, search_documents.c.type != CATALOG)
    values = {"component_type": facets.component_type, "lifecycle": facets.lifecycle, "owner": facets.owner}
    differs = [search_documents.c[name] != value for name, value in values.items()]
    connection.execute(changed.where(differs[0] | differs[1] | differs[2]).values(values))


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
        "component_type": facets.component_type.casefold(),
        "lifecycle": facets.lifecycle.casefold(),
        "owner": facets.owner,
        "fields": dict(document.fields) or None,
        "w_name": index_words(called, whole=True) if is_entity else "",
        "w_title": index_words(document.title, whole=True),
        "w_headings": index_words(f"{document.headings} {document.keywords} {'' if is_entity else called}"),
        "w_text": index_words(document.text),
    }


def _vector() -> Any:
    """PostgreSQL's form of the words; more than its limit of one megabyte never comes from `index_words`."""
    parts = []
    for name, weight in _WEIGHTS:
        words = func.to_tsvector("simple", bindparam(f"v_{name}"))
        parts.append(func.setweight(words, literal_column(f"'{weight}'::\"char\"")))
    whole: Any = parts[0]
    for part in parts[1:]:
        whole = whole.op("||")(part)
    return whole
