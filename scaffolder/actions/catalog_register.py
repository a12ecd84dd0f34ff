"""`catalog:register`: makes the catalog read the new component's file, now and from now on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import Field

from callboard.errors import CallboardError, ConflictError, InputError, NotAllowedError
from callboard.refs import LocationRef
from scaffolder import queries
from scaffolder.actions.base import Action, ActionContext, Example, Fields


class RegisterInput(Fields):
    catalog_info_url: str | None = None
    repo_contents_url: str | None = None
    catalog_info_path: str = "/catalog-info.yaml"
    optional: bool = False


class RegisterOutput(Fields):
    entity_ref: str | None = Field(default=None, description="The component that the file holds.")
    catalog_info_url: str | None = None


def _register(context: ActionContext, given: RegisterInput) -> Mapping[str, Any]:
    url = _address(given)
    context.tell(f"Registering {url} in the catalog")
    try:
        refs = _registered(context, _location(context, url))
    except CallboardError as error:
        if not given.optional:
            raise
        context.warn(f"Not registered: {error.user_text}")
        return {"catalogInfoUrl": url}
    return {"catalogInfoUrl": url, "entityRef": _main(refs)}


def _address(given: RegisterInput) -> str:
    if given.catalog_info_url:
        return given.catalog_info_url
    if not given.repo_contents_url:
        raise InputError('Invalid input passed to action catalog:register, instance requires property "catalogInfoUrl"')
    return f"{given.repo_contents_url.rstrip('/')}/{given.catalog_info_path.lstrip('/')}"


def _location(context: ActionContext, url: str) -> LocationRef:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https"}:
        return LocationRef("url", url)
    if parts.scheme != "file":
        raise InputError(f"{url} is not an http, https or file URL.")
    path = Path(unquote(parts.path)).resolve()
    remotes = context.services.config.integrations.git
    if not any(path.is_relative_to(r.directory.resolve()) for r in remotes):
        raise NotAllowedError(f"{url} is not below a folder of `integrations.git`, so it can't be registered.")
    return LocationRef("file", str(path))


def _registered(context: ActionContext, location: LocationRef) -> list[str]:
    """The refs that the location brought in, at least one; a location that brings in none is not left behind."""
    catalog = context.services.catalog
    is_new = True
    try:
        catalog.register(location)
    except ConflictError:  # by an earlier attempt, or by somebody else: what counts is what it holds now
        is_new = False
        root = next((r for r in catalog.roots() if r.key == f"registered:{location}"), None)
        if root is not None:
            catalog.ingestor.sync_location(root)
    with context.services.database.read() as connection:
        problems = queries.location_problems(connection, location)
        refs = [r for r in queries.refs_from(connection, location) if "/generated-" not in r]
    if not refs:
        if is_new:
            catalog.unregister(location)
        raise InputError(" ".join(problems[:3]) or f"{location} was read, but no entity came out of it.")
    for problem in problems:
        context.warn(problem)
    if is_new:
        context.made("catalog location", str(location))
    return refs


def _main(refs: list[str]) -> str:
    """The first Component, else the first entity."""
    return next((r for r in refs if r.startswith("component:")), refs[0])


ACTION = Action(
    id="catalog:register",
    description="Registers a catalog file, so that the entities in it are known at once.",
    input=RegisterInput,
    output=RegisterOutput,
    run=_register,
    examples=(
        Example(
            "Publish and register",
            [
                {"action": "fetch:plain", "input": {"url": "./skeleton"}},
                {"id": "publish", "action": "publish:git", "input": {"repoUrl": "local?owner=acme&repo=seat-map"}},
                {
                    "action": "catalog:register",
                    "input": {"repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}"},
                },
            ],
            files={
                "skeleton/catalog-info.yaml": (
                    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: seat-map}\n"
                    "spec: {type: service, lifecycle: production, owner: team-a}\n"
                )
            },
            leaves=["catalog-info.yaml"],
        ),
    ),
)
