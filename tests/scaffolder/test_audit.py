"""Every run leaves a record: who, what, with which answers, and how it ended."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import delete

from callboard.chat import Actor
from callboard.errors import InputError
from scaffolder.actions.base import Action, ActionContext, Nothing
from scaffolder.audit.model import AuditRecord
from scaffolder.audit.repository import records
from scaffolder.tables import runs
from tests.scaffolder.bench import JANE, Bench

ADMIN = Actor("U9", "user:default/root", "Root", is_admin=True)
PAGE = {"properties": {"name": {"type": "string"}, "key": {"type": "string", "ui:field": "Secret"}}}


def found(bench: Bench, **which: Any) -> list[AuditRecord]:
    with bench.database.read() as connection:
        return records(connection, **which)


def test_run_is_recorded_with_its_answers_but_not_its_secrets(bench: Bench) -> None:
    steps = [{"action": "debug:log", "input": {"message": "${{ secrets.key }}"}}]
    values = {"name": "drinks with s3cr3t", "key": "***"}
    run_id = bench.start({"steps": steps, "parameters": PAGE}, values, secrets={"key": "s3cr3t"})

    (before,) = found(bench)
    bench.runner.run(run_id)
    (after,) = found(bench)

    assert (before.run_id, before.actor, before.outcome, before.ended_at) == (run_id, "user:default/jane", None, None)
    assert before.template_ref == "template:default/t1"
    assert before.version
    assert (before.answers, before.secret_names) == ({"name": "drinks with ***", "key": "***"}, ["key"])
    assert after.outcome == "completed"
    assert after.ended_at is not None
    assert after.at <= after.ended_at


def test_version_is_another_one_when_the_template_has_changed(bench: Bench) -> None:
    for message in ("one", "two", "two"):
        bench.start({"steps": [{"action": "debug:log", "input": {"message": message}}]})

    newest, middle, oldest = (r.version for r in found(bench))

    assert newest == middle != oldest


def test_each_attempt_is_recorded_with_who_asked_for_it_and_what_it_made(bench: Bench) -> None:
    def make(context: ActionContext, _given: Nothing) -> Mapping[str, Any] | None:
        context.made("repository", "acme/drinks", "https://example.com/acme/drinks")
        return None

    bench.registry._actions["test:make"] = Action("test:make", "Makes.", Nothing, make)
    steps = [{"action": "test:make"}, {"action": "fs:read", "input": {"path": "nothing"}}]
    run_id = bench.start({"steps": steps})
    bench.runner.run(run_id)
    with bench.database.unit_of_work() as uow:
        bench.scaffolder.retry(uow, run_id, ADMIN)
    bench.runner.run(run_id)

    second, first = found(bench, template="template:default/t1")

    assert [(r.attempt, r.actor, r.outcome) for r in (first, second)] == [
        (1, "user:default/jane", "failed"),
        (2, "user:default/root", "failed"),
    ]
    assert first.error == "ENOENT: no such file, nothing"
    assert [m["title"] for m in first.made] == ["acme/drinks"]
    assert [r.attempt for r in found(bench, actor="user:default/root")] == [2]


def test_cancelled_run_is_recorded_with_who_cancelled_it(bench: Bench) -> None:
    run_id = bench.start({"steps": [{"action": "debug:wait", "input": {"seconds": 60}}]})
    with bench.database.unit_of_work() as uow:
        bench.scaffolder.cancel(uow, run_id, ADMIN)

    (record,) = found(bench)

    assert (record.outcome, record.cancelled_by) == ("cancelled", "user:default/root")


def test_record_outlives_the_run(bench: Bench) -> None:
    run_id = bench.start({"steps": []})
    bench.runner.run(run_id)
    with bench.database.write() as connection:
        connection.execute(delete(runs).where(runs.c.id == run_id))

    assert [r.run_id for r in found(bench)] == [run_id]


def test_run_that_never_begins_is_not_recorded(bench: Bench) -> None:
    with pytest.raises(InputError), bench.database.unit_of_work() as uow:
        bench.scaffolder.start(
            uow, template_ref=bench.template({"steps": [{"action": "no:such"}]}), values={}, actor=JANE
        )

    assert found(bench) == []
