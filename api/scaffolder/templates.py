"""What a form needs: a template's pages, the actions, the words that expressions know."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import require
from api.replies import reading, value_reply
from api.scaffolder.services import ScaffolderApi, actor_of
from callboard.errors import InputError
from scaffolder.actions.describe import described
from scaffolder.expressions.filters import FILTERS
from scaffolder.expressions.portal import GLOBALS, PORTAL_FILTERS
from scaffolder.model import Template

_READ: Final = "scaffolder.template.parameter.read"
_ACTIONS: Final = "scaffolder.action.execute"
_TITLE: Final = "Please enter the following information"


def add_routes(router: APIRouter, services: ScaffolderApi) -> None:
    @router.get("/templates/{namespace}/{kind}/{name}/parameter-schema", summary="The pages of a template's form")
    async def parameter_schema(request: Request, namespace: str, kind: str, name: str) -> Response:
        require(request, _READ)
        if kind.lower() != "template":
            raise InputError("Invalid kind, only 'Template' kind is supported")
        ref, actor = f"{kind}:{namespace}/{name}", actor_of(request)
        found = await reading(services.database, lambda c: services.scaffolder.template(c, ref, actor))
        return value_reply(_schema(found))

    @router.get("/actions", summary="The actions that steps can use")
    async def actions(request: Request) -> Response:
        require(request, _ACTIONS)
        registry = services.scaffolder.registry
        return value_reply(await run_in_threadpool(lambda: [described(a) for a in registry.all()]))

    @router.get("/templating-extensions", summary="Filters and globals of expressions")
    async def extensions(request: Request) -> Response:
        require(request, _ACTIONS)
        extras = services.scaffolder.registry.extras
        filters = sorted({*FILTERS, *PORTAL_FILTERS, *extras.filters})
        functions = sorted({*GLOBALS, *extras.globals, "always", "failure"})
        return value_reply(
            {
                "filters": {name: {} for name in filters},
                "globals": {"functions": {name: {} for name in functions}, "values": {}},
            }
        )


def _schema(template: Template) -> dict[str, Any]:
    pages = template.parameters
    listed = pages if isinstance(pages, list) else [] if pages is None else [pages]
    found: dict[str, Any] = {
        "title": template.title,
        "steps": [_page(page) for page in listed if isinstance(page, dict)],
    }
    if template.description:
        found["description"] = template.description
    if template.presentation:
        found["presentation"] = template.presentation
    options = template.document["metadata"].get("ui:options")
    return found | ({"ui:options": options} if options else {})


def _page(page: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"title": page.get("title") or _TITLE, "schema": page}
    return found | ({"description": page["description"]} if page.get("description") else {})
