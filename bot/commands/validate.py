"""`callboard catalog validate`: are these files what the catalog takes?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.printing import note, print_json

if TYPE_CHECKING:
    from catalog.ingest.check import CheckedDocument, Remark


def validate(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders with YAML files in them.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a document.")] = False,  # noqa: FBT002 - typer
) -> None:
    """Check every document of these files; exit code 1 if any is invalid. Needs no database and no network."""
    from bot.runtime import Runtime
    from callboard.config.model import AppConfig
    from catalog.ingest.check import catalog_files, check_file
    from catalog.validation import Validator

    validator = Validator(Runtime(AppConfig()).kinds)
    invalid = total = 0
    for file, named in catalog_files(paths):
        documents = check_file(file, validator, foreign=not named)
        total += len(documents)
        invalid += sum(not d.ok for d in documents)
        if as_json:
            print_json(_as_json(d) for d in documents)
        else:
            _print(documents)
    counted = f"{total} document{'' if total == 1 else 's'}, {invalid} invalid"
    note(counted if total else "No catalog documents there.")
    if invalid or not total:
        raise typer.Exit(1)


def _as_json(document: "CheckedDocument") -> dict[str, Any]:
    return {
        "file": str(document.file),
        "line": document.line,
        "ref": document.ref,
        "ok": document.ok,
        "errors": [_remark(r) for r in document.errors],
        "warnings": [_remark(r) for r in document.warnings],
    }


def _remark(remark: "Remark") -> dict[str, Any]:
    return {"line": remark.line, "path": remark.path, "message": remark.message}


def _print(documents: "list[CheckedDocument]") -> None:
    for document in documents:
        for label, remarks in (("error", document.errors), ("warning", document.warnings)):
            for remark in sorted(remarks, key=lambda r: r.line):
                typer.echo(f"{document.file}:{remark.line}: {label}: {remark.message}")
        if document.ok:
            typer.echo(f"{document.file}:{document.line}: ok: {document.ref}")
