"""The `callboard` command."""

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from callboard import __version__, logs
from callboard.errors import CallboardError

app = typer.Typer(
    name="callboard", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="A developer portal that lives in Slack, on a Backstage-compatible catalog.",
)  # fmt: skip


def _version(asked: bool) -> None:  # noqa: FBT001 - typer's callback
    if asked:
        typer.echo(f"callboard {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Optional[list[Path]],  # noqa: UP045 - typer reads this form on every supported version
        typer.Option(
            "--config",
            help="A config file; repeatable, later ones win. Default: app-config.yaml, app-config.local.yaml.",
        ),
    ] = None,
    log_level: Annotated[str, typer.Option("--log-level", help="debug, info, warning or error.")] = "",
    log_json: Annotated[bool, typer.Option("--log-json", help="Logs as JSON lines.")] = False,  # noqa: FBT002 - typer
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,  # noqa: ARG001, FBT002
) -> None:
    """Options that come before the command."""
    long_running = context.invoked_subcommand in {"run", "serve", "worker", "playground", "demo"}
    logs.configure(level=log_level or ("info" if long_running else "warning"), json=log_json)
    context.obj = {"config": config}


def main() -> None:
    """Run a command; an error of ours is a sentence on stderr and exit code 1, never a traceback."""
    from bot.commands import register

    register(app, sys.argv[1:])
    try:
        app(standalone_mode=True)
    except CallboardError as error:
        typer.secho(logs.redact(error.user_text), fg=typer.colors.RED, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
