"""`/api/search/query`: the search API that Backstage's frontend and its clients speak, with filters that filter."""

import base64
import binascii
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.replies import reading, value_reply
from callboard.db import Connection, Database
from callboard.errors import InputError
from callboard.ports import Visible
from search.index import TECHDOCS, TYPES
from search.query import Finder, Found, Results, search
from search.question import Concept, Synonyms, concepts_of
from search.words import compound, stem

MAX_TERM: Final = 100
MAX_LIMIT: Final = 100
DEFAULT_LIMIT: Final = 25
_FILTER: Final = re.compile(r"^filters\[([^\]]+)\](?:\[(?:\d*)\])?$")
_WORD: Final = re.compile(r"[^\W_]+(?:[-_.'][^\W_]+)*")
_SNIPPET: Final = 600
Sight = Callable[[Request], Visible | None]
"""What a caller may know of; None for everything."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query string, read."""

    term: str = ""
    types: Sequence[str] = ()
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    page: int = 0
    limit: int = DEFAULT_LIMIT


def search_router(
    database: Database,
    *,
    names: Finder | None = None,
    synonyms: Synonyms | None = None,
    sight: Sight = lambda _request: None,
) -> APIRouter:
    """`names` finds entities in spite of spelling mistakes."""
    router = APIRouter(prefix="/api/search", tags=["search"])

    @router.get("/query")
    async def query(request: Request) -> Response:
        asked = read_query(request.query_params.multi_items())
        judge = sight(request)

        def run(connection: Connection) -> Any:
            found = search(
                connection,
                asked.term,
                types=asked.types,
                filters=asked.filters,
                limit=asked.limit,
                offset=asked.page * asked.limit,
                visible=judge,
                names=names,
                synonyms=synonyms,
            )
            return answer(asked, found, synonyms)

        return value_reply(await reading(database, run))

    return router


def read_query(items: Sequence[tuple[str, str]]) -> Asked:
    """Raises InputError in Backstage's words where it has some."""
    types, filters, plain = [], dict[str, list[str]](), dict[str, str]()
    for key, value in items:
        if re.fullmatch(r"types(\[\d*\])?", key):
            types.append(value)
        elif match := _FILTER.match(key):
            filters.setdefault(match[1], []).append(value)
        else:
            plain[key] = value
    term = plain.get("term", "").strip()
    if len(term) > MAX_TERM:
        raise InputError(f'The term length "{len(term)}" is greater than "{MAX_TERM}"')
    for one in types:
        if one not in TYPES:
            raise InputError(f'Invalid type "{one}": expected one of {", ".join(TYPES)}')
    return Asked(term, types, filters, _page(plain.get("pageCursor", "")), _limit(plain.get("pageLimit", "")))


def _limit(text: str) -> int:
    if not text:
        return DEFAULT_LIMIT
    if not text.isdecimal() or not int(text):
        raise InputError(f'The page limit "{text}" is not a positive number')
    if int(text) > MAX_LIMIT:
        raise InputError(f'The page limit "{text}" is greater than "{MAX_LIMIT}"')
    return int(text)


def _page(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        page = int(base64.b64decode(cursor, validate=True))
    except (binascii.Error, ValueError):
        page = -1
    if not 0 <= page <= 10_000:
        raise InputError(f'The page cursor "{cursor}" is not one that a search gave')
    return page


def answer(asked: Asked, found: Results, synonyms: Synonyms | None = None) -> dict[str, Any]:
    """One page in the shape of Backstage's result set."""
    first = asked.page * asked.limit
    marker = f"<{uuid.uuid4()}>"
    marks = (marker, marker.replace("<", "</"))
    concepts = concepts_of(asked.term, synonyms, typing=True)
    body: dict[str, Any] = {
        "results": [_result(f, first + n + 1, concepts, marks) for n, f in enumerate(found.items)],
        "numberOfResults": found.total,
    }
    if first + len(found.items) < found.total:
        body["nextPageCursor"] = _cursor(asked.page + 1)
    if asked.page:
        body["previousPageCursor"] = _cursor(asked.page - 1)
    return body


def _cursor(page: int) -> str:
    return base64.b64encode(str(page).encode()).decode()


def _result(found: Found, rank: int, concepts: Sequence[Concept], marks: tuple[str, str]) -> dict[str, Any]:
    document = _document(found)
    fields = {name: highlighted(str(document[name]), concepts, marks) for name in ("title", "text")}
    highlight = {"preTag": marks[0], "postTag": marks[1], "fields": fields}
    return {"type": found.type, "document": document, "rank": rank, "highlight": highlight}


def _document(found: Found) -> dict[str, Any]:
    """The fields that Backstage's collators give a document of the type."""
    document: dict[str, Any] = {
        "title": found.title,
        "text": found.text[:_SNIPPET],
        "location": found.location,
        "namespace": found.namespace,
        "kind": found.fields.get("kind", found.kind),
        "name": found.name,
        "componentType": found.fields.get("type", found.component_type or "other"),
        "lifecycle": found.fields.get("lifecycle", found.lifecycle),
        "owner": found.fields.get("owner", found.owner.rpartition("/")[2]),
    }
    if found.type == TECHDOCS:
        return document | {"path": found.fields.get("path", ""), "entityTitle": found.headings}
    return document | {"type": document["componentType"]}


def highlighted(text: str, concepts: Sequence[Concept], marks: tuple[str, str]) -> str:
    """`text` with the words that were asked for between the marks."""
    wanted = {w for c in concepts for w in (*c.words, *c.parts, *(p for phrase in c.phrases for p in phrase))}
    prefix = next((c.prefix for c in concepts if c.prefix), "")

    def mark(match: re.Match[str]) -> str:
        word = match[0]
        parts = re.split(r"[-_.']", word.lower())
        meant = wanted.intersection((*map(stem, parts), compound(parts)))
        begun = prefix and any(p.startswith(prefix) for p in parts)
        return f"{marks[0]}{word}{marks[1]}" if meant or begun else word

    return _WORD.sub(mark, text)
