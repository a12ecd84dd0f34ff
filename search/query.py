"""Reads the index: a search with pages and filters, and candidates for those who rank themselves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from callboard.ports import Visible
from catalog.ingest.rows import batches
from search.index import CATALOG
from search.match import RANKED, Conditions, Where, count, expression, fulfils, ranked_ids, refs_of_matches
from search.names import LIKELY, Match
from search.question import Concept, Synonyms, concepts_of
from search.spelling import respelled
from search.tables import search_documents as documents

Finder = Callable[[str], Sequence[Match]]
_FILTERS: Final = {
    "kind": "kind", "namespace": "namespace", "name": "name", "type": "component_type",
    "componenttype": "component_type", "lifecycle": "lifecycle", "owner": "owner",
}  # fmt: skip
_WORDS: Final = tuple(documents.c[name] for name in ("w_name", "w_title", "w_headings", "w_text"))
_SYNONYMS: Final = Synonyms()
_WHOLE: Final = 120
"""The docs of one entity up to so many sections are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document that fits."""

    id: int
    type: str
    ref: str
    key: str
    title: str
    headings: str
    text: str
    location: str
    kind: str
    namespace: str
    name: str
    component_type: str
    lifecycle: str
    owner: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results; `total` counts all pages. `guessed` when nothing fitted and these are near misses."""

    items: Sequence[Found]
    total: int
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document's words by field, for a ranking of one's own. `label` is the title as written."""

    id: int
    ref: str
    key: str
    label: str
    name: str
    title: str
    headings: str
    text: str


_COLUMNS: Final = tuple(documents.c[name] for name in Found.__slots__)


def search(
    connection: Connection,
    term: str,
    *,
    types: Sequence[str] = (),
    filters: Mapping[str, Sequence[str]] | None = None,
    limit: int = 25,
    offset: int = 0,
    visible: Visible | None = None,
    names: Finder | None = None,
    synonyms: Synonyms | None = None,
) -> Results:
    """The exact name first, then names and titles, headings, text. `visible` judges refs, before anything is counted.

    With `names`, which looks spelling mistakes up, the nearest is guessed when nothing has the words as typed.
    """
    concepts = concepts_of(term, synonyms or _SYNONYMS, typing=True)
    asked = _Asked(connection, term, concepts, _conditions(types, filters or {}), visible, limit, offset)
    if not concepts:
        return _everything(asked) if not term.strip() else Results((), 0)
    found = _matching(asked, every=True)
    return found if found.total or names is None else _guessed(asked, names)


def candidates(
    connection: Connection,
    concepts: Sequence[Concept],
    *,
    type_: str,
    ref: str | None = None,
    limit: int = 60,
    visible: Visible | None = None,
) -> list[Candidate]:
    """Documents of one type that hold what was asked for: all of it, some in their headings, or its rarest words."""
    ours: list[tuple[str, Sequence[str]]] = [("type", [type_])]
    if ref is not None:
        ours.append(("ref", [ref]))
        all_ids = connection.execute(select(documents.c.id).where(*fulfils(ours)).limit(_WHOLE + 1)).scalars().all()
        if len(all_ids) <= _WHOLE:
            return _candidates(connection, all_ids)
    ids: dict[int, None] = {}
    for words in _approaches(connection, concepts):
        best = ranked_ids(connection, words, limit=limit if visible is None else RANKED, conditions=ours)
        ids.update(dict.fromkeys(_seen(connection, best, visible)[:limit]))
    return _candidates(connection, list(ids))


def _seen(connection: Connection, ids: Sequence[int], visible: Visible | None) -> list[int]:
    """Those of `ids` that belong to an entity one may know of, in the same order."""
    if visible is None:
        return list(ids)
    refs = select(documents.c.id, documents.c.ref)
    known = {
        row.id: row.ref for some in batches(ids) for row in connection.execute(refs.where(documents.c.id.in_(some)))
    }
    return [i for i in ids if i in known and visible(known[i])]


def _approaches(connection: Connection, concepts: Sequence[Concept]) -> list[str]:
    if not concepts:
        return []
    counted = sorted(((frequency(connection, c, cap=RANKED), n) for n, c in enumerate(concepts)))
    rare: list[Concept] = []
    left = RANKED
    for times, number in counted:
        if rare and times > left:
            break
        rare.append(concepts[number])
        left -= times
    return [
        expression(connection, concepts, every=True),
        expression(connection, concepts, every=False, where="headings"),
        expression(connection, rare, every=False),
    ]


def frequency(connection: Connection, concept: Concept, *, cap: int = RANKED) -> int:
    """How many documents hold a concept, counted no further than `cap`."""
    return count(connection, expression(connection, [concept], every=True), cap=cap)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One search, read."""

    connection: Connection
    term: str
    concepts: Sequence[Concept]
    conditions: Conditions
    visible: Visible | None
    limit: int
    offset: int


