"""Documents that couldn't become entities, from the stored errors."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.catalog import documentation as doc
from api.catalog.shown import may_read
from api.replies import reading, value_reply
from api.services import ApiServices
from catalog.queries.unprocessed import Unprocessed, unprocessed

_LIST: Final = doc.properties(["type", "entities"], type=doc.STRING, entities=doc.array_of({"type": "object"}))


def add_routes(router: APIRouter, services: ApiServices) -> None:
    """The two lists of the unprocessed-entities view."""

    @router.get(
        "/entities/unprocessed/pending",
        summary="Documents that never were an entity",
        responses=doc.answers("What is wrong with each", _LIST),
    )
    async def pending(request: Request) -> Response:
        return await _answer(services, request, "pending")

    @router.get(
        "/entities/unprocessed/failed",
        summary="Documents whose newest version has an error",
        responses=doc.answers("What is wrong with each", _LIST),
    )
    async def failed(request: Request) -> Response:
        return await _answer(services, request, "failed")


async def _answer(services: ApiServices, request: Request, kind: str) -> Response:
    found: list[Unprocessed] = []
    if may_read(request):
        found = await reading(services.database, lambda c: unprocessed(c, never_good=kind == "pending"))
    return value_reply({"type": kind, "entities": [_shown(entry) for entry in found]})


def _shown(entry: Unprocessed) -> dict[str, Any]:
    kind, _, rest = entry.ref.partition(":")
    namespace, _, name = rest.partition("/")
    return {
        "entity_id": entry.uid or entry.ref,
        "entity_ref": entry.ref,
        "location_key": entry.location,
        "unprocessed_entity": {"kind": kind, "metadata": {"namespace": namespace, "name": name}},
        "processed_entity": entry.document,
        "errors": [
            {"name": e.name, "message": e.message, "location": e.location, "line": e.line} for e in entry.errors
        ],
        "last_discovery_at": entry.since,
        "next_update_at": None,
    }
