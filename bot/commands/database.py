"""`callboard db …`."""

import typer

from bot.commands.runtime import open_runtime


def register(app: typer.Typer) -> None:
    """Add the `db` group."""
    group = typer.Typer(no_args_is_help=True, help="The database's schema.")
    group.command("upgrade")(upgrade)
    group.callback()(lambda: None)
    app.add_typer(group, name="db")


def upgrade(context: typer.Context) -> None:
    """Bring the schema up to date; nothing happens when it is."""
    with open_runtime(context, migrate=False) as runtime:
        runtime.migrate()
        from callboard.db.migrate import head

        typer.echo(f"The database is at revision {head()}.")
