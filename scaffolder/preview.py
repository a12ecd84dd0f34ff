"""A dry run as lines of text, for terminals and files."""

from collections.abc import Iterator
from itertools import groupby

from scaffolder.dry_run import DryRun


def listing(result: DryRun) -> Iterator[str]:
    """The files that a run would leave, and what it would change of what is there."""
    for file in result.files:
        yield f"{'x' if file.executable else '-'} {len(file.data):>8} {file.path}"
    for where, changes in groupby(result.changes, key=lambda c: c.where):
        yield f"\nChanges of {where}:"
        for change in changes:
            yield change.diff.rstrip("\n")


def preview(title: str, result: DryRun) -> str:
    """All of it in one text: how it would end, files and changes, and the log."""
    end = f"It would fail: {result.error.message}" if result.error else "It would succeed."
    log = (f"{line.get('level', 'info'):<5} {line['message']}" for line in result.log)
    head = (f"Preview of {title}. Nothing has happened.", end, "", "Files:")
    return "\n".join((*head, *listing(result), "", "Log:", *log)) + "\n"
