"""Reads docs: sites, pages, sections, and what the indexer compares with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Text, cast, func, or_, select

from callboard import entities as names_of
from catalog.ingest.fields import TOO_LONG
from catalog.ingest.rows import batches
from catalog.model import Problem as Attention
from catalog.tables import entities, entity_fields, field_keys, refs
from techdocs.model import NavItem, Page, PageInfo, Problem, Section, Shelf, Site
from techdocs.source import TECHDOCS_ENTITY
from techdocs.tables import doc_pages, doc_sections, doc_sites

_LOCATING: Final = (names_of.TECHDOCS_REF, TECHDOCS_ENTITY, names_of.SOURCE_LOCATION, names_of.MANAGED_BY)
_ANNOTATIONS: Final = tuple(f"metadata.annotations.{a}".lower() for a in (names_of.TECHDOCS_REF, TECHDOCS_ENTITY))

_FIRST_AID: Final = ("runbook", "on-call", "on call", "troubleshoot", "getting started")
"""Pages with these words in their titles are what people look for first."""


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What was stored of a page when it was last read."""

    id: int
    path: str
    file: str
    title: str
    position: int
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Located:
    """A section with its page, as the finder needs it."""

    section: Section
    page: PageInfo
    ref: str
    definitions: str


def site_of(connection: Connection, ref: str) -> Site | None:
    """The docs of an entity; their navigation carries the pages' titles. None when it has no docs."""
    row = connection.execute(select(doc_sites).where(doc_sites.c.ref == ref)).one_or_none()
    if row is None:
        return None
    titles = {p.path: p.title for p in pages_of(connection, ref)}
    nav = tuple(_titled(NavItem.from_json(item), titles) for item in row.nav)
    return Site(ref, row.title, nav, row.source, row.alias, row.alias_path, _problems(row.problems), row.indexed_at)


def resolved_site(connection: Connection, ref: str) -> Site | None:
    """The site to show for `ref`: its own, or the one that `techdocs-entity` names; aliases are followed once."""
    site = site_of(connection, ref)
    if site is None or not site.alias:
        return site
    target = site_of(connection, site.alias)
    return replace(target, alias_path=site.alias_path) if target and not target.alias else None


def _titled(item: NavItem, titles: Mapping[str, str]) -> NavItem:
    children = tuple(_titled(c, titles) for c in item.children)
    return replace(item, title=item.title or titles.get(item.path, item.path), children=children)


def pages_of(connection: Connection, ref: str) -> list[PageInfo]:
    """The pages of a site in reading order."""
    query = select(doc_pages).where(doc_pages.c.ref == ref).order_by(doc_pages.c.position, doc_pages.c.path)
    return [_info(row) for row in connection.execute(query)]


def page_of(connection: Connection, ref: str, path: str) -> Page | None:
    """One page with its text."""
    query = select(doc_pages).where(doc_pages.c.ref == ref, doc_pages.c.path == path)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    sections = select(doc_sections).where(doc_sections.c.page_id == row.id).order_by(doc_sections.c.position)
    return Page(ref, _info(row), [_section(s) for s in connection.execute(sections)], row.definitions)


def shelf_of(connection: Connection, ref: str, *, most: int = 4) -> Shelf | None:
    """The docs of an entity, or those it points to, at a glance; None when it has none."""
    about = select(doc_sites.c.alias, doc_sites.c.problems)
    row = connection.execute(about.where(doc_sites.c.ref == ref)).one_or_none()
    if row is None:
        return None
    owner = row.alias or ref
    pages = select(doc_pages).where(doc_pages.c.ref == owner).order_by(doc_pages.c.position, doc_pages.c.path)
    first_aid = or_(*(func.lower(doc_pages.c.title).contains(word, autoescape=True) for word in _FIRST_AID))
    total = select(func.count()).select_from(doc_pages).where(doc_pages.c.ref == owner)
    found = [*connection.execute(pages.where(first_aid).limit(2)), *connection.execute(pages.limit(most + 2))]
    top = tuple({r.path: _info(r) for r in found}.values())[:most]
    return Shelf(owner, connection.execute(total).scalar_one(), top, _problems(row.problems))


def attention(connection: Connection, *, team: str | None = None) -> list[Attention]:
    """Docs with something wrong, one entry for each entity; `team` keeps what that group owns."""
    owner = refs.alias("owner")
    query = (
        select(
            doc_sites.c.ref,
            doc_sites.c.problems,
            doc_sites.c.source,
            doc_sites.c.indexed_at,
            owner.c.ref.label("owner"),
        )
        .join(refs, refs.c.ref == doc_sites.c.ref)
        .join(entities, entities.c.id == refs.c.id)
        .outerjoin(owner, owner.c.id == entities.c.owner_id)
        .where(cast(doc_sites.c.problems, Text) != "[]")
        .order_by(doc_sites.c.ref)
    )
    if team is not None:
        query = query.where(owner.c.ref == team.lower())
    return [_attention(row) for row in connection.execute(query)]


def _attention(row: Any) -> Attention:
    first, *others = _problems(row.problems)
    more = f" And {len(others)} more." if others else ""
    place = "/".join(part for part in (row.source, first.path) if part)
    message = f"The docs of {row.ref}: {first.text.rstrip('.')}.{more}"
    return Attention("docs", message, row.ref, place, since=row.indexed_at, owner=row.owner)


def _problems(written: Any) -> tuple[Problem, ...]:
    return tuple(Problem(p["message"], p.get("path", "")) for p in written or ())


