"""The HTTP application, put together."""

from collections.abc import Iterable, Sequence
from typing import Final

from fastapi import APIRouter, FastAPI

from api.auth import OPEN_PATHS, Authenticator, AuthMiddleware
from api.catalog import catalog_router
from api.direct import DirectRoutes
from api.errors import add_error_handlers
from api.health import health_router
from api.metrics import RequestMetrics, metrics_router
from api.services import ApiServices
from callboard.ports import READ_ENTITY

_DESCRIPTION: Final = (
    "The software catalog over Backstage's API, with what Callboard adds to it. Send a token of "
    "`backend.auth.externalAccess` as `Authorization: Bearer <token>`."
)


def create_app(services: ApiServices, *, routers: Sequence[APIRouter] = (), open_paths: Iterable[str] = ()) -> FastAPI:
    """`routers` are other packages'; `open_paths` (a closing slash means all below) check their callers themselves."""
    app = FastAPI(
        title=services.config.app.title,
        version=services.version,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    add_error_handlers(app, services.database.outage)
    authorizer = services.authorizer
    app.state.judges_entities = authorizer is not None and authorizer.judges_refs(READ_ENTITY)
    catalog = catalog_router(services)
    app.include_router(catalog)
    app.include_router(health_router(services))
    app.include_router(metrics_router(services))
    for router in routers:
        app.include_router(router)
    authenticator = Authenticator(services.config.backend.auth)
    app.add_middleware(DirectRoutes, routes=catalog.routes)
    app.add_middleware(AuthMiddleware, authenticator=authenticator, open_paths=(*OPEN_PATHS, *open_paths))
    app.add_middleware(RequestMetrics, registry=services.metrics)
    return app


__all__ = ["ApiServices", "create_app"]
