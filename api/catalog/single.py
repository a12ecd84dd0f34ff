"""Entities one by one."""

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import require
from api.catalog import documentation as doc
from api.catalog.shown import may_read
from api.replies import array, json_reply, reading_little
from api.services import ApiServices
from callboard.db import Connection
from callboard.errors import NotFoundError
from catalog.queries import ancestry, output
from catalog.removal import remove_entity

_UID = doc.path("uid", "`metadata.uid`", "7b9c1f0e-5a40-4c0b-9d9c-2f1f6d3c7f10")


def add_routes(router: APIRouter, services: ApiServices) -> None:
    """By name, by uid, and where it came from."""

    async def by_name(request: Request) -> Response:
        found = await reading_little(services.database, lambda c: _one(c, request, output.by_ref(c, _ref(request))))
        if found is None:
            raise _no_such_name(request)
        return json_reply(found)

    router.add_api_route(
        "/entities/by-name/{kind}/{namespace}/{name}",
        by_name,
        methods=["GET"],
        summary="One entity by its name",
        responses=doc.answers("The entity", doc.ENTITY, errors=[404]),
        openapi_extra=doc.described(doc.NAMED),
    )

    async def ancestors(request: Request) -> Response:
        found = await reading_little(services.database, lambda c: _ancestry(c, request))
        if found is None:
            raise _no_such_name(request)
        return json_reply(found)

    router.add_api_route(
        "/entities/by-name/{kind}/{namespace}/{name}/ancestry",
        ancestors,
        methods=["GET"],
        summary="An entity and the Locations that brought it in",
        responses=doc.answers(
            "From the entity up to the roots", doc.properties(rootEntityRef=doc.STRING), errors=[404]
        ),
        openapi_extra=doc.described(doc.NAMED),
    )
    _add_by_uid(router, services)


def _add_by_uid(router: APIRouter, services: ApiServices) -> None:
    async def by_uid(request: Request) -> Response:
        uid = request.path_params["uid"]
        found = await reading_little(services.database, lambda c: _one(c, request, output.by_uid(c, uid)))
        if found is None:
            raise NotFoundError(f"No entity with uid {uid}")
        return json_reply(found)

    router.add_api_route(
        "/entities/by-uid/{uid}",
        by_uid,
        methods=["GET"],
        summary="One entity by its uid",
        responses=doc.answers("The entity", doc.ENTITY, errors=[404]),
        openapi_extra=doc.described([_UID]),
    )

    async def remove(request: Request) -> Response:
        require(request, "catalog.entity.delete")
        await run_in_threadpool(remove_entity, services.database, uid=request.path_params["uid"])
        return Response(status_code=204)

    router.add_api_route(
        "/entities/by-uid/{uid}",
        remove,
        methods=["DELETE"],
        status_code=204,
        summary="Remove an entity; one that its source still names comes back at the next read",
        responses=doc.answers("Removed, or not there", status=204),
        openapi_extra=doc.described([_UID]),
    )


def _ref(request: Request) -> str:
    named = request.path_params
    return f"{named['kind']}:{named['namespace']}/{named['name']}".lower()


def _no_such_name(request: Request) -> NotFoundError:
    named = request.path_params
    where = f"with kind '{named['kind']}' in namespace '{named['namespace']}'"
    return NotFoundError(f"No entity named '{named['name']}' found, {where}")


def _one(connection: Connection, request: Request, row: output.StoredEntity | None) -> bytes | None:
    if row is None or not may_read(request):
        return None
    return output.render(connection, [row])[0]


def _ancestry(connection: Connection, request: Request) -> bytes | None:
    if not may_read(request):
        return None
    ref = _ref(request)
    found = ancestry.ancestors(connection, ref)
    if not found:
        return None
    documents = output.render(connection, [step.entity for step in found])
    items = [
        b'{"entity":' + document + b',"parentEntityRefs":' + orjson.dumps(step.parents) + b"}"
        for document, step in zip(documents, found, strict=True)
    ]
    return b'{"rootEntityRef":' + orjson.dumps(ref) + b',"items":' + array(items) + b"}"
