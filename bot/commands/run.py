"""`callboard run` and `callboard serve`: one process with everything in it."""

import signal
import threading

import typer

from bot.runtime import Runtime, runtime_from_files
from callboard.logs import get_logger

_log = get_logger("run")


def register(app: typer.Typer) -> None:
    """Add `run` and `serve`."""
    app.command("run")(run)
    app.command("serve")(serve)


def run(context: typer.Context) -> None:
    """Migrate, read the catalog, then answer: in Slack, or in a local workspace where no Slack is configured."""
    runtime = runtime_from_files(context.find_root().obj.get("config"))
    run_until_stopped(runtime, slack=True)


def serve(context: typer.Context) -> None:
    """The same without Slack: the API, the schedules and the workers."""
    runtime = runtime_from_files(context.find_root().obj.get("config"))
    run_until_stopped(runtime, slack=False)


def run_until_stopped(runtime: Runtime, *, slack: bool) -> None:
    """Everything in order of need; SIGINT and SIGTERM end it cleanly."""
    from bot.replica import Replica

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Replica(runtime, slack=slack) as replica:
        for line in replica.welcome():
            typer.echo(line, err=False)
        stop.wait()
        _log.info("stopping")
