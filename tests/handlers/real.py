"""A folder of real templates, where there is one."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callboard.refs import LocationRef
from callboard.yaml12 import YamlError, parse_documents
from catalog.ingest import placeholders
from catalog.ingest.locations import resolve_target
from scaffolder.templates import API_VERSION

REAL = Path(os.environ.get("CALLBOARD_REAL") or Path(__file__).parents[2] / ".." / "shared" / "real")
FILES = sorted((REAL / "templates").rglob("*.y*ml"))
SHARES = 8
STEPS = [{"id": "s", "action": "debug:log", "input": {"message": "done"}}]
"""In place of steps whose services aren't here."""


def templates(share: int) -> Iterator[tuple[str, dict[str, Any]]]:
    number = 0
    for file in FILES:
        for document in parse_documents(file.read_text(encoding="utf-8", errors="replace")):
            if isinstance(document, YamlError) or not isinstance(document.value, dict):
                continue
            found = document.value
            if found.get("kind") == "Template" and found.get("apiVersion") == API_VERSION:
                number += 1
                if number % SHARES == share:
                    spec = placeholders.resolve(found["spec"], included, f"file:{file}")
                    yield f"{file.relative_to(REAL)}:{document.line}", spec


def included(reference: str, base: str) -> tuple[str, str]:
    """A file that a template names, by where the sample has it or by its address in a repository."""
    kind, _, place = base.partition(":")
    target = resolve_target(LocationRef(kind, place), reference)
    if "://" not in target:
        return Path(target).read_text(encoding="utf-8"), f"file:{target}"
    repository, _, inside = target.partition("/blob/main/")
    owner, repo = repository.split("/")[-2:]
    sample = next(p for p in (f"{owner}__{repo}", repo) if (REAL / "templates" / p).is_dir())
    return (REAL / "templates" / sample / inside).read_text(encoding="utf-8"), f"url:{target}"


def patterns(schema: Any) -> dict[str, str]:
    """Every `pattern` by the name of its property."""
    found: dict[str, str] = {}
    if isinstance(schema, dict):
        for name, value in schema.items():
            if isinstance(value, dict) and isinstance(value.get("pattern"), str):
                found[name] = value["pattern"]
            found |= patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            found |= patterns(value)
    return found
