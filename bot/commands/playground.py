"""`callboard playground`: the local Slack workspace alone, for any app."""

import signal
import threading
from pathlib import Path
from typing import Annotated, Optional

import typer


def register(app: typer.Typer) -> None:
    """Add `playground`."""
    app.command("playground")(playground)


def playground(
    seed: Annotated[Optional[Path], typer.Option(help="A JSON file with people, channels and the app.")] = None,  # noqa: UP045 - typer
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 picks a free one.")] = 7008,
) -> None:
    """Start a local Slack workspace and print what an app needs to connect to it."""
    from bot.local_workspace import start_workspace
    from playground.seed import WorkspaceSeed, default_seed

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with start_workspace(WorkspaceSeed.load(seed) if seed else default_seed(), host, port) as workspace:
        typer.echo(f"Workspace: {workspace.url}")
        typer.echo(f"Web API base URL: {workspace.api_url}")
        typer.echo(f"Bot token: {workspace.bot_token}  app token: {workspace.app_token}")
        typer.echo(f"Signing secret: {workspace.signing_secret}")
        stop.wait()
