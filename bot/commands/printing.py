"""Two ways to say the same: tables for people, one JSON object a line for programs; progress goes to stderr."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

_WIDTH_OF_PIPES: Final = 200


def print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """One object a line, alone on stdout."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, empty: str) -> None:
    """A table as wide as it needs to be; text from catalogs is never markup."""
    if not rows:
        sys.stdout.write(empty + "\n")
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(row.get(column))) for column in columns))
    Console(width=None if sys.stdout.isatty() else _WIDTH_OF_PIPES).print(table)


def note(text: str) -> None:
    """Something to tell a person that isn't the result."""
    sys.stderr.write(text + "\n")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " → ".join(str(v) for v in value)
    return printable(str(value))


def printable(text: str) -> str:
    """Text of catalogs may hold control characters; a terminal would obey them."""
    return "".join(c if c.isprintable() else " " for c in text)
