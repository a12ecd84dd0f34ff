"""`/api/catalog`: Backstage's catalog API."""

from fastapi import APIRouter

from api.catalog import by_query, checks, entities, facets, graph, locations, single, unprocessed
from api.services import ApiServices


def catalog_router(services: ApiServices) -> APIRouter:
    """Every endpoint; paths with fixed words come before those with placeholders."""
    router = APIRouter(prefix="/api/catalog", tags=["catalog"])
    for module in (single, by_query, entities, facets, unprocessed, graph, locations, checks):
        module.add_routes(router, services)
    return router
