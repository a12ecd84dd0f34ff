"""How many runs are worked on at once, of one template and in all."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from blocks.runs import render
from scaffolder.actions.base import Action, ActionContext, Nothing
from scaffolder.runner import Runner
from tests.scaffolder.bench import JANE, Bench

STEPS = [{"action": "test:hold"}]


class Held:
    """An action that works until it is let go."""

    def __init__(self, bench: Bench) -> None:
        self.began, self.go = threading.Event(), threading.Event()
        bench.registry._actions["test:hold"] = Action("test:hold", "Holds.", Nothing, self)

    def __call__(self, _context: ActionContext, _given: Nothing) -> Mapping[str, Any] | None:
        self.began.set()
        assert self.go.wait(30)
        return None


def begin(bench: Bench, ref: str) -> str:
    with bench.database.unit_of_work() as uow:
        return bench.scaffolder.start(uow, template_ref=ref, values={}, actor=JANE)


@pytest.fixture
def held(bench: Bench) -> Held:
    return Held(bench)


def while_one_runs(bench: Bench, held: Held, ref: str, then: Callable[[Runner], None]) -> None:
    first = threading.Thread(target=bench.runner.run, args=(begin(bench, ref),))
    first.start()
    try:
        assert held.began.wait(30)
        then(bench.new_runner())
    finally:
        held.go.set()
        first.join(30)


def test_run_waits_while_as_many_of_its_template_are_at_work_as_may_be(bench: Bench, held: Held) -> None:
    limited = bench.template({"steps": STEPS}, annotations={"callboard.dev/concurrent-runs": "1"}, title="Scarce")
    free = bench.template({"steps": []}, name="t2")
    waiting = begin(bench, limited)

    def look(runner: Runner) -> None:
        assert not runner.run(waiting)
        assert not runner.run(waiting, has_waited=True)
        view = bench.view(waiting)
        assert (view.status, view.waits_for) == ("open", "Waiting for other runs: Scarce is limited to 1 at once.")
        assert "Scarce is limited to 1 at once" in str(render(view).blocks)
        assert bench.messages(waiting) == ["Waiting for other runs: Scarce is limited to 1 at once."]
        other = begin(bench, free)
        assert runner.run(other)
        assert bench.view(other).status == "completed"

    while_one_runs(bench, held, limited, look)

    assert bench.runner.run(waiting)
    assert bench.view(waiting).status == "completed"


def test_run_waits_while_as_many_are_at_work_in_all_as_may_be(bench: Bench, held: Held) -> None:
    scaffolder = bench.config.scaffolder.model_copy(update={"total_tasks_limit": 1})
    bench.config = bench.config.model_copy(update={"scaffolder": scaffolder})
    waiting = begin(bench, bench.template({"steps": []}, name="t2"))

    def look(runner: Runner) -> None:
        assert not runner.run(waiting)
        assert bench.messages(waiting) == ["Waiting for other runs: all together are limited to 1 at once."]

    while_one_runs(bench, held, bench.template({"steps": STEPS}), look)

    assert bench.runner.run(waiting)


def test_run_whose_process_has_gone_needs_no_room_of_its_own(bench: Bench) -> None:
    limited = bench.template({"steps": []}, annotations={"callboard.dev/concurrent-runs": "1"})
    lost = begin(bench, limited)
    with bench.database.write() as connection:
        bench.runner._rows.claim(connection, lost, "a process that was killed")

    assert bench.new_runner().run(lost)
    assert bench.view(lost).status == "completed"


def test_waiting_run_can_be_cancelled(bench: Bench, held: Held) -> None:
    limited = bench.template({"steps": STEPS}, annotations={"callboard.dev/concurrent-runs": "1"})
    waiting = begin(bench, limited)

    def look(runner: Runner) -> None:
        assert not runner.run(waiting)
        with bench.database.unit_of_work() as uow:
            bench.scaffolder.cancel(uow, waiting, JANE)
        assert runner.run(waiting)

    while_one_runs(bench, held, limited, look)

    assert bench.view(waiting).status == "cancelled"


@pytest.mark.parametrize("given", ["none", "0", "-1", "1.5"])
def test_limit_that_is_no_number_is_named_and_limits_nothing(local: Bench, given: str) -> None:
    ref = local.template({"steps": [{"action": "debug:log"}]}, annotations={"callboard.dev/concurrent-runs": given})

    with local.database.read() as connection:
        (problem,) = local.scaffolder.problems(local.scaffolder.template(connection, ref, JANE))

    assert problem.severity == "warning"
    assert f"“{given}” is no number of runs" in problem.message
