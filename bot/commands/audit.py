"""`callboard template audit`: who ran what, when, and how it ended."""

import time
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Optional

import typer

from bot.commands.printing import print_json, print_table
from bot.commands.runtime import open_runtime
from callboard.refs import parse_entity_ref


def audit(
    context: typer.Context,
    template: Annotated[Optional[str], typer.Argument(help="Of this template only.")] = None,  # noqa: UP045 - typer
    user: Annotated[Optional[str], typer.Option("--user", help="Runs that this user asked for.")] = None,  # noqa: UP045 - typer
    days: Annotated[float, typer.Option("--days", min=0, help="How far back.")] = 30,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The newest so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, with the answers.")] = False,  # noqa: FBT002 - typer
) -> None:
    """Show the record of runs: it holds every attempt, also of runs that are long forgotten."""
    from scaffolder.audit.repository import records

    ref = str(parse_entity_ref(template, default_kind="Template")) if template else None
    actor = str(parse_entity_ref(user, default_kind="User")) if user and user != "command-line" else user
    with open_runtime(context) as runtime, runtime.database.read() as connection:
        found = records(connection, template=ref, actor=actor, since=time.time() - days * 86_400, limit=limit)
    rows = [asdict(r) for r in found]
    if as_json:
        print_json(rows)
        return
    shown = [_shown(row) for row in rows]
    print_table(("at", "template", "version", "actor", "attempt", "outcome", "made", "run"), shown, empty="No runs.")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    by = f" by {row['cancelled_by']}" if row["cancelled_by"] else ""
    return {
        "at": datetime.fromtimestamp(row["at"], UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "template": row["template_ref"],
        "version": (row["version"] or "")[:8],
        "actor": row["actor"],
        "attempt": row["attempt"],
        "outcome": f"{row['outcome'] or 'not over'}{by}",
        "made": ", ".join(m["title"] for m in row["made"]),
        "run": row["run_id"],
    }
