"""Every promise of docs/security.md names a test, and every test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", TEXT)))
ROWS = [line for line in TEXT.splitlines() if line.startswith("|") and not line.startswith(("| ---", "| they try"))]


@cache
def functions_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(name: str) -> None:
    file, _, function = name.partition("::")
    assert function in functions_in(file)


@pytest.mark.parametrize("row", [r for r in ROWS if not r.startswith("| where one might")])
def test_a_promise_names_its_test(row: str) -> None:
    assert "::test_" in row
