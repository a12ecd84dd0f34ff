"""How many entities have which value."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Request, Response

from api.catalog import documentation as doc
from api.catalog.shown import may_read
from api.reading import QueryParameters, read_body, required, texts
from api.replies import reading, value_reply
from api.services import ApiServices
from callboard.errors import InputError
from catalog.queries import predicates
from catalog.queries.facets import facets_of
from catalog.queries.filters import parse_filters
from catalog.queries.predicates import EVERYTHING, NOTHING, Predicate

_MAX_FACETS: Final = 50
_FACETS: Final = doc.properties(["facets"], facets={"type": "object"})


def add_routes(router: APIRouter, services: ApiServices) -> None:
    """Both forms of the same question."""

    @router.get(
        "/entity-facets",
        summary="Values of fields and how often they occur",
        responses=doc.answers("Counts by facet, sorted by value", _FACETS),
        openapi_extra=doc.described(
            [doc.query("facet", "A field.", example="spec.type", many=True, required=True), doc.FILTER]
        ),
    )
    async def facets(request: Request) -> Response:
        asked = QueryParameters(request)
        keys = [k.strip() for k in asked.many("facet")]
        if not keys:
            raise InputError("request/query must have required property 'facet'")
        return await _answer(services, request, keys, parse_filters(asked.many("filter")))

    @router.post(
        "/entity-facets",
        summary="The same, with a query in the predicate language",
        responses=doc.answers("Counts by facet, sorted by value", _FACETS),
        openapi_extra=doc.described(
            body=doc.properties(
                ["facets"], facets={**doc.array_of(doc.STRING), "example": ["spec.type"]}, query=doc.PREDICATE
            )
        ),
    )
    async def facets_by_predicate(request: Request) -> Response:
        body = await read_body(request)
        required(body, "facets", list, "array")
        predicate = predicates.from_json(body["query"]) if "query" in body else EVERYTHING
        return await _answer(services, request, texts(body, "facets") or [], predicate)


async def _answer(services: ApiServices, request: Request, keys: Sequence[str], predicate: Predicate) -> Response:
    if len(set(keys)) > _MAX_FACETS:
        raise InputError(f"request/query/facet must NOT have more than {_MAX_FACETS} items")
    visible = predicate if may_read(request) else NOTHING
    found = await reading(services.database, lambda c: facets_of(c, list(dict.fromkeys(keys)), visible))
    counts = {key: [{"value": value, "count": count} for value, count in values] for key, values in found.items()}
    return value_reply({"facets": counts})
