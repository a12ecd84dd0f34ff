"""What plugins add to templates: actions, filters and names of expressions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.creation import action_registry, build_runner
from bot.runtime import Runtime
from callboard.chat import Actor
from callboard.config.model import AppConfig
from callboard.config.model import Callboard as Settings
from callboard.plugin import hookimpl
from scaffolder.actions.base import Action, ActionContext, Nothing
from tests.conftest import create_schema
from tests.scaffolder.bench import Bench


class Shouting:
    """A plugin."""

    @hookimpl
    def callboard_scaffolder_actions(self) -> Sequence[Any]:
        def shout(context: ActionContext, _given: Nothing) -> Mapping[str, Any]:
            context.tell("HEY")
            return {}

        return [Action("acme:shout", "Shouts.", Nothing, shout)]

    @hookimpl
    def callboard_scaffolder_filters(self) -> Mapping[str, Callable[..., Any]]:
        def broken(_value: Any) -> str:
            raise ZeroDivisionError

        return {"shout": lambda value, times=1: f"{str(value).upper()}{'!' * int(times)}", "broken": broken}

    @hookimpl
    def callboard_scaffolder_globals(self) -> Mapping[str, Any]:
        return {"company": "acme", "twice": lambda value: value * 2}


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "data").mkdir()
    found = Runtime(AppConfig(callboard=Settings(data_dir=tmp_path / "data")))
    create_schema(found.database)
    found.plugins.register(Shouting())
    yield found
    found.close()


def said(runtime: Runtime, tmp_path: Path, message: str) -> list[str]:
    bench = Bench(runtime.database, tmp_path)
    bench.registry = bench.scaffolder.registry = action_registry(runtime)
    ref = bench.template({"steps": [{"action": "acme:shout"}, {"action": "debug:log", "input": {"message": message}}]})
    with runtime.database.unit_of_work() as uow:
        run_id = bench.scaffolder.start(uow, template_ref=ref, values={"n": "svc"}, actor=Actor("U1"))
    build_runner(runtime).run(run_id)
    assert bench.view(run_id).status == "completed"
    return bench.messages(run_id)


def test_templates_use_what_a_plugin_adds(runtime: Runtime, tmp_path: Path) -> None:
    lines = said(runtime, tmp_path, "${{ parameters.n | shout(2) }} of ${{ company }}, ${{ twice(4) }}")

    assert "HEY" in lines
    assert "SVC!! of acme, 8" in lines


def test_filter_that_fails_leaves_the_text_and_is_told(runtime: Runtime, tmp_path: Path) -> None:
    lines = said(runtime, tmp_path, "${{ parameters.n | broken }}")

    assert "${{ parameters.n | broken }}" in lines
    assert any("The text stays as it is" in line for line in lines)
