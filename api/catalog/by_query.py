"""Pages of entities, with cursors that lead both ways."""

from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from api.catalog import documentation as doc
from api.catalog.shown import documents, may_read
from api.reading import QueryParameters, checked, number, read_body, required, texts
from api.replies import array, json_reply, reading
from api.services import ApiServices
from callboard.db import Connection
from callboard.errors import InputError
from catalog.model import Page
from catalog.queries import cursors, listing, predicates
from catalog.queries.cursors import FullText, OrderBy
from catalog.queries.filters import parse_filters
from catalog.queries.listing import DEFAULT_LIMIT, EntityQuery
from catalog.queries.predicates import EVERYTHING, NOTHING
from catalog.queries.projection import parse_fields

_TOTALS: Final = ("include", "exclude")
_PAGE: Final = doc.properties(
    ["items", "totalItems", "pageInfo"],
    items=doc.array_of({"type": "object"}),
    totalItems=doc.COUNT,
    pageInfo=doc.properties(nextCursor=doc.STRING, prevCursor=doc.STRING),
)
_TOTAL_ITEMS: Final = {"type": "string", "enum": list(_TOTALS)}
_ORDER_BY: Final = doc.properties(["field", "order"], field=doc.STRING, order={"enum": ["asc", "desc"]})
_ORDER_BY_EXAMPLE: Final = [{"field": "metadata.name", "order": "asc"}]


def add_routes(router: APIRouter, services: ApiServices) -> None:
    """Both forms of the same query."""

    @router.get(
        "/entities/by-query",
        summary="A page of entities",
        responses=doc.answers("The page, the number of all, and where it goes on", _PAGE),
        openapi_extra=doc.described(
            [
                doc.FILTER,
                doc.FIELDS,
                doc.LIMIT,
                doc.OFFSET,
                doc.query("orderField", "A field, and `asc` or `desc`.", example="metadata.name,asc", many=True),
                doc.query("cursor", "`nextCursor` or `prevCursor` of another page."),
                doc.query("fullTextFilterTerm", "Text that a field holds.", example="pet"),
                doc.query("fullTextFilterFields", "The fields to look in.", example="metadata.name,metadata.title"),
                doc.query("totalItems", "Whether to count all.", schema=_TOTAL_ITEMS),
            ]
        ),
    )
    async def by_query(request: Request) -> Response:
        asked = QueryParameters(request)
        query = EntityQuery(
            parse_filters(asked.many("filter")),
            _order_field(asked.many("orderField")),
            _full_text(asked),
            asked.integer("limit", DEFAULT_LIMIT),
            asked.integer("offset", 0),
            asked.choice("totalItems", _TOTALS) == "include",
        )
        return await _answer(services, request, query, asked.one("cursor"), parse_fields(asked.many("fields")))

    @router.post(
        "/entities/by-query",
        summary="A page of entities, asked for in the predicate language",
        responses=doc.answers("The page, the number of all, and where it goes on", _PAGE),
        openapi_extra=doc.described(
            body=doc.properties(
                query=doc.PREDICATE,
                fields=doc.array_of(doc.STRING),
                orderBy={**doc.array_of(_ORDER_BY), "example": _ORDER_BY_EXAMPLE},
                fullTextFilter=doc.properties(["term"], term=doc.STRING, fields=doc.array_of(doc.STRING)),
                limit=doc.COUNT,
                offset=doc.COUNT,
                cursor=doc.STRING,
                totalItems=_TOTAL_ITEMS,
            )
        ),
    )
    async def by_predicate(request: Request) -> Response:
        body = await read_body(request)
        query = EntityQuery(
            predicates.from_json(body["query"]) if "query" in body else EVERYTHING,
            _order_by(checked(body, "orderBy", list, "array") or []),
            _full_text_filter(checked(body, "fullTextFilter", dict, "object")),
            number(body, "limit", DEFAULT_LIMIT),
            number(body, "offset", 0),
            _wants_total(body),
        )
        cursor = checked(body, "cursor", str, "string")
        return await _answer(services, request, query, cursor, parse_fields(texts(body, "fields") or ()))


async def _answer(
    services: ApiServices, request: Request, query: EntityQuery, cursor: str | None, fields: tuple[str, ...]
) -> Response:
    place = cursors.decode(cursor) if cursor is not None else None
    if place is not None:
        listing.check_same_query(place, query)
    if not may_read(request):
        query, place = EntityQuery(NOTHING, limit=0), None

    def work(connection: Connection) -> bytes:
        page = listing.page_of(connection, query, place)
        return _page(page, documents(connection, page.items, fields))

    return json_reply(await reading(services.database, work))


def _page(page: Page, items: list[bytes]) -> bytes:
    info = {"nextCursor": page.next_cursor, "prevCursor": page.previous_cursor}
    packed = orjson.dumps({k: v for k, v in info.items() if v})
    return b'{"items":%b,"totalItems":%d,"pageInfo":%b}' % (array(items), page.total, packed)


def _order_field(given: Any) -> OrderBy | None:
    """Only the first counts, as in Backstage."""
    if not given:
        return None
    field, comma, direction = given[0].partition(",")
    if comma and direction.strip() not in {"asc", "desc"}:
        raise InputError("Invalid order field order, must be asc or desc")
    return OrderBy(field.strip(), direction.strip() == "desc")


def _order_by(given: list[Any]) -> OrderBy | None:
    for index, entry in enumerate(given):
        place = f"request/body/orderBy/{index}"
        if not isinstance(entry, dict):
            raise InputError(f"{place} must be object")
        if not isinstance(entry.get("field"), str):
            raise InputError(f"{place}/field must be string")
        if entry.get("order") not in ("asc", "desc"):
            raise InputError(f"{place}/order must be equal to one of the allowed values: asc, desc")
    return OrderBy(given[0]["field"], given[0]["order"] == "desc") if given else None


def _full_text(asked: QueryParameters) -> FullText | None:
    term = asked.one("fullTextFilterTerm")
    fields = tuple(f for text in asked.many("fullTextFilterFields") for part in text.split(",") if (f := part.strip()))
    return FullText(term.strip(), fields) if term else None


def _full_text_filter(given: dict[str, Any] | None) -> FullText | None:
    if given is None:
        return None
    try:
        required(given, "term", str, "string")
        return FullText(given["term"].strip(), tuple(texts(given, "fields") or ()))
    except InputError as error:
        raise InputError(error.message.replace("request/body", "request/body/fullTextFilter")) from None


def _wants_total(body: dict[str, Any]) -> bool:
    value = body.get("totalItems", "include")
    if value not in _TOTALS:
        raise InputError(f"request/body/totalItems must be equal to one of the allowed values: {', '.join(_TOTALS)}")
    return bool(value == "include")