def _conditions(types: Sequence[str], filters: Mapping[str, Sequence[str]]) -> Conditions:
    found: list[tuple[str, Sequence[str]]] = [("type", types)] if types else []
    for key, values in filters.items():
        at = _FILTERS.get(key.lower())
        folded = [v.casefold() for v in values]
        if at == "owner":
            folded += [f"group:default/{v}" if "/" not in v else f"group:{v}" for v in folded if ":" not in v]
        found.append((at, folded) if at else ("type", ()))
    return found


def _matching(asked: _Asked, *, every: bool) -> Results:
    connection, conditions = asked.connection, asked.conditions
    words = expression(connection, asked.concepts, every=every)
    allowed = None if asked.visible is None else _allowed(asked, words)
    total = count(connection, words, conditions=conditions) if allowed is None else len(allowed)
    wanted = asked.offset + asked.limit
    ids = _in_order(asked, total, wanted if allowed is None else RANKED, every=every) if total else []
    page = [i for i in ids if allowed is None or i in allowed][asked.offset : wanted]
    return Results(_load(connection, page), total)


def _guessed(asked: _Asked, names: Finder) -> Results:
    """Nothing has all the words: what is called nearly so, has them spelled otherwise, or has some of them."""
    near = _entities(asked, [m.ref for m in names(asked.term) if m.score >= LIKELY - 10])
    if near.total:
        return near
    mended = replace(asked, concepts=respelled(asked.connection, asked.concepts))
    found = _matching(mended, every=True) if mended != asked else near
    if not found.total and len(asked.concepts) > 1:
        found = _matching(mended, every=False)
    return replace(found, guessed=bool(found.total))


def _allowed(asked: _Asked, words: str) -> set[int]:
    """Matches that may be seen; each entity is judged once."""
    assert asked.visible is not None
    matches = refs_of_matches(asked.connection, words, conditions=asked.conditions)
    judged = {ref: asked.visible(ref) for ref in {ref for _id, ref in matches}}
    return {i for i, ref in matches if judged[ref]}


def _in_order(asked: _Asked, total: int, wanted: int, *, every: bool) -> list[int]:
    """Ids by tier: the exact name or title, names, headings where matches are too many to rank, then the rest."""

    def tier(where: Where) -> list[int]:
        words = expression(asked.connection, asked.concepts, every=every, where=where)
        return ranked_ids(asked.connection, words, limit=wanted, conditions=asked.conditions)

    named = tier("names")
    found = dict.fromkeys([*_exact(asked, named), *named])
    if total > RANKED and len(found) < wanted:
        found.update(dict.fromkeys(tier("headings")))
    if len(found) < wanted:
        found.update(dict.fromkeys(tier("anywhere")))
    return list(found)


def _exact(asked: _Asked, named: Sequence[int]) -> list[int]:
    folded = asked.term.strip().casefold()
    by_name = select(documents.c.id).where(documents.c.name == folded, documents.c.type == CATALOG)
    by_name = by_name.where(*fulfils(asked.conditions))
    by_title = select(documents.c.id).where(documents.c.id.in_(named[:500]), func.lower(documents.c.title) == folded)
    return [*asked.connection.execute(by_name).scalars(), *asked.connection.execute(by_title).scalars()]


def _entities(asked: _Asked, refs: Sequence[str]) -> Results:
    """Entities by ref, in the given order."""
    query: Select[Any] = select(*_COLUMNS).where(documents.c.ref.in_(refs), documents.c.type == CATALOG)
    rows = {row.ref: _found(row) for row in asked.connection.execute(query.where(*fulfils(asked.conditions)))}
    items = [rows[r] for r in refs if r in rows and (asked.visible is None or asked.visible(r))]
    return Results(items[asked.offset : asked.offset + asked.limit], len(items), guessed=bool(items))


def _everything(asked: _Asked) -> Results:
    """No term: all that the filters leave, by name."""
    query = select(documents.c.id, documents.c.ref).where(*fulfils(asked.conditions))
    rows = asked.connection.execute(query.order_by(documents.c.name, documents.c.id)).all()
    visible = asked.visible
    ids = [row.id for row in rows if visible is None or visible(row.ref)]
    return Results(_load(asked.connection, ids[asked.offset : asked.offset + asked.limit]), len(ids))


def _load(connection: Connection, ids: Sequence[int]) -> list[Found]:
    query: Select[Any] = select(*_COLUMNS).where(documents.c.id.in_(ids))
    rows = {row.id: _found(row) for row in connection.execute(query)}
    return [rows[i] for i in ids if i in rows]


def _candidates(connection: Connection, ids: Any) -> list[Candidate]:
    columns = (documents.c.id, documents.c.ref, documents.c.key, documents.c.title)
    query: Select[Any] = select(*columns, *_WORDS).where(documents.c.id.in_(ids))
    rows: Iterable[Any] = connection.execute(query)
    return [Candidate(*row) for row in rows]


def _found(row: Any) -> Found:
    values = {name: getattr(row, name) for name in Found.__slots__ if name != "fields"}
    return Found(**values, fields=row.fields or {})
