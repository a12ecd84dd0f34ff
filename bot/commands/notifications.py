"""`callboard notifications …`: what would be sent, what was, and sending it again."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.commands.runtime import open_runtime
from callboard.durations import parse_duration
from callboard.errors import InputError
from notifications.model import Notice, Post
from notifications.routes import Route

_STATES = ("planned", "sent", "done", "withdrawn", "muted", "dropped")


def register(app: typer.Typer) -> None:
    """Add the `notifications` group."""
    group = typer.Typer(no_args_is_help=True, help="What the bot says by itself.")
    group.command("preview")(preview)
    group.command("list")(list_notices)
    group.command("resend")(resend)
    app.add_typer(group, name="notifications")


def preview(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="How far back, e.g. 7d, 12h, or a day like 2026-11-01.")] = "7d",
) -> None:
    """Show what the changes since then would have sent, to whom and why. Sends and stores nothing."""
    from bot.notices import build_desk
    from notifications.preview import preview as foresee

    with open_runtime(context) as runtime:
        admins = runtime.config.callboard.admins
        found = foresee(runtime.database, build_desk(runtime), admins, since=_moment(since))
        for one in found:
            typer.echo(
                f"{one.notice.title}\n  to {one.notice.recipient}: {_places(one.route)}\n  why: {one.notice.reason}"
            )
        typer.echo(f"{len(found)} notice{'' if len(found) == 1 else 's'} since {since}; nothing was sent.")


def list_notices(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 20,
    state: Annotated[str, typer.Option(help=f"Only in this state: {', '.join(_STATES)}.")] = "",
) -> None:
    """Show the ledger: each notice, its state, and where it was said."""
    if state and state not in _STATES:
        raise InputError(f"`{state}` is no state of a notice.", hint=f"It is one of {', '.join(_STATES)}.")
    with open_runtime(context) as runtime, runtime.database.read() as connection:
        for notice, posts in runtime.notices.listing(connection, limit=limit, state=state or None):
            at = datetime.fromtimestamp(notice.created_at, UTC).strftime("%Y-%m-%d %H:%M")
            typer.echo(f"{notice.id:>6}  {at}  {notice.state:<9}  {notice.recipient}  {notice.title}")
            for post in posts:
                typer.echo(f"        {_post(post)}")


def resend(context: typer.Context, notice: Annotated[int, typer.Argument(help="A number from `list`.")]) -> None:
    """Send a notice again from its first place on; a running replica does it within seconds."""
    with open_runtime(context) as runtime, runtime.database.unit_of_work() as uow:
        found: Notice = runtime.notices.resend(uow, notice)
        typer.echo(f"{found.id} is planned again for {found.recipient}.")


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return time.time() - parse_duration(text).total_seconds()


def _places(route: Route) -> str:
    if route.muted is not None:
        return f"nobody, {route.muted}"
    names = [s.channel or ", ".join(c.ref for c in s.people) for s in route.steps]
    return ", else ".join(names) or "nobody can be reached"


def _post(post: Post) -> str:
    where = f"{post.address}" + (" (in a thread)" if post.thread else "")
    return f"{post.state} in {where}" + (f": {post.error}" if post.error else "")
