"""`http:backstage:request`: calls this installation's own HTTP API, and nothing else."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field

from callboard.errors import CallboardError, InputError, ServiceUnavailableError
from scaffolder.actions.base import Action, ActionContext, Example, Fields

_LARGEST: Final = 5_000_000
_SECONDS: Final = 60.0


class RequestInput(Fields):
    path: str = Field(description="Below /api/, e.g. `catalog/entities`.")
    method: Literal["GET", "HEAD", "OPTIONS", "POST", "UPDATE", "DELETE", "PUT", "PATCH"]
    headers: dict[str, Any] = Field(default_factory=dict)
    params: dict[str, Any] = Field(default_factory=dict)
    body: Any = None
    log_request_path: bool = True
    continue_on_bad_response: bool = False


class RequestOutput(Fields):
    code: str
    headers: dict[str, Any]
    body: Any = None


class BadResponseError(CallboardError):
    """The API answered with an error."""


def _request(context: ActionContext, given: RequestInput) -> Mapping[str, Any]:
    import httpx

    url = _address(context, given.path)
    if given.log_request_path:
        context.tell(f"{given.method} {url}")
    headers = {str(k): str(v) for k, v in given.headers.items()}
    content = given.body if isinstance(given.body, str) else None
    data = None if content is not None else given.body
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
            response = client.request(
                given.method, url, params=given.params, headers=headers, content=content, json=data
            )
    except httpx.HTTPError as error:
        raise ServiceUnavailableError(f"{given.method} {given.path} failed: {type(error).__name__}") from None
    return _answer(context, given, response)


def _answer(context: ActionContext, given: RequestInput, response: Any) -> Mapping[str, Any]:
    if len(response.content) > _LARGEST:
        raise InputError(f"{given.path} answered with {len(response.content):,} bytes, more than a step may take.")
    is_json = "json" in response.headers.get("content-type", "")
    body = response.json() if is_json and response.content else {"message": response.text}
    if response.status_code >= 400:
        said = f"{given.method} {given.path} answered {response.status_code}"
        if not given.continue_on_bad_response:
            raise BadResponseError(f"{said}: {response.text[:500]}")
        context.warn(said)
    return {"code": str(response.status_code), "headers": dict(response.headers), "body": body}


def _address(context: ActionContext, path: str) -> str:
    inner = path.lstrip("/").removeprefix("api/")
    if "://" in path or "\\" in path or ".." in inner.partition("?")[0].split("/"):
        raise InputError(
            f"`{path}` is not a path of this installation's API.", hint="Write it like `catalog/entities`."
        )
    return f"{context.services.config.public_url}/api/{inner}"


ACTION = Action(
    id="http:backstage:request",
    description="Calls an endpoint of this installation's own HTTP API.",
    input=RequestInput,
    output=RequestOutput,
    run=_request,
    examples=(
        Example(
            "Ask the catalog",
            [
                {
                    "action": "http:backstage:request",
                    "input": {"method": "GET", "path": "catalog/entity-facets?facet=kind"},
                }
            ],
            needs="http",
        ),
    ),
)
