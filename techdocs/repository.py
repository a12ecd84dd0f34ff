"""Writes docs and what search knows of them, together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from search import index
from search.index import TECHDOCS, Facets
from techdocs.links import page_url
from techdocs.queries import section_key, section_keys
from techdocs.sections import Cut
from techdocs.tables import doc_pages, doc_sections, doc_sites


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as it was just read; `cuts` None when its text is what is stored already."""

    path: str
    file: str
    title: str
    position: int
    version: str
    digest: str
    definitions: str = ""
    edit_url: str = ""
    changed_at: float | None = None
    cuts: Sequence[Cut] | None = None


def put_site(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(delete(doc_sites).where(doc_sites.c.ref == values["ref"]))
    connection.execute(insert(doc_sites).values(values))


def put_sites(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """The same for many at once."""
    connection.execute(delete(doc_sites).where(doc_sites.c.ref.in_([row["ref"] for row in rows])))
    connection.execute(insert(doc_sites), rows)


def remove_site(connection: Connection, ref: str) -> None:
    """Forget the docs of an entity."""
    connection.execute(delete(doc_sites).where(doc_sites.c.ref == ref))
    connection.execute(delete(doc_pages).where(doc_pages.c.ref == ref))
    index.drop(connection, [ref], types=[TECHDOCS])


def remove_pages(connection: Connection, ref: str, ids: Sequence[int]) -> None:
    if not ids:
        return
    index.drop(connection, [ref], types=[TECHDOCS], keys=section_keys(connection, ids))
    connection.execute(delete(doc_pages).where(doc_pages.c.id.in_(ids)))


def touch_page(connection: Connection, page_id: int, page: ReadPage) -> None:
    """The text stayed; its place, title or version is new."""
    values = {"position": page.position, "version": page.version, "file": page.file, "title": page.title}
    connection.execute(update(doc_pages).where(doc_pages.c.id == page_id).values(values))


def put_pages(connection: Connection, ref: str, pages: Sequence[ReadPage], facets: Facets) -> None:
    """Pages that are new or have a new text; what stood in their places goes, whoever wrote it."""
    if not pages:
        return
    paths = [p.path for p in pages]
    stored = select(doc_pages.c.id).where(doc_pages.c.ref == ref, doc_pages.c.path.in_(paths))
    remove_pages(connection, ref, connection.execute(stored).scalars().all())
    rows = [{n: getattr(p, n) for n in ReadPage.__slots__ if n != "cuts"} | {"ref": ref} for p in pages]
    new = connection.execute(insert(doc_pages).returning(doc_pages.c.path, doc_pages.c.id), rows)
    ids = {row.path: row.id for row in new}
    cuts = [(page, position, cut) for page in pages for position, cut in enumerate(page.cuts or ())]
    if cuts:
        connection.execute(insert(doc_sections), [_section_row(ids[p.path], n, cut) for p, n, cut in cuts])
        index.put(connection, [_document(ref, page, cut, facets) for page, _position, cut in cuts])


def _section_row(page_id: int, position: int, cut: Cut) -> dict[str, Any]:
    section = cut.section
    return {
        "page_id": page_id,
        "position": position,
        "level": section.level,
        "anchor": section.anchor,
        "title": section.title,
        "trail": list(section.trail),
        "text": section.text,
    }


def _document(ref: str, page: ReadPage, cut: Cut, facets: Facets) -> index.Document:
    section = cut.section
    headings = " · ".join(dict.fromkeys((page.title, *section.trail)))
    return index.Document(
        type=TECHDOCS,
        ref=ref,
        key=section_key(page.path, section.anchor),
        title=section.title,
        headings="" if headings == section.title else headings,
        text=cut.plain[:200_000],
        location=page_url(ref, page.path, section.anchor),
        facets=facets,
        fields={"path": page.path, "anchor": section.anchor},
    )
