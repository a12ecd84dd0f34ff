"""Whether the process is up, and whether it can be asked."""

import time
from typing import Any

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from api.replies import value_reply
from api.services import ApiServices
from callboard.db import migrate
from callboard.db.failures import DATABASE_ERRORS
from catalog.queries.state import CatalogState, state_of


def health_router(services: ApiServices) -> APIRouter:
    """For load balancers and people; no credentials needed, nothing secret shown."""
    router = APIRouter(tags=["health"])

    @router.get("/", include_in_schema=False)
    async def front() -> Response:
        """What a person sees who opens the address that a start prints."""
        return RedirectResponse("/docs/", 302)

    @router.get("/healthz", summary="200 from when questions can be answered")
    @router.get("/.backstage/health/v1/liveness", include_in_schema=False)
    async def healthz() -> Response:
        up = services.ready()
        return value_reply({"status": "ok" if up else "starting"}, status=200 if up else 503)

    @router.get("/readyz", summary="The state of the database, its schema and the catalog's sources")
    @router.get("/.backstage/health/v1/readiness", include_in_schema=False)
    async def readyz() -> Response:
        report = await run_in_threadpool(_report, services)
        return value_reply(report, status=200 if report["status"] == "ok" else 503)

    return router


def _report(services: ApiServices) -> dict[str, Any]:
    try:
        with services.database.read() as connection:
            found = _catalog(state_of(connection))
        schema = migrate.revision_of(services.database)
    except DATABASE_ERRORS:
        return {"status": "failing", "version": services.version, "database": "doesn't answer"}
    up_to_date = schema in {None, migrate.head()}
    status = "ok" if services.ready() and up_to_date else "starting"
    migrations = {"at": schema, "upToDate": up_to_date}
    return {"status": status, "version": services.version, "database": "ok", "migrations": migrations, **found}


def _catalog(state: CatalogState) -> dict[str, Any]:
    now = time.time()
    read = [
        {
            "source": source.key,
            "ok": source.ok,
            "lastSuccessSecondsAgo": None if source.read_at is None else round(now - source.read_at, 1),
            "failingSince": source.failing_since,
        }
        for source in state.sources
    ]
    return {"entities": sum(state.entities.values()), "sources": read}
