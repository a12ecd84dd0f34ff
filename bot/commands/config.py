"""`callboard config …`: is the configuration right, and its schema for editors."""

import json

import typer

from bot.runtime import runtime_from_files
from callboard.config.model import AppConfig


def register(app: typer.Typer) -> None:
    """Add the `config` group."""
    group = typer.Typer(no_args_is_help=True, help="Check app-config files.")
    group.command("check")(check)
    group.command("schema")(schema)
    app.add_typer(group, name="config")


def check(context: typer.Context) -> None:
    """Say everything that is wrong with the configuration, with file, line and key; exit code 1 if anything is."""
    runtime = runtime_from_files((context.find_root().obj or {}).get("config"))
    if not runtime.files:
        typer.echo("There is no app-config.yaml here: everything is at its default. Name a file with `--config FILE`.")
        return
    typer.echo("The configuration is valid.")


def schema() -> None:
    """Print the JSON Schema of app-config.yaml."""
    typer.echo(json.dumps(AppConfig.model_json_schema(by_alias=True), indent=2))
