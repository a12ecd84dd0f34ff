"""`callboard catalog ingest`: read everything once."""

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.printing import note
from bot.commands.runtime import open_runtime

if TYPE_CHECKING:
    from bot.runtime import Runtime
    from catalog.ingest.apply import Counts


def ingest(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as a JSON object.")] = False,  # noqa: FBT002 - typer
) -> None:
    """Read all locations and providers once, and the documentation that they lead to."""
    began = time.perf_counter()
    with open_runtime(context) as runtime:
        counts = _read_all(runtime)
        total = _total(runtime)
    summary = {
        "entities": total,
        "created": counts.created,
        "updated": counts.updated,
        "deleted": counts.deleted,
        "unchanged": counts.unchanged,
        "errors": counts.errors,
        "seconds": round(time.perf_counter() - began, 2),
    }
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        typer.echo(", ".join(f"{value} {name}" for name, value in summary.items()))


def _read_all(runtime: "Runtime") -> "Counts":
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from callboard.errors import CallboardError

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading locations")

        def progress(location: str, counts: "Counts") -> None:
            done = counts.created + counts.updated + counts.unchanged
            bar.update(task, description=f"{done} entities, {location}")

        counts = runtime.catalog.sync_locations(progress=progress)
        for provider in runtime.providers:
            try:
                counts.add(runtime.catalog.sync_provider(provider.key, progress=progress))
            except CallboardError as error:
                counts.errors += 1
                note(f"{provider.key}: {error.user_text}")
        bar.update(task, description="documentation")
        try:
            runtime.docs.sync_all()
        except CallboardError as error:
            note(f"documentation: {error.user_text}")
    return counts


def _total(runtime: "Runtime") -> int:
    from sqlalchemy import func, select

    from catalog.tables import entities

    with runtime.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(entities)).scalar_one())
