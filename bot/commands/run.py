"""`callboard run` and `callboard serve`: one process with everything in it."""

import signal
import threading

import typer

from bot import heap
from bot.commands.printing import printable
from bot.commands.runtime import CatalogOption, make_runtime
from bot.runtime import Runtime
from callboard.logs import get_logger

_log = get_logger("run")


def register(app: typer.Typer) -> None:
    """Add `run` and `serve`."""
    app.command("run")(run)
    app.command("serve")(serve)


def run(context: typer.Context, catalog: CatalogOption = "") -> None:
    """Migrate, read the catalog, then answer: in Slack, or in a local workspace where no Slack is configured."""
    run_until_stopped(make_runtime(context, catalog), slack=True, given=bool(catalog))


def serve(context: typer.Context, catalog: CatalogOption = "") -> None:
    """The same without Slack: the API, the schedules and the workers."""
    run_until_stopped(make_runtime(context, catalog), slack=False, given=bool(catalog))


def run_until_stopped(runtime: Runtime, *, slack: bool, given: bool = False) -> None:
    """Everything in order of need; SIGINT and SIGTERM end it cleanly."""
    from bot.given_catalog import summary
    from bot.replica import Replica

    heap.share_arenas()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Replica(runtime, slack=slack) as replica:
        for line in (*(summary(runtime) if given else ()), *replica.welcome()):
            typer.echo(printable(line))
        threading.Thread(target=_settle, args=[runtime], name="settle", daemon=True).start()
        stop.wait()
        _log.info("stopping")


def _settle(runtime: Runtime) -> None:
    runtime.names.warm()
    heap.settle()
