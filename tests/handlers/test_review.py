"""The last page of a form: where to report to, secrets, a preview, and what a start leaves."""

from dataclasses import replace

import pytest

from callboard.chat import Actor
from handlers.run_jobs import SHOW
from scaffolder.drafts import repository as drafts
from tests.handlers.person import Person, services_of
from tests.handlers.two_pages import NAME, parameters_of, runs, template
from tests.scaffolder.bench import JANE, Bench

TOM = Actor("U2", "user:default/tom", "Tom")


def test_the_place_to_report_to_is_chosen_on_the_review(jane: Person, bench: Bench) -> None:
    jane.start(template(bench, [{"properties": {}}]), channel="D1")
    jane.submit()
    jane.state["create.place"] = {"create.value": {"type": "conversations_select", "selected_conversation": "C9"}}
    jane.submit()

    assert bench.view(next(iter(runs(bench)))).conversation == {"channel": "C9", "user": JANE.id}


def test_what_a_run_needs_of_chat_is_enqueued_with_it(jane: Person, bench: Bench) -> None:
    jane.start(template(bench, [{"properties": {}}]))
    jane.submit()
    jane.submit()

    (run_id,) = runs(bench)
    assert [set(s) for s in bench.jobs.specs] == [{"run"}, {"run"}]
    assert SHOW == "runs.show"
    assert bench.view(run_id).status == "open"


SECRET = {
    "properties": {**NAME, "token": {"type": "string", "ui:field": "Secret", "title": "Token"}},
    "required": ["token"],
}


def test_a_secret_is_asked_on_the_review_and_never_kept_in_the_draft(jane: Person, bench: Bench) -> None:
    jane.start(template(bench, [SECRET]))
    jane.enter("name", value="a")
    jane.submit()
    assert jane.submit() is False
    jane.state["secret:token"] = {"create.value": {"type": "plain_text_input", "value": "hunter2-hunter2"}}
    jane.submit()

    assert jane.callback == "create.started"
    assert parameters_of(bench) == {"name": "a", "token": "********"}
    (run_id,) = runs(bench)
    assert bench.view(run_id).secret_names == ("token",)
    with bench.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM scaffolder_drafts").all()
        stored = str(connection.exec_driver_sql("SELECT spec, secrets FROM scaffolder_runs").all())
    assert rows == []
    assert "hunter2" not in stored


def test_without_a_key_secrets_are_not_taken_at_all(bench: Bench) -> None:
    bench.catalog.sync_locations()
    keyless = bench.config.model_copy(
        update={"callboard": bench.config.callboard.model_copy(update={"secret_key": None})}
    )
    jane = Person(services_of(bench, config=keyless))
    jane.start(template(bench, [SECRET]))
    jane.enter("name", value="a")
    jane.submit()
    jane.submit()

    assert "callboard.secretKey" in jane.text
    assert not runs(bench)


def test_a_failed_start_leaves_the_draft_where_it_was(jane: Person, bench: Bench) -> None:
    ref = bench.template({"parameters": [{"properties": NAME}], "steps": [{"action": "no:such:action"}]})
    jane.start(ref)
    jane.enter("name", value="a")
    jane.submit()
    jane.submit()

    assert "no:such:action" in jane.text
    assert jane.callback == "create.review"
    with bench.database.read() as connection:
        assert drafts.latest(connection, JANE.id, ref) is not None


@pytest.mark.parametrize("again", [False, True])
def test_a_run_again_starts_at_the_review_with_the_same_answers(*, jane: Person, bench: Bench, again: bool) -> None:
    jane.start(template(bench))
    jane.enter("name", value="same")
    jane.submit()
    jane.submit()
    jane.submit()
    (run_id,) = runs(bench)
    bench.runner.run(run_id)
    other = Person(jane.services, replace(JANE, id="U3") if again else JANE)
    other.take(other.act("run.again", value=f'{{"v":1,"run":"{run_id}"}}'))
    assert other.callback == "create.review"
    other.submit()

    assert parameters_of(bench) == {"name": "same", "database": False}
    assert len(runs(bench)) == 2


def test_the_review_offers_a_preview_that_comes_later(jane: Person, bench: Bench) -> None:
    jane.start(template(bench))
    jane.enter("name", value="good-name")
    jane.submit()
    jane.submit()
    jane.click("Preview")

    assert jane.callback == "create.review"
    assert "send you the files and changes" in jane.text
    (spec,) = bench.jobs.specs
    assert spec["actor"]["ref"] == "user:default/jane"
    assert runs(bench) == set()
    jane.submit()
    assert jane.callback == "create.started"


def test_there_is_no_preview_of_answers_that_are_wrong(jane: Person, bench: Bench) -> None:
    ref = template(bench)
    jane.start(ref)
    jane.enter("name", value="good-name")
    jane.submit()
    jane.submit()
    template(bench, [{"title": "First", "required": ["other"], "properties": {"other": {"type": "string"}}}])
    jane.click("Preview")

    assert ":warning:" in jane.text
    assert list(bench.jobs.specs) == []
