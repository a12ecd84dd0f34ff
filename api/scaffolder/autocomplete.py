"""What a form's field may be completed with, by the token of the person who fills it in."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth import require
from api.reading import checked, read_body, required
from api.replies import value_reply
from api.scaffolder.services import ScaffolderApi
from callboard.config.model import GithubIntegration
from callboard.errors import InputError
from scaffolder.actions.github_names import names

_READ: Final = "scaffolder.template.parameter.read"


def add_routes(router: APIRouter, services: ScaffolderApi) -> None:
    @router.post("/autocomplete/{provider}/{resource}", summary="Names that a field may be completed with")
    async def autocomplete(request: Request, provider: str, resource: str) -> Response:
        require(request, _READ)
        body = await read_body(request)
        token = required(body, "token", str, "string")
        context: dict[str, Any] = checked(body, "context", dict, "object") or {}
        if provider != "github":
            raise InputError(f"Unsupported provider: {provider}", hint="There is `github`.")
        texts = {name: str(value) for name, value in context.items()}
        integration = _integration(services, texts.get("host", "github.com"))
        found = await run_in_threadpool(names, integration, resource, token, texts)
        return value_reply({"results": [{"id": name} for name in found]})


def _integration(services: ScaffolderApi, host: str) -> GithubIntegration:
    """A host of the configuration, so that a token is never sent to another one."""
    known = {"github.com": GithubIntegration(host="github.com")}
    known |= {g.host: g for g in services.actions.config.integrations.github}
    if host not in known:
        raise InputError(f"There is no integration for {host}.", hint=f"There are {', '.join(known)}.")
    return known[host]
