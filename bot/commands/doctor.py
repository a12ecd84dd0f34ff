"""`callboard doctor`: what is wrong with this installation, and what to do."""

import json
from typing import Annotated

import typer

from bot.commands.runtime import open_runtime
from callboard.errors import ConfigError

_MARKS = {"ok": ("ok", typer.colors.GREEN), "warning": ("??", typer.colors.YELLOW), "failed": ("!!", typer.colors.RED)}


def register(app: typer.Typer) -> None:
    """Add `doctor`."""
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per check.")] = False,  # noqa: FBT002 - typer
) -> None:
    """Look at configuration, database, Slack, GitHub and sources; exit code 1 if anything has failed."""
    from bot.doctor import examine
    from bot.doctor.check import Check

    try:
        with open_runtime(context, migrate=False) as runtime:
            checks = [Check("configuration", "ok", "valid"), *examine(runtime)]
    except ConfigError as error:
        checks = [
            Check("configuration", "failed", p, "Mend the file; `callboard config check` looks again.")
            for p in error.problems
        ]
    for check in checks:
        if as_json:
            typer.echo(json.dumps(check.as_json()))
            continue
        mark, colour = _MARKS[check.state]
        typer.echo(f"{typer.style(mark, fg=colour)}  {check.name}: {check.message}")
        if check.hint and check.state != "ok":
            typer.echo(f"      {check.hint}")
    if any(c.state == "failed" for c in checks):
        raise typer.Exit(1)
