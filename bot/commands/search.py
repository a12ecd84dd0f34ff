"""`callboard search …`."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from answers.asking import actor_of
from bot.commands.runtime import open_runtime
from callboard.config.model import AppConfig
from callboard.db import Database
from callboard.errors import InputError, did_you_mean
from callboard.outbox import feed
from callboard.ports import visible_to
from search.entities import SearchConsumer
from search.index import TYPES
from search.query import Found, Results
from search.query import search as search_index

_WIDTH = 100


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("search")(search)


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to look for.")],
    type_: Annotated[list[str] | None, typer.Option("--type", help=f"One of {', '.join(TYPES)}; repeatable.")] = None,
    filter_: Annotated[
        list[str] | None, typer.Option("--filter", help="E.g. kind=component, owner=team-a, lifecycle=production.")
    ] = None,
    as_user: Annotated[str, typer.Option("--as", help="Who searches: a user's ref, e-mail address or Slack id.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Results as JSON.")] = False,  # noqa: FBT002 - typer's way
) -> None:
    """Find entities, documentation and API operations."""
    types, filters, term = _types(type_ or []), _filters(filter_ or []), " ".join(words)
    with open_runtime(context) as runtime:
        _catch_up(runtime.database)
        runtime.names.refresh()
        with runtime.database.read() as connection:
            visible = visible_to(runtime.authorizer, actor_of(connection, as_user))
            found = search_index(
                connection, term, types=types, filters=filters, limit=limit, visible=visible,
                names=runtime.names.find, synonyms=runtime.synonyms,
            )  # fmt: skip
    typer.echo(json.dumps(_as_json(found), indent=2) if as_json else "\n".join(_lines(term, found, runtime.config)))
    if not found.items:
        raise typer.Exit(1)


def _catch_up(database: Database) -> None:
    """Index what was ingested while no server was running."""
    consumer = SearchConsumer()
    while feed(database, consumer):
        pass


def _types(types: list[str]) -> list[str]:
    for one in types:
        if one not in TYPES:
            raise InputError(f"Nothing of type `{one}` is indexed.", hint=did_you_mean(one, TYPES) or ", ".join(TYPES))
    return types


def _filters(written: list[str]) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for one in written:
        key, equals, value = one.partition("=")
        if not equals or not key or not value:
            raise InputError(f"`--filter {one}` should read `key=value`.", hint="For instance `kind=component`.")
        filters.setdefault(key, []).append(value)
    return filters


def _lines(term: str, found: Results, config: AppConfig) -> Iterator[str]:
    if not found.items:
        yield f"Nothing found for “{term}”."
        return
    if found.guessed:
        yield f"Nothing found for “{term}”. Near it:"
    for item in found.items:
        yield f"{item.title}  [{_what(item)}]"
        about = " ".join(item.text.split())
        if about:
            yield f"    {about if len(about) <= _WIDTH else about[: _WIDTH - 1] + '…'}"
        if address := _address(item, config):
            yield f"    {address}"
    if found.total > len(found.items):
        yield f"{found.total - len(found.items)} more"


def _address(item: Found, config: AppConfig) -> str:
    """Where a browser finds it: docs here, an entity in Backstage's interface where there is one."""
    if item.location.startswith("/docs/"):
        return config.public_url + item.location
    return config.app.base_url.rstrip("/") + item.location if config.app.base_url else ""


def _what(item: Found) -> str:
    if item.type == "software-catalog":
        return item.ref
    return f"{'docs' if item.type == 'techdocs' else 'operation'} of {item.ref}"


def _as_json(found: Results) -> dict[str, Any]:
    keep = ("type", "ref", "title", "text", "location", "kind", "namespace", "name", "lifecycle", "owner")
    items = [{k: v for k, v in asdict(i).items() if k in keep} for i in found.items]
    return {"results": items, "total": found.total, "guessed": found.guessed}
