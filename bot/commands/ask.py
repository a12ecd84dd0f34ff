"""`callboard ask`: the questions of Slack in the terminal, one or a file of them."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.printing import printable
from bot.commands.runtime import CatalogOption, open_runtime
from callboard.db import Connection
from callboard.errors import CallboardError, InputError

if TYPE_CHECKING:
    from answers.model import Answer
    from bot.runtime import Runtime

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask")(ask)


def ask(
    context: typer.Context,
    question: Annotated[list[str] | None, typer.Argument(help="What you want to know, in your own words.")] = None,
    as_user: Annotated[str, typer.Option("--as", help="Who asks: a user's ref, e-mail address or Slack id.")] = "",
    before: Annotated[list[str] | None, typer.Option("--before", help="What was asked before; oldest first.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,  # noqa: FBT002 - typer's way
    batch: Annotated[
        Path | None, typer.Option("--batch", help="JSON lines of question, as and before; `-` reads stdin.")
    ] = None,
    catalog: CatalogOption = "",
) -> None:
    """Answer a question from the catalog, as the bot would."""
    text = " ".join(question or ())
    if bool(text) == bool(batch):
        raise InputError("Ask one question, or name a file of them.", hint='For instance: callboard ask "who owns …?"')
    with open_runtime(context, catalog=catalog) as runtime:
        if catalog:
            runtime.catalog.sync_locations()
            runtime.docs.sync_all()
        _answer_all(runtime, {"question": text, "as": as_user, "before": before or []}, batch, as_json=as_json)


def _answer_all(runtime: "Runtime", asked: dict[str, Any], batch: Path | None, *, as_json: bool) -> None:
    with runtime.database.read() as connection:
        runtime.names.refresh()
        if batch:
            _answer_batch(runtime, connection, batch)
            return
        answer = _answer(runtime, connection, asked)
        if as_json:
            typer.echo(json.dumps(answer.as_json(), ensure_ascii=False, indent=2))
        else:
            typer.echo("\n".join(_lines(answer)))


def _answer(runtime: "Runtime", connection: Connection, asked: dict[str, Any]) -> "Answer":
    from answers.asking import ask as ask_as

    before = [str(earlier) for earlier in asked.get("before") or ()]
    question, who = str(asked["question"]), str(asked.get("as") or "")
    return ask_as(runtime.answerer, connection, question, as_user=who, before=before)


def _answer_batch(runtime: "Runtime", connection: Connection, path: Path) -> None:
    """One line of JSON for each line of the file; a line that can't be read says so in its place."""
    for number, line in enumerate(_lines_of(path), 1):
        if not line.strip():
            continue
        try:
            found = _answer(runtime, connection, _read(line, number)).as_json()
        except CallboardError as error:
            found = {"error": error.user_text, "line": number}
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def _lines_of(path: Path) -> Sequence[str]:
    if str(path) == "-":
        return sys.stdin.read().splitlines()
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read: {getattr(error, 'strerror', None) or error}.") from error


def _read(line: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"Line {number} is not JSON: {error.msg} at column {error.colno}.") from error
    if not isinstance(found, dict) or not isinstance(found.get("question"), str):
        raise InputError(f"Line {number} has no `question`.", hint='It should read {"question": "who owns …?"}.')
    if not isinstance(found.get("before") or [], list):
        raise InputError(f"`before` of line {number} should be a list of earlier questions.")
    return found


def _lines(answer: "Answer") -> Iterator[str]:
    """An answer for a terminal: the sentence, what it lists, what to ask instead, and where it stands."""
    yield printable(answer.text)
    for item in answer.items[:_SHOWN] if len(answer.items) > 1 else ():
        extra = f"  {item.detail}" if item.detail else ""
        yield printable(f"  {item.url or item.ref}  {item.title}{extra}")
    left = (answer.total or len(answer.items)) - _SHOWN
    if left > 0:
        yield f"  … {left} more (--json lists them)"
    for suggestion in answer.suggestions:
        yield printable(f"  → {suggestion.question or suggestion.title}")
    for note in answer.notes:
        yield printable(f"  note: {note}")
    if answer.evidence:
        yield printable(f"  source: {', '.join(e.text for e in answer.evidence[:3])}")
