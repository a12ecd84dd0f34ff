"""`callboard catalog …`: what is in the catalog, what is wrong with it, and what hangs together."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from bot.commands import ingest, validate
from bot.commands.printing import note, print_json, print_table
from bot.commands.runtime import open_runtime

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from callboard.refs import LocationRef
    from catalog.model import Reached, Summary
    from catalog.service import Catalog

Ref = Annotated[str, typer.Argument(metavar="REF", help="An entity, in any case; `petstore` will do if it's clear.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Depth = Annotated[int, typer.Option("--depth", min=1, max=32, help="At most so many steps.")]
_COLUMNS = ("ref", "title", "kind", "type", "lifecycle", "owner")


def register(app: typer.Typer) -> None:
    """Add the `catalog` group."""
    group = typer.Typer(no_args_is_help=True, help="The software catalog.")
    group.command("validate")(validate.validate)
    group.command("ingest")(ingest.ingest)
    for command in (get, list_, attention, history, refresh, register_, unregister, dependencies, dependents, impact):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="catalog")


def get(context: typer.Context, ref: Ref, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """Show one entity."""
    from catalog.queries.lookup import get_entity, summaries
    from techdocs.queries import problems_of

    with open_runtime(context) as runtime, runtime.database.read() as connection:
        full = _resolved(connection, ref)
        docs = problems_of(connection, full)
        entity, summary = get_entity(connection, full), summaries(connection, [full])[full]
        assert entity is not None
    found = _summary(summary) | {
        "description": summary.description,
        "source": entity.evidence.text if entity.evidence else None,
        "orphan": entity.orphaned_at is not None,
        "relations": [{"type": kind, "targetRef": target} for kind, target in entity.relations],
        "errors": [*(p.message for p in entity.errors), *(f"docs: {p.text}" for p in docs)],
    }
    if as_json:
        print_json([found | {"entity": entity.document}])
        return
    for name, value in found.items():
        for line in value if isinstance(value, list) else [value]:
            shown = f"{line['type']} {line['targetRef']}" if isinstance(line, dict) else line
            typer.echo(f"{name:12} {'' if shown is None else shown}")


def list_(
    context: typer.Context,
    filters: Annotated[Optional[list[str]], typer.Option("--filter", help="`kind=component,spec.type=service`")] = None,  # noqa: UP045 - typer
    as_json: Json = False,  # noqa: FBT002 - typer
) -> None:
    """List entities by name; conditions in one filter must all hold, of several filters one."""
    from catalog.queries.cursors import OrderBy, decode
    from catalog.queries.filters import parse_filters
    from catalog.queries.listing import EntityQuery, summaries_of

    query = EntityQuery(parse_filters(filters or ()), OrderBy("metadata.name"), limit=1_000)
    rows: list[dict[str, Any]] = []
    with open_runtime(context) as runtime, runtime.database.read() as connection:
        page = summaries_of(connection, query)
        rows += map(_summary, page.items)
        while page.next_cursor:
            page = summaries_of(connection, query, decode(page.next_cursor))
            rows += map(_summary, page.items)
    _print(rows, _COLUMNS, as_json=as_json, empty="Nothing matches.")


def attention(
    context: typer.Context,
    team: Annotated[str, typer.Option("--team", help="Only what this group owns.")] = "",
    as_json: Json = False,  # noqa: FBT002 - typer
) -> None:
    """What is ownerless, dangling, failing, in conflict or orphaned, and what is wrong with docs."""
    from bot.runtime import attention as problems

    with open_runtime(context) as runtime, runtime.database.read() as connection:
        found = problems(connection, team=_resolved(connection, team, "group") if team else None)
    rows = [
        {
            "kind": p.kind, "ref": p.ref, "message": p.message, "location": p.location, "line": p.line,
            "owner": p.owner, "since": p.since,
        }
        for p in found
    ]  # fmt: skip
    _print(rows, ("kind", "message", "location", "line"), as_json=as_json, empty="Nothing needs attention.")


def history(context: typer.Context, ref: Ref, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """What happened to an entity, newest first; one that is gone must be named in full."""
    from callboard.errors import NotFoundError
    from callboard.outbox import history as events

    with open_runtime(context) as runtime, runtime.database.read() as connection:
        found = events(connection, ref.lower())
        if not found:
            found = events(connection, _resolved(connection, ref))
    if not found:
        raise NotFoundError(f"Nothing is known of `{ref}`.")
    rows = [
        {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(e.at)), "event": e.type, "ref": e.ref,
            "source": e.source, "actor": e.actor, **e.body,
        }
        for e in found
    ]  # fmt: skip
    _print(rows, ("at", "event", "source", "fields", "message"), as_json=as_json, empty="")


def refresh(context: typer.Context, ref: Ref, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """Read an entity's source again, now."""
    with open_runtime(context) as runtime:
        with runtime.database.read() as connection:
            full = _resolved(connection, ref)
        counts = runtime.catalog.refresh(full)
    if counts is None:
        typer.echo("Its whole source is queued to be read by a running Callboard; see `callboard jobs list`.", err=True)
        return
    row = {"ref": full, "created": counts.created, "updated": counts.updated, "errors": counts.errors}
    _print([row], tuple(row), as_json=as_json, empty="")


