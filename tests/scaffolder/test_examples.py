"""Every action's examples work as they stand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scaffolder.actions import BUILTIN_ACTIONS
from scaffolder.actions.base import Action, ActionContext, Example, Nothing
from scaffolder.actions.describe import as_markdown
from tests.scaffolder.bench import Bench

EXAMPLES = [(a, e) for a in BUILTIN_ACTIONS for e in a.examples if not e.needs]


@pytest.mark.parametrize("action", BUILTIN_ACTIONS, ids=lambda a: a.id)
def test_action_has_a_description_and_examples(action: Action[Any]) -> None:
    assert action.description.endswith(".")
    assert action.examples


@pytest.mark.parametrize(("action", "example"), EXAMPLES, ids=[f"{a.id} {e.description}" for a, e in EXAMPLES])
def test_example_runs(local: Bench, action: Action[Any], example: Example) -> None:
    left: list[str] = []

    def look(context: ActionContext, _given: Nothing) -> Mapping[str, Any] | None:
        left.extend(context.workspace.relative(p) for p in context.workspace.walk() if p.is_file())
        return None

    local.registry._actions["test:look"] = Action("test:look", "Looks.", Nothing, look)
    for name, content in example.files.items():
        local.file(name, content)

    view = local.run([*map(dict, example.steps), {"action": "test:look"}])

    assert view.error is None
    assert view.status == "completed"
    assert sorted(example.leaves) == sorted(left)
    assert action.id in {s.action for s in view.steps}


def test_page_of_the_documentation_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs/template-actions.md"
    actions = sorted(BUILTIN_ACTIONS, key=lambda a: a.id)

    assert page.read_text(encoding="utf-8") == as_markdown(actions), "callboard template actions --markdown"
