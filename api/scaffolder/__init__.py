"""`/api/scaffolder`: Backstage's scaffolder API, version 2."""

from fastapi import APIRouter

from api.scaffolder import autocomplete, dry_runs, events, tasks, templates
from api.scaffolder.services import ScaffolderApi


def scaffolder_router(services: ScaffolderApi) -> APIRouter:
    """Every endpoint."""
    router = APIRouter(prefix="/api/scaffolder/v2", tags=["scaffolder"])
    for module in (templates, tasks, events, dry_runs, autocomplete):
        module.add_routes(router, services)
    return router


__all__ = ["ScaffolderApi", "scaffolder_router"]
