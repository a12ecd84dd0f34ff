"""A run that somebody ends: while it waits, while it works, and when it is over already."""

import threading

import pytest

from callboard.chat import Actor
from callboard.errors import NotAllowedError
from tests.scaffolder.bench import JANE, Bench
from tests.scaffolder.probe import Probe, call

BOB = Actor("U2", "user:default/bob", "Bob")
ADMIN = Actor("U3", "user:default/root", "Root", is_admin=True)


def test_cancel_ends_a_step_that_waits(probed: Bench) -> None:
    run_id = probed.start({"steps": [{"id": "w", "name": "Wait", "action": "debug:wait", "input": {"minutes": 9}}]})
    worker = threading.Thread(target=probed.runner.run, args=(run_id,))
    worker.start()
    while probed.view(run_id).steps[0].status != "processing":
        worker.join(0.05)
    with probed.database.unit_of_work() as uow:
        assert probed.scaffolder.cancel(uow, run_id, JANE).status == "processing"
    worker.join(20)

    view = probed.view(run_id)
    assert not worker.is_alive()
    assert view.status == "cancelled"
    assert view.steps[0].status == "cancelled"
    assert "Step Wait has been cancelled." in probed.messages(run_id)


def test_cancel_of_a_waiting_run_ends_it_at_once(probed: Bench, probe: Probe) -> None:
    run_id = probed.start({"steps": [call("a")]})

    with probed.database.unit_of_work() as uow:
        view = probed.scaffolder.cancel(uow, run_id, JANE)
    probed.runner.run(run_id)

    assert view.status == "cancelled"
    assert probe.calls == []


def test_cancel_of_a_finished_run_changes_nothing(probed: Bench) -> None:
    run_id = probed.start({"steps": []})
    probed.runner.run(run_id)

    with probed.database.unit_of_work() as uow:
        assert probed.scaffolder.cancel(uow, run_id, JANE).status == "completed"


def test_cancelled_run_can_be_retried(probed: Bench, probe: Probe) -> None:
    run_id = probed.start({"steps": [call("a")]})
    with probed.database.unit_of_work() as uow:
        probed.scaffolder.cancel(uow, run_id, JANE)
    with probed.database.unit_of_work() as uow:
        probed.scaffolder.retry(uow, run_id, JANE)

    probed.runner.run(run_id)

    assert probe.calls == ["a"]
    assert probed.view(run_id).status == "completed"


def test_run_of_somebody_else_can_be_cancelled_by_an_administrator_only(probed: Bench) -> None:
    run_id = probed.start({"steps": []})

    with probed.database.unit_of_work() as uow, pytest.raises(NotAllowedError, match="Only user:default/jane"):
        probed.scaffolder.cancel(uow, run_id, BOB)
    with probed.database.unit_of_work() as uow:
        assert probed.scaffolder.cancel(uow, run_id, ADMIN).status == "cancelled"
