"""Every template of a folder of real ones can be filled in, page by page, within Slack's limits."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callboard.yaml12 import YamlError, parse_documents
from tests.handlers.filling import complete, fill
from tests.handlers.person import Person
from tests.scaffolder.bench import Bench

REAL = Path(os.environ.get("CALLBOARD_REAL") or Path(__file__).parents[2] / ".." / "shared" / "real")
FILES = sorted((REAL / "templates").rglob("*.y*ml"))
SHARES = 8
pytestmark = pytest.mark.skipif(not FILES, reason="needs a folder of real templates, named by CALLBOARD_REAL")


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


@pytest.mark.parametrize("share", range(SHARES))
def test_every_real_template_can_be_filled_in_to_its_review(jane: Person, bench: Bench, share: int) -> None:
    wrong: list[str] = []
    counted = 0
    for number, (where, spec) in enumerate(templates(share)):
        steps = [{"id": "s", "action": "debug:log", "input": {"message": "done"}}]
        ref = bench.template({"parameters": spec.get("parameters"), "steps": steps}, name=f"t{number}")
        counted += 1
        try:
            jane.start(ref)
            fill(jane, patterns(spec.get("parameters")))
            assert jane.callback == "create.review", jane.text[:1_000]
            complete(jane)
            jane.submit()
            assert jane.callback == "create.started", jane.text[:1_000]
        except AssertionError as error:
            wrong.append(f"{where}: {str(error)[:1_500]}")
        (bench.folder / f"t{number}.yaml").unlink()
    assert counted > 0
    assert not wrong, "\n\n".join([f"{len(wrong)} of {counted}", *wrong])
