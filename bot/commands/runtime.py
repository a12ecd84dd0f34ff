"""A runtime for the length of one command."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot.runtime import Runtime, runtime_from_files


@contextmanager
def open_runtime(context: typer.Context, *, migrate: bool = True) -> Iterator[Runtime]:
    """The runtime that `--config` asks for, its database migrated; closed when the command is done."""
    runtime = runtime_from_files((context.find_root().obj or {}).get("config"))
    try:
        if migrate:
            runtime.migrate()
        yield runtime
    finally:
        runtime.close()