def register_(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where a catalog-info.yaml is.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come in.")] = False,  # noqa: FBT002 - typer
    as_json: Json = False,  # noqa: FBT002 - typer
) -> None:
    """Add a location for good, and read it."""
    from callboard.entities import ref_of
    from catalog.ingest.preview import Preview
    from catalog.ingest.run import RootLocation
    from catalog.rules import allowance

    location = _location(url)
    with open_runtime(context) as runtime:
        if dry_run:
            catalog = runtime.catalog
            root = RootLocation("registered", location, allows=allowance(location, runtime.config.catalog.rules))
            found = Preview(catalog.ingestor.parser, catalog.ingestor.reader, root).candidates()
            rows = [{"ref": str(ref_of(c.document)), "kind": c.document["kind"], "line": c.line} for c in found]
        else:
            counts = runtime.catalog.register(location)
            rows = [{"location": str(location), "created": counts.created, "errors": counts.errors}]
            if counts.errors:
                note("It is registered, but something in it can't be read: see `callboard catalog attention`.")
    _print(rows, tuple(rows[0]), as_json=as_json, empty="")


def unregister(context: typer.Context, ref: Ref, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """Remove a registered location, by its URL or by an entity of it, with everything that only it brought in."""
    with open_runtime(context) as runtime:
        location = _location(ref) if "://" in ref else _origin(runtime.catalog, ref)
        removed = runtime.catalog.unregister(location)
    row = {"location": str(location), "deleted": removed}
    _print([row], tuple(row), as_json=as_json, empty="")


def dependencies(context: typer.Context, ref: Ref, depth: Depth = 32, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """What an entity needs, nearest first, with the way there."""
    from catalog import graph

    _print_reached(context, ref, lambda c, full: graph.dependencies(c, full, depth=depth), as_json=as_json)


def dependents(context: typer.Context, ref: Ref, depth: Depth = 32, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """What needs an entity, nearest first, with the way there."""
    from catalog import graph

    _print_reached(context, ref, lambda c, full: graph.dependents(c, full, depth=depth), as_json=as_json)


def impact(context: typer.Context, ref: Ref, as_json: Json = False) -> None:  # noqa: FBT002 - typer
    """Whom a change of an entity touches: everything that needs it, by owner."""
    from catalog import graph

    with open_runtime(context) as runtime, runtime.database.read() as connection:
        found = graph.impact(connection, _resolved(connection, ref))
        rows = [_reached(r) | {"owner": group.owner} for group in found for r in group.affected]
    _print(rows, ("owner", "ref", "path"), as_json=as_json, empty="Nothing depends on it.")


def _print_reached(
    context: typer.Context, ref: str, walk: "Callable[[Connection, str], Sequence[Reached]]", *, as_json: bool
) -> None:
    with open_runtime(context) as runtime, runtime.database.read() as connection:
        rows = [_reached(r) for r in walk(connection, _resolved(connection, ref))]
    _print(rows, ("ref", "owner", "path"), as_json=as_json, empty="Nothing.")


def _print(rows: Sequence[dict[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    if as_json:
        print_json(rows)
    else:
        print_table(columns, rows, empty=empty)


def _summary(summary: "Summary") -> dict[str, Any]:
    return {
        "ref": summary.ref, "title": summary.title, "kind": summary.kind, "type": summary.type,
        "lifecycle": summary.lifecycle, "owner": summary.owner, "system": summary.system,
    }  # fmt: skip


def _reached(reached: "Reached") -> dict[str, Any]:
    if reached.summary is None:
        kind, _, rest = reached.ref.partition(":")
        found: dict[str, Any] = {"ref": reached.ref, "title": rest.partition("/")[2], "kind": kind, "owner": None}
    else:
        found = _summary(reached.summary)
    return found | {"exists": reached.exists, "path": list(reached.path)}


def _resolved(connection: "Connection", text: str, kind: str = "") -> str:
    from catalog.queries.resolve import resolve_ref

    return resolve_ref(connection, f"{kind}:{text}" if kind and ":" not in text else text)


def _location(text: str) -> "LocationRef":
    from callboard.refs import parse_location_ref

    return parse_location_ref(text if text.startswith("url:") else f"url:{text}")


def _origin(catalog: "Catalog", ref: str) -> "LocationRef":
    from callboard.entities import MANAGED_BY_ORIGIN
    from callboard.refs import parse_location_ref
    from catalog.queries.lookup import get_entity

    with catalog.database.read() as connection:
        entity = get_entity(connection, _resolved(connection, ref))
    assert entity is not None
    return parse_location_ref(entity.annotations.get(MANAGED_BY_ORIGIN, ""))
