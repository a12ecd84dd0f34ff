"""A runtime for the length of one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from bot.runtime import Runtime, runtime_from_files

CatalogOption = Annotated[
    str,
    typer.Option(
        "--catalog",
        metavar="PATH_OR_URL",
        help="Read this folder, file, URL or GitHub repository instead of what the configuration names; needs none.",
    ),
]


def make_runtime(context: typer.Context, catalog: str = "") -> Runtime:
    """The runtime that `--config` asks for, or one for a catalog that was named."""
    files = (context.find_root().obj or {}).get("config")
    if not catalog:
        return runtime_from_files(files)
    from bot.given_catalog import runtime_for

    return runtime_for(catalog, files)


@contextmanager
def open_runtime(context: typer.Context, *, migrate: bool = True, catalog: str = "") -> Iterator[Runtime]:
    """The same for the length of a command, its database migrated; closed when the command is done."""
    runtime = make_runtime(context, catalog)
    try:
        if migrate:
            runtime.migrate()
        yield runtime
    finally:
        runtime.close()
