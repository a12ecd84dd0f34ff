"""Entities one by one, by their names, and all of them."""

import base64
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.catalog import documentation as doc
from api.catalog.shown import documents, visible
from api.errors import JSON_TYPE
from api.reading import QueryParameters, read_body, required, texts
from api.replies import array, json_reply, reading, reading_little
from api.services import ApiServices
from callboard.db import Connection
from callboard.errors import InputError
from catalog.queries import cursors, listing, output
from catalog.queries.conditions import canonical_ref
from catalog.queries.cursors import OrderBy
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery
from catalog.queries.predicates import Predicate
from catalog.queries.projection import parse_fields

MAX_REFS: Final = 5_000
_BATCH: Final = 500
_Reader = Callable[[Connection, Sequence[int]], dict[int, output.StoredEntity]]


def add_routes(router: APIRouter, services: ApiServices) -> None:
    """Lists that come in one piece."""

    @router.post(
        "/entities/by-refs",
        summary="Several entities by their refs",
        responses=doc.answers("An entity or null for each ref", doc.properties(["items"], items=doc.array_of({}))),
        openapi_extra=doc.described(
            [doc.FILTER],
            doc.properties(
                ["entityRefs"],
                entityRefs={
                    **doc.array_of(doc.STRING),
                    "maxItems": MAX_REFS,
                    "example": ["component:default/petstore"],
                },
                fields=doc.array_of(doc.STRING),
                query=doc.PREDICATE,
            ),
        ),
    )
    async def by_refs(request: Request) -> Response:
        body = await read_body(request)
        required(body, "entityRefs", list, "array")
        refs = texts(body, "entityRefs") or []
        if len(refs) > MAX_REFS:
            raise InputError(f"request/body/entityRefs must NOT have more than {MAX_REFS} items; ask in several calls")
        fields = parse_fields(texts(body, "fields") or ())
        predicate = visible(request, _filter(request), body)
        items = await reading_little(services.database, lambda c: _by_refs(c, refs, predicate, fields))
        return json_reply(b'{"items":' + array(items) + b"}")

    @router.get(
        "/entities",
        summary="All entities, or a part of them",
        responses=doc.answers("The entities", doc.array_of(doc.PART)),
        openapi_extra=doc.described(
            [
                doc.FILTER,
                doc.FIELDS,
                doc.query("order", "`asc:` or `desc:` and a field.", example="asc:metadata.name", many=True),
                doc.query(
                    "limit", "At most so many, at least 1.", schema={"type": "integer", "minimum": 1}, example=20
                ),
                doc.OFFSET,
                doc.query("after", "The cursor of a `link` header."),
            ]
        ),
    )
    async def entities(request: Request) -> Response:
        query = QueryParameters(request)
        fields = parse_fields(query.many("fields"))
        predicate = visible(request, parse_filters(query.many("filter")))
        orders = [_order(text) for text in query.many("order")]
        limit, offset = query.integer("limit", -1), query.integer("offset", 0)
        if limit == 0:
            raise InputError("Invalid limit, must be greater than zero")
        if (after := query.one("after")) is not None:
            limit, offset = _after(after)
        if limit < 0:
            everything = EntityQuery(predicate, orders[0] if orders else None, offset=offset)
            return await _everything(services, everything, fields)
        return await _part(services, request, predicate, orders, limit, offset, fields)


def _filter(request: Request) -> Predicate:
    return parse_filters(QueryParameters(request).many("filter"))


def _by_refs(connection: Connection, refs: Sequence[str], predicate: Predicate, fields: Sequence[str]) -> list[bytes]:
    wanted = [canonical_ref(ref) for ref in refs]
    rows = output.by_refs(connection, {ref for ref in wanted if ref})
    allowed = listing.those_matching(connection, [row.id for row in rows.values()], predicate)
    kept = [row for row in rows.values() if row.id in allowed]
    shown = dict(zip([row.ref for row in kept], documents(connection, kept, fields), strict=True))
    return [shown.get(ref, b"null") if ref else b"null" for ref in wanted]


def _order(text: str) -> OrderBy:
    direction, colon, field = text.partition(":")
    if not colon or direction not in {"asc", "desc"} or not field:
        raise InputError(f'Invalid order parameter "{text}", expected "<asc or desc>:<field name>"')
    return OrderBy(field, direction == "desc")


def _after(text: str) -> tuple[int, int]:
    body = cursors.read_json(text)
    limit, offset = body.get("limit"), body.get("offset")
    if not all(isinstance(n, int) and 0 <= n < 2**31 for n in (limit, offset)) or not limit:
        raise InputError("Malformed cursor: it isn't the `after` of a `link` header of this list.")
    return int(limit), int(offset or 0)


async def _part(
    services: ApiServices,
    request: Request,
    predicate: Predicate,
    orders: Sequence[OrderBy],
    limit: int,
    offset: int,
    fields: Sequence[str],
) -> Response:
    size = min(limit, listing.MAX_LIMIT)

    def work(connection: Connection) -> tuple[list[bytes], bool]:
        rows = listing.by_offset(connection, predicate, orders, limit=size + 1, offset=offset)
        return documents(connection, rows[:size], fields), len(rows) > size

    items, more = await reading(services.database, work)
    headers = {"link": _link(request, size, offset + size)} if more else None
    return json_reply(array(items), headers=headers)


def _link(request: Request, limit: int, offset: int) -> str:
    after = base64.b64encode(orjson.dumps({"limit": limit, "offset": offset})).decode()
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in {"after", "offset"}]
    return f'</entities?{urlencode([*kept, ("after", after)], quote_via=quote)}>; rel="next"'


async def _everything(services: ApiServices, query: EntityQuery, fields: Sequence[str]) -> Response:
    """All of them: at once where they are few, else in batches, so that no list is ever held whole."""

    def work(connection: Connection) -> tuple[list[int], list[bytes]]:
        ids = listing.matching_ids(connection, query)
        return ids, _batch(connection, ids, fields) if len(ids) <= _BATCH else []

    ids, items = await reading(services.database, work)
    if len(ids) <= _BATCH:
        return json_reply(array(items))
    return StreamingResponse(_stream(services, ids, fields), media_type=JSON_TYPE)


async def _stream(services: ApiServices, ids: Sequence[int], fields: Sequence[str]) -> AsyncIterator[bytes]:
    opening = b"["
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        items = await reading(services.database, lambda c, some=some: _batch(c, some, fields, output.every))  # type: ignore[misc]
        if items:
            yield opening + b",".join(items)
            opening = b","
    yield b"[]" if opening == b"[" else b"]"


def _batch(
    connection: Connection, ids: Sequence[int], fields: Sequence[str], read: _Reader = output.by_ids
) -> list[bytes]:
    rows = read(connection, ids)
    return documents(connection, [rows[i] for i in ids if i in rows], fields)
