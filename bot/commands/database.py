"""`callboard db …`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.runtime import open_runtime


def register(app: typer.Typer) -> None:
    """Add the `db` group."""
    group = typer.Typer(no_args_is_help=True, help="The database's schema, and copies of it.")
    group.command("upgrade")(upgrade)
    group.command("backup")(backup)
    app.add_typer(group, name="db")


def upgrade(context: typer.Context) -> None:
    """Bring the schema up to date; nothing happens when it is."""
    with open_runtime(context, migrate=False) as runtime:
        runtime.migrate()
        from callboard.db.migrate import head

        typer.echo(f"The database is at revision {head()}.")


def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="Where the copy goes; it must not exist.")]
) -> None:
    """Copy an SQLite database while everything runs; PostgreSQL has `pg_dump` for it."""
    from callboard.db.backup import copy_sqlite

    with open_runtime(context, migrate=False) as runtime:
        size = copy_sqlite(runtime.database, file)
    typer.echo(f"{file} is a whole copy: {size / 1024 / 1024:.1f} MB.")
