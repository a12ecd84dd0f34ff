"""Registered locations, and reading one again."""

import base64
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import require
from api.catalog import documentation as doc
from api.catalog.shown import may_read
from api.reading import QueryParameters, checked, number, read_body, required
from api.replies import reading, value_reply
from api.services import ApiServices
from callboard.db import Connection
from callboard.entities import MANAGED_BY_ORIGIN
from callboard.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from callboard.refs import LocationRef, parse_location_ref
from catalog import registrations
from catalog.ingest.preview import Preview
from catalog.ingest.run import RootLocation
from catalog.queries import cursors, output, predicates
from catalog.queries.evaluate import holds
from catalog.queries.predicates import EVERYTHING
from catalog.registrations import Registration
from catalog.rules import allowance

_READ: Final = "catalog.location.read"
_CREATE: Final = "catalog.location.create"
_DELETE: Final = "catalog.location.delete"
_KEYS: Final = ("type", "target", "presence")
_ALLOWED: Final = 'Registered locations must be of an allowed type ["url"]'
_LOCATION: Final = doc.properties(
    ["id", "type", "target", "entityRef"],
    id=doc.STRING, type=doc.STRING, target=doc.STRING, entityRef=doc.STRING,
)  # fmt: skip
_BODY: Final = {
    **doc.properties(
        ["type", "target"],
        type={"type": "string", "enum": ["url"]},
        target=doc.STRING,
        presence={"type": "string", "enum": ["required", "optional"]},
    ),
    "additionalProperties": False,
    "example": {"type": "url", "target": "https://github.com/acme/petstore/blob/main/catalog-info.yaml"},
}
_ID: Final = doc.path("id", "The location's id.", "7b9c1f0e-5a40-4c0b-9d9c-2f1f6d3c7f10")
_MAX_TARGET: Final = 2_000


def add_routes(router: APIRouter, services: ApiServices) -> None:
    """Reading and writing registrations, and `refresh`."""
    _add_reads(router, services)
    _add_writes(router, services)
    _add_refresh(router, services)


def _add_reads(router: APIRouter, services: ApiServices) -> None:
    @router.get(
        "/locations",
        summary="All registered locations",
        responses=doc.answers("The locations", doc.array_of(doc.properties(["data"], data=_LOCATION))),
    )
    async def locations(request: Request) -> Response:
        found = await reading(services.database, registrations.registrations)
        visible = found if may_read(request) else []
        return value_reply([{"data": _shown(r)} for r in visible])

    @router.post(
        "/locations/by-query",
        summary="A page of registered locations",
        responses=doc.answers("The page", doc.properties(["items", "totalItems"], items=doc.array_of(_LOCATION))),
        openapi_extra=doc.described(
            body=doc.properties(query={**doc.PREDICATE, "example": {"type": "url"}}, limit=doc.COUNT, cursor=doc.STRING)
        ),
    )
    async def by_query(request: Request) -> Response:
        body = await read_body(request)
        found = await reading(services.database, registrations.registrations)
        return value_reply(_page(found if may_read(request) else [], body))

    async def by_id(request: Request) -> Response:
        found = await reading(services.database, lambda c: _visible(c, request))
        return value_reply(_shown(found))

    router.add_api_route(
        "/locations/{id}",
        by_id,
        methods=["GET"],
        summary="One registered location",
        responses=doc.answers("The location", _LOCATION, errors=[404]),
        openapi_extra=doc.described([_ID]),
    )

    async def by_entity(request: Request) -> Response:
        found = await reading(services.database, lambda c: _of_entity(c, request))
        return value_reply(_shown(found))

    router.add_api_route(
        "/locations/by-entity/{kind}/{namespace}/{name}",
        by_entity,
        methods=["GET"],
        summary="The registered location that an entity came from",
        responses=doc.answers("The location", _LOCATION, errors=[404]),
        openapi_extra=doc.described(doc.NAMED),
    )


def _add_writes(router: APIRouter, services: ApiServices) -> None:
    @router.post(
        "/locations",
        status_code=201,
        summary="Register a location, or try what registering would do",
        responses=doc.answers("Registered", doc.properties(location=_LOCATION), status=201, errors=[409]),
        openapi_extra=doc.described(
            [
                doc.query("dryRun", "Store nothing, answer what would come in.", schema={"type": "boolean"}),
                doc.query("onConflict", "What to do if it is there.", schema={"enum": ["reject", "refresh"]}),
            ],
            _BODY,
        ),
    )
    async def register(request: Request) -> Response:
        asked = QueryParameters(request)
        dry, conflict = asked.flag("dryRun"), asked.choice("onConflict", ("reject", "refresh"))
        location, presence = _location_of(await read_body(request))
        _check_writable(request, services, _CREATE)
        work = _try_out if dry else _register
        return value_reply(await run_in_threadpool(work, services, location, presence, conflict), status=201)

    async def change(request: Request) -> Response:
        location, presence = _location_of(await read_body(request))
        _check_writable(request, services, _CREATE)
        uid = request.path_params["id"]
        found = await run_in_threadpool(
            registrations.replace, services.catalog, uid=uid, location=location, presence=presence
        )
        return value_reply(_shown(found))

    router.add_api_route(
        "/locations/{id}",
        change,
        methods=["PUT"],
        summary="Let a registration lead somewhere else",
        responses=doc.answers("The location", _LOCATION, errors=[404, 409]),
        openapi_extra=doc.described([_ID], _BODY),
    )

    async def remove(request: Request) -> Response:
        _check_writable(request, services, _DELETE)
        await run_in_threadpool(_remove, services, request.path_params["id"])
        return Response(status_code=204)

    router.add_api_route(
        "/locations/{id}",
        remove,
        methods=["DELETE"],
        status_code=204,
        summary="Remove a registration and everything that only it brought in",
        responses=doc.answers("Removed", status=204, errors=[404]),
        openapi_extra=doc.described([_ID]),
    )


