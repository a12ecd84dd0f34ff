"""`callboard questions`: what people asked in vain, and which answers didn't help."""

import json
import time
from dataclasses import asdict
from typing import Annotated

import typer

from bot.commands.runtime import open_runtime


def register(app: typer.Typer) -> None:
    """Add `questions`."""
    app.command("questions")(questions)


def questions(
    context: typer.Context,
    days: Annotated[int, typer.Option(help="How far back to look.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per row.")] = False,  # noqa: FBT002 - typer
) -> None:
    """List questions that nobody could answer, the most frequent first, then answers that were voted down."""
    from insights.repository import unanswered_questions, verdicts

    with open_runtime(context) as runtime, runtime.database.read() as connection:
        since = time.time() - days * 86_400
        asked = unanswered_questions(connection, since=since)
        bad = [v for v in verdicts(connection, since=since) if v.unhelpful]
    if as_json:
        rows = [*(asdict(q) for q in asked), *(asdict(v) for v in bad)]
        typer.echo("\n".join(json.dumps(row) for row in rows))
        return
    for question in asked:
        typer.echo(f"{question.times:>4} x  {question.question}  ({question.intent})")
    for vote in bad:
        typer.echo(f"  didn't help {vote.unhelpful}, helped {vote.helpful}: {vote.question}")
    if not asked and not bad:
        typer.echo("Everything that was asked was answered, and nobody complained.")
