"""`callboard jobs …` and `callboard worker`."""

import json
import signal
import threading
import time
from typing import Annotated

import typer

from bot.commands.runtime import open_runtime


def register(app: typer.Typer) -> None:
    """Add the `jobs` group and `worker`."""
    group = typer.Typer(no_args_is_help=True, help="What is queued, running and failed.")
    group.command("list")(list_jobs)
    group.command("retry")(retry)
    group.command("cancel")(cancel)
    app.add_typer(group, name="jobs")
    app.command("worker")(worker)


def list_jobs(
    context: typer.Context,
    state: Annotated[
        str, typer.Option(help="pending, running, failed, done or cancelled; default: all but done.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per job.")] = False,  # noqa: FBT002 - typer
) -> None:
    """List jobs, the newest first."""
    from jobs.queries import list_tasks

    with open_runtime(context) as runtime, runtime.database.read() as connection:
        found = list_tasks(connection, state=state or None)
        if not found and not as_json:
            typer.echo("No such jobs." if state else "Nothing waits, runs or has failed.")
        for task in found:
            if as_json:
                typer.echo(json.dumps(task.as_json()))
            else:
                when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(task.created_at))
                error = f"  {task.error}" if task.error else ""
                typer.echo(f"{task.id:>8}  {task.state:<9}  {when}  {task.kind}  {json.dumps(task.spec)}{error}")


def retry(context: typer.Context, job: Annotated[int, typer.Argument(help="The job's number.")]) -> None:
    """Put a failed or cancelled job back on the queue."""
    with open_runtime(context) as runtime:
        with runtime.database.write() as connection:
            done = runtime.queue.retry(connection, job)
        _say(done, f"Job {job} is queued again.", f"There is no failed or cancelled job {job}.")


def cancel(context: typer.Context, job: Annotated[int, typer.Argument(help="The job's number.")]) -> None:
    """Take a job that hasn't started off the queue."""
    with open_runtime(context) as runtime:
        with runtime.database.write() as connection:
            done = runtime.queue.cancel(connection, job)
        _say(done, f"Job {job} is cancelled.", f"There is no waiting job {job}; a running one can't be taken back.")


def worker(context: typer.Context) -> None:
    """Run schedules and jobs, without Slack's events and without HTTP."""
    from bot import heap
    from bot.process import Process
    from bot.slack import attach_sender

    heap.share_arenas()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_runtime(context) as runtime:
        process = Process(runtime)
        attach_sender(runtime, process, runtime.config.slack)
        process.start()
        typer.echo("Working; Ctrl-C ends it.")
        stop.wait()
        process.stop()


def _say(done: bool, yes: str, no: str) -> None:  # noqa: FBT001 - an outcome and its two sentences
    typer.echo(yes if done else no, err=not done)
    if not done:
        raise typer.Exit(1)