def _add_refresh(router: APIRouter, services: ApiServices) -> None:
    @router.post(
        "/refresh",
        response_class=Response,
        summary="Read an entity's source again, now; answered when that is done",
        responses=doc.answers("Read", errors=[404]),
        openapi_extra=doc.described(
            body=doc.properties(
                ["entityRef"],
                entityRef={**doc.STRING, "example": "component:default/petstore"},
                authorizationToken=doc.STRING,
            )
        ),
    )
    async def refresh(request: Request) -> Response:
        body = await read_body(request)
        ref = required(body, "entityRef", str, "string").lower()
        require(request, "catalog.entity.refresh")
        await run_in_threadpool(services.catalog.refresh, ref)
        return Response(status_code=200)


def _shown(found: Registration) -> dict[str, Any]:
    location = found.location
    return {"id": found.id, "type": location.type, "target": location.target, "entityRef": found.entity_ref}


def _visible(connection: Connection, request: Request) -> Registration:
    uid = request.path_params["id"]
    if not may_read(request):
        raise NotFoundError(f"Found no location with ID {uid}")
    return registrations.registration(connection, uid)


def _of_entity(connection: Connection, request: Request) -> Registration:
    named = request.path_params
    ref = f"{named['kind']}:{named['namespace']}/{named['name']}".lower()
    row = output.by_ref(connection, ref) if may_read(request) else None
    if row is None:
        raise NotFoundError(f"Found no entity {ref}")
    origin = (orjson.loads(row.document)["metadata"].get("annotations") or {}).get(MANAGED_BY_ORIGIN, "")
    kind, _, target = origin.partition(":")
    return registrations.registration_of(connection, LocationRef(kind, target))


def _location_of(body: dict[str, Any]) -> tuple[LocationRef, str]:
    strange = sorted(body.keys() - set(_KEYS))
    if strange:
        issue = {"code": "unrecognized_keys", "keys": strange, "message": f"Unrecognized keys: {', '.join(strange)}"}
        raise InputError(f"Malformed request: {orjson.dumps([issue]).decode()}")
    kind = required(body, "type", str, "string")
    target = required(body, "target", str, "string").strip()
    presence = checked(body, "presence", str, "string") or "required"
    if presence not in {"required", "optional"}:
        raise InputError("request/body/presence must be equal to one of the allowed values: required, optional")
    if kind != "url":
        raise InputError(_ALLOWED)
    if not target or len(target) > _MAX_TARGET or "\0" in target:
        raise InputError(f"request/body/target must be a URL of 1 to {_MAX_TARGET} characters")
    return parse_location_ref(f"{kind}:{target}"), presence


def _check_writable(request: Request, services: ApiServices, permission: str) -> None:
    require(request, permission)
    if services.config.catalog.readonly:
        raise NotAllowedError("This catalog's locations are set in app-config only (`catalog.readonly`).")


def _root(services: ApiServices, location: LocationRef, presence: str) -> RootLocation:
    return RootLocation("registered", location, presence, allowance(location, services.config.catalog.rules))


def _try_out(services: ApiServices, location: LocationRef, presence: str, _conflict: str) -> dict[str, Any]:
    ingestor = services.catalog.ingestor
    found = Preview(ingestor.parser, ingestor.reader, _root(services, location, presence)).candidates()
    with services.database.read() as connection:
        known = registrations.registrations(connection)
    existing = next((r for r in known if r.location == location), None)
    shown = _shown(existing or Registration("", location, presence))
    return {"location": shown, "entities": [c.document for c in found], "exists": existing is not None}


def _register(services: ApiServices, location: LocationRef, presence: str, conflict: str) -> dict[str, Any]:
    try:
        services.catalog.register(location, presence=presence)
    except ConflictError:
        if conflict != "refresh":
            raise
        services.catalog.ingestor.sync_location(_root(services, location, presence), force=True)
    with services.database.read() as connection:
        return {"location": _shown(registrations.registration_of(connection, location)), "entities": []}


def _remove(services: ApiServices, uid: str) -> None:
    with services.database.read() as connection:
        found = registrations.registration(connection, uid)
    services.catalog.unregister(found.location)


def _page(found: list[Registration], body: dict[str, Any]) -> dict[str, Any]:
    """Sorted as registered; the cursor holds the query and where the page begins."""
    limit = number(body, "limit", 1_000)
    start: Any = 0
    cursor = checked(body, "cursor", str, "string")
    query = body.get("query")
    if cursor is not None:
        place = cursors.read_json(cursor)
        start, query = place.get("offset"), place.get("query")
        if not isinstance(start, int) or start < 0:
            raise InputError("Malformed cursor: it isn't a cursor of this list.")
    predicate = predicates.from_json(query) if query is not None else EVERYTHING
    matching = [shown for r in found if holds(predicate, shown := _shown(r))]
    info = {}
    if limit and start + limit < len(matching):
        following = {"offset": start + limit, "query": query}
        info["nextCursor"] = base64.b64encode(orjson.dumps(following)).decode()
    return {"items": matching[start : start + limit], "totalItems": len(matching), "pageInfo": info}
