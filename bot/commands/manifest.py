"""`callboard manifest`: the Slack app's manifest to paste at "Create an app"."""

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `manifest`."""
    app.command("manifest")(manifest)


def manifest(
    command: Annotated[str, typer.Option(help="The slash command's name.")] = "/callboard",
    base_url: Annotated[str, typer.Option(help="Where Slack reaches this installation, for --http.")] = "",
    http: Annotated[bool, typer.Option("--http", help="Requests over HTTP in place of Socket Mode.")] = False,  # noqa: FBT002 - typer
    unfurl: Annotated[list[str] | None, typer.Option(help="A domain whose links are unfolded; repeatable.")] = None,
) -> None:
    """Print the manifest as JSON."""
    from bot.manifest import build_manifest

    made = build_manifest(command=command, base_url=base_url or None, http=http, unfurl_domains=tuple(unfurl or ()))
    typer.echo(json.dumps(made, indent=2))
