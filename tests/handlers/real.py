"""A folder of real templates, where there is one."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callboard.yaml12 import YamlError, parse_documents

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
            if "'$yaml'" in str(found.get("spec")):
                continue  # a page in another file, which this test doesn't bring along
            if found.get("kind") == "Template" and found.get("apiVersion") == "scaffolder.backstage.io/v1beta3":
                number += 1
                if number % SHARES == share:
                    yield f"{file.relative_to(REAL)}:{document.line}", found["spec"]


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
