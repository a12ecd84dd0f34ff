"""Templates that mean harm, or were written by accident, from a start to what their run says."""

from functools import partial
from typing import Any

import pytest

from callboard.errors import InputError
from scaffolder.model import RunView
from scaffolder.workspace import Workspace
from tests.scaffolder.bench import Bench

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}"
RUNAWAY = "${{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' | replace(r/^(a+)+$/, 'x') }}"


def failure(view: RunView) -> str:
    assert view.status == "failed"
    assert view.error is not None
    return view.error.message


@pytest.mark.parametrize("text", [ENDLESS, RUNAWAY, "${{ 'x' * 1 }}{% for x in range(10000000000) %}{% endfor %}"])
def test_expression_that_would_never_end_is_given_up_and_told(local: Bench, text: str) -> None:
    view = local.run([{"action": "debug:log", "input": {"message": text}}])

    assert view.status == "completed"
    (warning,) = [m for m in local.messages(view.id) if m.startswith("input.message: ")]
    assert "The text stays as it is" in warning


def test_skeleton_that_would_never_end_fails_with_its_file_named(local: Bench) -> None:
    local.file("skeleton/a.txt", ENDLESS)

    view = local.run([{"action": "fetch:template", "input": {"url": "./skeleton"}}])

    assert "It is in a.txt." in failure(view)


@pytest.mark.parametrize(
    "text", ["${{ parameters.__class__ }}", "${{ ''.__class__.__mro__ }}", "${{ ''.constructor('return 1')() }}"]
)
def test_insides_of_the_engine_are_out_of_reach(local: Bench, text: str) -> None:
    view = local.run([{"action": "debug:log", "input": {"message": f"[{text}]"}}], output={"x": text})

    assert view.status == "completed"
    said = "\n".join(local.messages(view.id))
    assert "<class" not in said
    assert "[]" in said or f"[{text}]" in said
    assert view.output.values.get("x") in {None, "", text}


@pytest.mark.parametrize("path", ["../x", "/nowhere/x", "a/../../x", ".git/hooks/post-commit", "..\\..\\x/../../y"])
@pytest.mark.parametrize("action", ["roadiehq:utils:fs:write", "roadiehq:utils:fs:append", "catalog:write"])
def test_nothing_is_written_outside_of_the_workspace(local: Bench, action: str, path: str) -> None:
    given: dict[str, Any] = {"path": path, "content": "x"}
    if action == "catalog:write":
        given = {"filePath": path, "entity": {"metadata": {"name": "x"}}}

    said = failure(local.run([{"action": action, "input": given}]))

    assert "outside" in said or "git's own" in said


def test_unknown_action_is_refused_with_what_it_may_mean(local: Bench) -> None:
    with pytest.raises(InputError) as refused:
        local.start({"steps": [{"id": "get", "action": "fetch:templat"}]})

    assert "step 1 `get`" in refused.value.user_text
    assert "Did you mean `fetch:template`" in refused.value.user_text
    assert local.jobs.specs == []


def test_loop_that_fills_the_disk_is_stopped_at_the_limit(local: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scaffolder.runner.Workspace", partial(Workspace, max_files=20))
    write = {"action": "roadiehq:utils:fs:write", "each": [str(n) for n in range(100)]}

    view = local.run([write | {"input": {"path": "${{ each.value }}.txt", "content": "x"}}])

    assert "holds more than the" in failure(view)


def test_secret_that_a_template_prints_is_masked_everywhere(local: Bench) -> None:
    steps = [
        {"action": "debug:log", "input": {"message": "${{ secrets.key }} and ${{ secrets.key | upper }}"}},
        {"action": "fs:read", "input": {"path": "${{ secrets.key }}"}},
    ]

    view = local.run(steps, secrets={"key": "S3CR3T"})

    assert "S3CR3T" not in failure(view)
    assert "S3CR3T" not in "\n".join(local.messages(view.id))


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "^([a-z]+)*$"])
def test_pattern_that_would_run_away_answers_all_the_same(local: Bench, pattern: str) -> None:
    page = {"properties": {"name": {"type": "string", "pattern": pattern}}}

    with pytest.raises(InputError, match="name:"):
        local.start({"parameters": page, "steps": []}, {"name": "a" * 40 + "!"})
