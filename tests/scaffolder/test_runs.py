"""A run's life: retried, killed and taken over, kept apart from other runs."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from callboard.chat import Actor
from callboard.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from scaffolder.actions.base import ActionContext
from scaffolder.model import Made
from scaffolder.runner import MAX_STARTS
from scaffolder.tables import checkpoints, runs, steps, workspaces
from tests.scaffolder.bench import JANE, Bench
from tests.scaffolder.probe import Killed, Named, Probe, call, killed

BOB = Actor("U2", "user:default/bob", "Bob")
ADMIN = Actor("U3", "user:default/root", "Root", is_admin=True)


def test_killed_run_goes_on_at_the_interrupted_step(probed: Bench, probe: Probe) -> None:
    probe.deaths["b"] = Killed()
    run_id = probed.start({"steps": [call("a"), call("b"), call("c")], "output": {"all": "${{ steps.a.output.name }}"}})
    with killed():
        probed.runner.run(run_id)
    assert probed.view(run_id).status == "processing"

    probed.new_runner().run(run_id)

    assert probe.calls == ["a", "b", "b", "c"]
    assert probed.view(run_id).status == "completed"
    assert probed.view(run_id).output.values == {"all": "a"}


def test_interrupted_step_finds_the_workspace_as_it_was(probed: Bench, probe: Probe) -> None:
    probe.deaths["b"] = Killed()
    run_id = probed.start(
        {
            "steps": [
                call("a", "probe:write"),
                call("b", "probe:write"),
                {"id": "read", "action": "fs:read", "input": {"path": "log"}},
            ],
            "output": {"log": "${{ steps.read.output.content }}"},
        }
    )
    with killed():
        probed.runner.run(run_id)

    probed.new_runner().run(run_id)

    assert probed.view(run_id).output.values == {"log": "ab"}


def test_turns_and_checkpoints_are_not_repeated(probed: Bench, probe: Probe) -> None:
    probe.deaths["y2"] = Killed()
    loop = call("loop", "probe:twice", each=["x", "y"], input={"name": "${{ each.value }}"})
    run_id = probed.start({"steps": [loop], "output": {"all": "${{ steps.loop.output.all }}"}})
    with killed():
        probed.runner.run(run_id)

    probed.new_runner().run(run_id)

    assert probe.calls == ["x1", "x2", "y1", "y2", "y2"]
    assert probed.view(run_id).output.values == {"all": [["x1", "x2"], ["y1", "y2"]]}


def test_run_killed_after_a_failure_stays_failed(probed: Bench, probe: Probe) -> None:
    probe.deaths = {"a": InputError("No."), "b": Killed()}
    run_id = probed.start({"steps": [call("a"), call("b", **{"if": "${{ always() }}"})]})
    with killed():
        probed.runner.run(run_id)

    probed.new_runner().run(run_id)

    view = probed.view(run_id)
    assert probe.calls == ["a", "b", "b"]
    assert view.status == "failed"
    assert view.error is not None
    assert (view.error.message, view.error.step) == ("No.", "a")


def test_a_step_that_loses_the_database_does_not_fail_but_is_done_again(probed: Bench, probe: Probe) -> None:
    probe.deaths["b"] = OperationalError("UPDATE", {}, Exception("server closed the connection unexpectedly"))
    run_id = probed.start({"steps": [call("a"), call("b"), call("c")]})
    with pytest.raises(OperationalError):
        probed.runner.run(run_id)
    assert probed.view(run_id).status == "processing"

    probed.new_runner().run(run_id)

    assert probe.calls == ["a", "b", "b", "c"]
    assert probed.view(run_id).status == "completed"


def test_run_that_ends_every_process_is_given_up(probed: Bench, probe: Probe) -> None:
    run_id = probed.start({"steps": [call("a")]})
    for _ in range(MAX_STARTS):
        probe.deaths["a"] = Killed()
        with killed():
            probed.runner.run(run_id)

    probed.runner.run(run_id)

    view = probed.view(run_id)
    assert view.status == "failed"
    assert view.error is not None
    assert "5 times" in view.error.message


def test_process_that_lost_its_run_writes_nothing_more(probed: Bench, probe: Probe) -> None:
    """The slow first process comes back while the second one has finished the run."""
    taken = threading.Event()

    def slow(context: ActionContext, given: Named) -> Mapping[str, Any]:
        probe.calls.append(given.name)
        if not taken.is_set():
            taken.set()
            probed.new_runner().run(context.run_id)
        return {"name": given.name}

    probed.registry._actions["probe:call"] = replace(probed.registry.get("probe:call"), run=slow)
    run_id = probed.start({"steps": [call("a"), call("b")]})

    probed.runner.run(run_id)

    assert probe.calls == ["a", "a", "b"]
    assert probed.view(run_id).status == "completed"
    assert probed.messages(run_id).count("Finished step probe:call") == 2


def test_what_was_made_is_told_when_a_later_step_fails(probed: Bench, probe: Probe) -> None:
    probe.deaths["b"] = InputError("No room.")
    run_id = probed.start({"steps": [call("a"), call("b")]})

    probed.runner.run(run_id)

    assert probed.view(run_id).created == (
        Made("thing", "a", "https://things/a"),
        Made("thing", "b", "https://things/b"),
    )


def test_retry_goes_on_from_the_failed_step(probed: Bench, probe: Probe) -> None:
    probe.deaths["b"] = InputError("No room.")
    run_id = probed.start(
        {
            "steps": [
                call("a", "probe:write"),
                call("b", "probe:write"),
                call("c"),
                call("clean", **{"if": "${{ always() }}"}),
                {"id": "read", "action": "fs:read", "input": {"path": "log"}},
            ],
            "output": {"log": "${{ steps.read.output.content }}"},
        }
    )
    probed.runner.run(run_id)
    assert probed.view(run_id).status == "failed"

    with probed.database.unit_of_work() as uow:
        view = probed.scaffolder.retry(uow, run_id, JANE)
    assert (view.status, view.attempt) == ("open", 2)
    assert [s.status for s in view.steps] == ["completed", "open", "open", "open", "open"]
    probed.runner.run(run_id)

    view = probed.view(run_id)
    assert probe.calls == ["a", "b", "clean", "b", "c", "clean"]
    assert view.status == "completed"
    assert view.error is None
    assert view.output.values == {"log": "ab"}
    with probed.database.read() as connection:
        types = [e.type for e in probed.scaffolder.log(connection, run_id)]
    assert types.count("completion") == 1
    assert types.count("recovered") == 1


@pytest.mark.parametrize("status", ["open", "processing", "completed"])
def test_retry_is_for_runs_that_failed(probed: Bench, status: str) -> None:
    run_id = probed.start({"steps": []})
    with probed.database.write() as connection:
        connection.execute(runs.update().values(status=status))

    with (
        probed.database.unit_of_work() as uow,
        pytest.raises(ConflictError, match=f"Task with taskId {run_id} cannot be retried"),
    ):
        probed.scaffolder.retry(uow, run_id, JANE)


def test_secrets_go_when_the_run_ends(probed: Bench) -> None:
    run_id = probed.start({"steps": [{"action": "debug:log"}]}, secrets={"tok": "s3cr3t"})
    with probed.database.read() as connection:
        sealed = connection.execute(select(runs.c.secrets)).scalar_one()
    assert sealed
    assert "s3cr3t" not in sealed

    probed.runner.run(run_id)

    with probed.database.read() as connection:
        assert connection.execute(select(runs.c.secrets)).scalar_one() is None


def test_retry_asks_for_the_secrets_again(probed: Bench, probe: Probe) -> None:
    probe.deaths["s3cr3t"] = InputError("No.")
    run_id = probed.start({"steps": [call("${{ secrets.tok }}")]}, secrets={"tok": "s3cr3t"})
    probed.runner.run(run_id)

    with probed.database.unit_of_work() as uow, pytest.raises(InputError, match="Enter again: tok"):
        probed.scaffolder.retry(uow, run_id, JANE)
    with probed.database.unit_of_work() as uow:
        probed.scaffolder.retry(uow, run_id, JANE, {"tok": "n3wer"})
    probed.runner.run(run_id)

    assert probe.calls == ["s3cr3t", "n3wer"]


def test_secret_in_an_output_reaches_the_next_step_but_no_table(probed: Bench, probe: Probe) -> None:
    steps_ = [
        {"id": "a", "action": "probe:call", "input": {"name": "${{ secrets.tok }}"}},
        {"id": "b", "action": "probe:call", "input": {"name": "again ${{ steps.a.output.name }}"}},
    ]
    probe.deaths["again s3cr3t"] = Killed()
    run_id = probed.start({"steps": steps_}, secrets={"tok": "s3cr3t"})
    with killed():
        probed.runner.run(run_id)
    with probed.database.read() as connection:
        kept = [connection.execute(select(t)).all() for t in (runs, steps, checkpoints)]
    assert "s3cr3t" not in str(kept)

    probed.new_runner().run(run_id)

    assert probe.calls == ["s3cr3t", "again s3cr3t", "again s3cr3t"]
    assert "s3cr3t" not in str(probed.view(run_id))


def test_archive_of_a_completed_run_is_not_kept(probed: Bench) -> None:
    run_id = probed.start({"steps": [call("a", "probe:write")]})
    probed.runner.run(run_id)

    with probed.database.read() as connection:
        assert connection.execute(select(workspaces)).all() == []


def test_defect_of_an_action_fails_the_run_without_its_details(probed: Bench, probe: Probe) -> None:
    probe.deaths["a"] = ZeroDivisionError("in /secret/place")
    run_id = probed.start({"steps": [call("a")]})

    probed.runner.run(run_id)

    view = probed.view(run_id)
    assert view.error is not None
    assert view.error.message == "Something went wrong on our side while the step ran. (ZeroDivisionError)"
    assert "/secret/place" not in "\n".join(probed.messages(run_id))


def test_step_that_takes_too_long_fails(probed: Bench) -> None:
    quick = replace(probed.registry.get("debug:wait"), timeout=0.05)
    probed.registry._actions["debug:wait"] = quick
    run_id = probed.start({"steps": [{"action": "debug:wait", "input": {"minutes": 5}}]})

    probed.runner.run(run_id)

    view = probed.view(run_id)
    assert view.error is not None
    assert view.error.name == "TimeoutError"


def test_failing_watcher_does_not_fail_the_run(probed: Bench) -> None:
    def broken(_run_id: str) -> None:
        raise ConnectionError("Slack is gone")

    run_id = probed.start({"steps": [{"action": "debug:log"}]})

    probed.new_runner(broken).run(run_id)

    assert probed.view(run_id).status == "completed"


def test_unknown_run_is_named(probed: Bench) -> None:
    with probed.database.read() as connection, pytest.raises(NotFoundError, match="No task with id 'nope' found"):
        probed.scaffolder.run_view(connection, "nope")


def test_last_lines_of_the_failing_step_are_shown(probed: Bench) -> None:
    steps_ = [
        {"id": "talk", "action": "debug:log", "each": list("abcdefgh"), "input": {"message": "${{ each.value }}"}},
        {"id": "fail", "action": "fs:read", "input": {"path": "nope"}},
    ]
    view = probed.run(steps_)

    assert view.steps[0].last_lines[-1] == "h"
    assert len(view.steps[0].last_lines) < 8
    assert view.steps[1].last_lines == ("NotFoundError: ENOENT: no such file, nope",)


def test_template_for_a_group_is_offered_to_that_group(probed: Bench) -> None:
    probed.template({"steps": []}, annotations={"callboard.dev/run-by": "team-b, user:default/bob"})

    with probed.database.read() as connection:
        assert probed.scaffolder.templates(connection, JANE) == []
        assert [t.ref for t in probed.scaffolder.templates(connection, BOB)] == ["template:default/t1"]
        with pytest.raises(NotAllowedError):
            probed.scaffolder.template(connection, "t1", JANE)


def test_old_run_gives_its_room_back_and_is_not_retried(probed: Bench, probe: Probe, tmp_path: Path) -> None:
    probe.deaths["b"] = InputError("No.")
    run_id = probed.start({"steps": [call("a", "probe:write"), call("b")]})
    probed.runner.run(run_id)
    left = tmp_path / "data/workspaces/x.12345678"
    left.mkdir()

    probed.runner.prune(before=time.time() + 60)

    assert not left.exists()
    with probed.database.read() as connection:
        assert connection.execute(select(workspaces.c.archive)).scalar_one() == b""
    with probed.database.unit_of_work() as uow, pytest.raises(ConflictError, match="too old"):
        probed.scaffolder.retry(uow, run_id, JANE)


def test_young_run_keeps_its_workspace(probed: Bench, probe: Probe) -> None:
    probe.deaths["b"] = InputError("No.")
    run_id = probed.start({"steps": [call("a", "probe:write"), call("b")]})
    probed.runner.run(run_id)

    probed.runner.prune(before=time.time() - 60)

    with probed.database.unit_of_work() as uow:
        assert probed.scaffolder.retry(uow, run_id, JANE).status == "open"


def test_text_that_no_database_holds_is_kept_without_it(probed: Bench) -> None:
    steps_ = [
        {
            "id": "write",
            "action": "roadiehq:utils:fs:write",
            "input": {
                "path": "a.json",
                "content": '{"a": "x\\u0000y", "b": "\\ud83d", "n": 123456789012345678901234567890}',
            },
        },
        {"id": "read", "action": "roadiehq:utils:fs:parse", "input": {"path": "a.json"}},
        {"action": "debug:log", "input": {"message": "${{ steps.read.output.content.a }}"}},
    ]

    view = probed.run(steps_, output={"found": "${{ steps.read.output.content }}"})

    assert view.error is None
    assert view.output.values["found"]["a"] == "x\ufffdy"
    assert "x\ufffdy" in probed.messages(view.id)