def problems_of(connection: Connection, ref: str) -> tuple[Problem, ...]:
    """What is wrong with an entity's docs."""
    found = connection.execute(select(doc_sites.c.problems).where(doc_sites.c.ref == ref)).scalar_one_or_none()
    return _problems(found)


def indexed_at(connection: Connection, wanted: Sequence[str]) -> dict[str, float]:
    """When the docs of some refs were written last."""
    found: dict[str, float] = {}
    for some in batches(wanted):
        query = select(doc_sites.c.ref, doc_sites.c.indexed_at).where(doc_sites.c.ref.in_(some))
        found.update((row.ref, row.indexed_at) for row in connection.execute(query))
    return found


def documented(connection: Connection, wanted: Sequence[str] | None = None) -> set[str]:
    """The refs that name docs or have some, of all or of `wanted`."""
    named = (
        select(refs.c.ref)
        .join(entities, entities.c.id == refs.c.id)
        .join(entity_fields, entity_fields.c.entity_id == entities.c.id)
        .join(field_keys, field_keys.c.id == entity_fields.c.key_id)
        .where(field_keys.c.key.in_(_ANNOTATIONS))
    )
    stored = select(doc_sites.c.ref)
    if wanted is None:
        return {*connection.execute(named).scalars(), *connection.execute(stored).scalars()}
    found: set[str] = set()
    for some in batches(sorted(set(wanted))):
        found |= set(connection.execute(named.where(refs.c.ref.in_(some))).scalars())
        found |= set(connection.execute(stored.where(doc_sites.c.ref.in_(some))).scalars())
    return found


def location_annotations(connection: Connection) -> dict[str, dict[str, str]]:
    """By ref, the annotations that say where docs are; one too long for the index is missing."""
    keys = {f"metadata.annotations.{a}".lower(): a for a in _LOCATING}
    query = (
        select(refs.c.ref, field_keys.c.key, entity_fields.c.value, entity_fields.c.original)
        .join(entity_fields, entity_fields.c.entity_id == refs.c.id)
        .join(field_keys, field_keys.c.id == entity_fields.c.key_id)
        .where(field_keys.c.key.in_(list(keys)))
    )
    found: dict[str, dict[str, str]] = {}
    for ref, key, value, original in connection.execute(query):
        if value != TOO_LONG:
            found.setdefault(ref, {})[keys[key]] = original or value
    return {ref: values for ref, values in found.items() if names_of.TECHDOCS_REF in values}


def with_pages(connection: Connection) -> set[str]:
    """The refs that have docs stored."""
    return set(connection.execute(select(doc_pages.c.ref).distinct()).scalars())


def told_problems(connection: Connection) -> dict[str, Any]:
    """What is written down as wrong with each site."""
    return {row.ref: row.problems for row in connection.execute(select(doc_sites.c.ref, doc_sites.c.problems))}


def known_pages(connection: Connection, ref: str) -> dict[str, KnownPage]:
    """The stored pages of a site by their path."""
    return known_pages_of(connection, [ref]).get(ref, {})


def known_pages_of(connection: Connection, wanted: Sequence[str]) -> dict[str, dict[str, KnownPage]]:
    """The same for several, by ref."""
    columns = [doc_pages.c[name] for name in KnownPage.__slots__]
    found: dict[str, dict[str, KnownPage]] = {}
    for some in batches(wanted):
        for ref, *values in connection.execute(select(doc_pages.c.ref, *columns).where(doc_pages.c.ref.in_(some))):
            page = KnownPage(*values)
            found.setdefault(ref, {})[page.path] = page
    return found


def told_of(connection: Connection, wanted: Sequence[str]) -> dict[str, tuple[str, tuple[Problem, ...]]]:
    """By ref, what a stored site row came from and what is wrong with the site."""
    query = select(doc_sites.c.ref, doc_sites.c.digest, doc_sites.c.problems)
    rows = (row for some in batches(wanted) for row in connection.execute(query.where(doc_sites.c.ref.in_(some))))
    return {row.ref: (row.digest, _problems(row.problems)) for row in rows}


def section_keys(connection: Connection, page_ids: Iterable[int]) -> list[str]:
    """The keys under which the sections of pages stand in the search index."""
    query = select(doc_pages.c.path, doc_sections.c.anchor)
    query = query.join(doc_pages, doc_pages.c.id == doc_sections.c.page_id).where(doc_pages.c.id.in_(list(page_ids)))
    return [section_key(path, anchor) for path, anchor in connection.execute(query)]


def section_key(path: str, anchor: str) -> str:
    return f"{path}#{anchor}"


def located(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Located]:
    """Sections by (ref, search key)."""
    page_title = doc_pages.c.title.label("page_title")
    page = (doc_pages.c.position.label("page_position"), doc_pages.c.definitions, doc_pages.c.edit_url)
    columns = (doc_pages.c.path, page_title, *page, doc_pages.c.changed_at, *doc_sections.c)
    query = select(*columns).join(doc_sections, doc_sections.c.page_id == doc_pages.c.id)
    found = {}
    for ref, key in keys:
        path, _, anchor = key.rpartition("#")
        one = query.where(doc_pages.c.ref == ref, doc_pages.c.path == path, doc_sections.c.anchor == anchor)
        row = connection.execute(one).first()
        if row is not None:
            info = PageInfo(path, row.page_title, row.page_position, row.changed_at, row.edit_url)
            found[ref, key] = Located(_section(row), info, ref, row.definitions)
    return found


def _info(row: Any) -> PageInfo:
    return PageInfo(row.path, row.title, row.position, row.changed_at, row.edit_url)


def _section(row: Any) -> Section:
    return Section(row.title, row.anchor, row.level, tuple(row.trail), row.text)
