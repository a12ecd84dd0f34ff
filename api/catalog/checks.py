"""Trying an entity or a location without storing anything."""

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import require
from api.catalog import documentation as doc
from api.reading import checked, read_body, required
from api.replies import reading, value_reply
from api.services import ApiServices
from callboard.db import Connection
from callboard.entities import spec_of
from callboard.errors import CallboardError, InputError
from callboard.refs import parse_location_ref
from catalog.ingest.locations import resolve_target
from catalog.queries import repositories
from catalog.validation import Validator

_NOT_A_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_ERRORS: Final = doc.properties(["errors"], errors=doc.array_of(doc.properties(name=doc.STRING, message=doc.STRING)))


def add_routes(router: APIRouter, services: ApiServices) -> None:
    """`validate-entity` and `analyze-location`."""
    validator = Validator(services.catalog.registry)

    @router.post(
        "/validate-entity",
        summary="Whether an entity would be accepted",
        response_class=Response,
        responses=doc.answers("It would", refused=_ERRORS),
        openapi_extra=doc.described(
            body=doc.properties(
                ["entity", "location"],
                entity=doc.ENTITY,
                location={**doc.STRING, "example": "url:https://github.com/acme/petstore/blob/main/catalog-info.yaml"},
            )
        ),
    )
    async def validate(request: Request) -> Response:
        body = await read_body(request)
        entity = required(body, "entity", dict, "object")
        location = parse_location_ref(required(body, "location", str, "string"))
        require(request, "catalog.entity.validate")
        findings = await run_in_threadpool(validator.validate, entity, placeholders_unresolved=True)
        errors = [{"name": f.error_name, "message": f.text} for f in findings if f.severity == "error"]
        if not errors and entity.get("kind") == "Location":
            errors = _location_errors(services, entity, str(location))
        return value_reply({"errors": errors}, status=400) if errors else Response(status_code=200)

    @router.post(
        "/analyze-location",
        summary="What a repository has for the catalog, or could have",
        responses=doc.answers("Entities that are there, or a suggestion", doc.properties()),
        openapi_extra=doc.described(
            body=doc.properties(
                ["location"],
                location=doc.properties(["type", "target"], type=doc.STRING, target=doc.STRING),
                catalogFilename=doc.STRING,
            )
        ),
    )
    async def analyze(request: Request) -> Response:
        body = await read_body(request)
        location = required(body, "location", dict, "object")
        checked(body, "catalogFilename", str, "string")
        for name in ("type", "target"):
            if not isinstance(location.get(name), str):
                raise InputError(f"request/body/location/{name} must be string")
        require(request, "catalog.location.analyze")
        parse_location_ref(f"{location['type']}:{location['target']}")
        return value_reply(await reading(services.database, lambda c: _analysis(c, services, location["target"])))


def _location_errors(services: ApiServices, entity: dict[str, Any], location: str) -> list[dict[str, str]]:
    """What Backstage finds by reading the targets, as far as it can be told without lending anybody our credentials."""
    spec = spec_of(entity)
    origin = parse_location_ref(location)
    kind = spec.get("type", origin.type)
    given: list[str] = [*([spec["target"]] if spec.get("target") else []), *(spec.get("targets") or ())]
    if not given:
        return []
    if kind != "url":
        return [{"name": "InputError", "message": 'Registered locations must be of an allowed type ["url"]'}]
    return [error for target in given if (error := _unreadable(services, resolve_target(origin, target)))]


def _unreadable(services: ApiServices, url: str) -> dict[str, str] | None:
    try:
        services.check_url(url)
    except CallboardError as error:
        return {"name": "Error", "message": f"Unable to read url, {error.user_text}"}
    return None


def _analysis(connection: Connection, services: ApiServices, target: str) -> dict[str, Any]:
    parts = urlsplit(target)
    path = [p for p in parts.path.split("/") if p]
    if parts.scheme not in {"http", "https"} or len(path) < 2:
        raise InputError(
            f"request/body/location/target must be the URL of a repository, like https://github.com/acme/petstore, "
            f"not {target!r}"
        )
    owner, repository = path[0], path[1].removesuffix(".git")
    known = repositories.entities_under(connection, f"{parts.scheme}://{parts.netloc}/{owner}/{repository}/")
    files = [
        {"location": {"type": "url", "target": place}, "isRegistered": True, "entity": orjson.loads(document)}
        for place, document in known
    ]
    suggested = [] if files else [{"entity": _suggestion(services, parts.netloc, owner, repository), "fields": []}]
    return {"existingEntityFiles": files, "generateEntities": suggested}


def _suggestion(services: ApiServices, host: str, owner: str, repository: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": _NOT_A_NAME.sub("-", repository).strip("-._")[:63] or "component"}
    if host in _hosts(services):
        metadata["annotations"] = {f"{host}/project-slug": f"{owner}/{repository}"}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "other", "lifecycle": "unknown"},
    }


def _hosts(services: ApiServices) -> Sequence[str]:
    return ("github.com", *(g.host for g in services.config.integrations.github))
