"""`callboard manifest`: the Slack app's manifest to paste at "Create an app"."""

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `manifest`."""
    app.command("manifest")(manifest)


def manifest(
    context: typer.Context,
    command: Annotated[str, typer.Option(help="The slash command's name.")] = "/callboard",
    base_url: Annotated[str, typer.Option(help="Where Slack reaches this installation, for --http.")] = "",
    http: Annotated[bool, typer.Option("--http", help="Requests over HTTP in place of Socket Mode.")] = False,  # noqa: FBT002 - typer
    unfurl: Annotated[list[str] | None, typer.Option(help="A domain whose links are unfolded; repeatable.")] = None,
) -> None:
    """Print the manifest as JSON."""
    from bot.manifest import build_manifest

    domains = tuple(unfurl or ()) or _domains(context)
    made = build_manifest(command=command, base_url=base_url or None, http=http, unfurl_domains=domains)
    typer.echo(json.dumps(made, indent=2))


def _domains(context: typer.Context) -> tuple[str, ...]:
    """Those of the configuration that have a name in public.

    It may well be unfinished, because its tokens come from the app that this makes.
    """
    from bot.manifest import unfurl_domains_of
    from bot.runtime import runtime_from_files
    from callboard.config.model import AppConfig
    from callboard.errors import ConfigError

    try:
        config = runtime_from_files((context.find_root().obj or {}).get("config")).config
    except ConfigError:
        config = AppConfig()
    return tuple(d for d in unfurl_domains_of(config) if "." in d and not d.replace(".", "").isdigit())
