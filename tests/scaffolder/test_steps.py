"""Step control, as Backstage's runner does it."""

from typing import Any

import pytest

from callboard.errors import CallboardError, InputError, NotFoundError
from scaffolder.model import RunView
from tests.scaffolder.bench import JANE, Bench


def log_step(message: str = "ran", **more: Any) -> dict[str, Any]:
    return {"id": "log", "action": "debug:log", "input": {"message": message}, **more}


def statuses(view: RunView) -> list[str]:
    return [s.status for s in view.steps]


def said(bench: Bench, view: RunView) -> str:
    return "\n".join(bench.messages(view.id))


def test_message_is_rendered(local: Bench) -> None:
    view = local.run([log_step("hello ${{ parameters.name | upper }}")], {"name": "svc"})

    assert "hello SVC" in said(local, view)


def test_output_link_is_rendered(local: Bench) -> None:
    output = {"links": [{"title": "There", "url": "https://x/${{ parameters.name }}"}]}

    view = local.run([], {"name": "svc"}, output=output)

    assert view.output.links[0].url == "https://x/svc"
    assert view.output.values == {"links": [{"title": "There", "url": "https://x/svc"}]}


def test_failure_skips_what_follows_unless_it_asks_for_it(local: Bench) -> None:
    steps: list[dict[str, Any]] = [
        {"id": "a", "action": "debug:log"},
        {"id": "b", "action": "fs:rename", "input": {"files": [{"from": "nope", "to": "x"}]}},
        {"id": "c", "action": "debug:log"},
        {"id": "d", "action": "debug:log", "if": "${{ always() }}"},
        {"id": "e", "action": "debug:log", "if": "${{ failure() }}"},
    ]

    view = local.run(steps)

    assert statuses(view) == ["completed", "failed", "skipped", "completed", "completed"]
    assert view.status == "failed"
    assert view.error is not None
    assert view.error.step == "b"
    assert "ENOENT: no such file or directory, nope" in view.error.message
    assert "Skipping step c because a previous step failed" in said(local, view)
    assert local.messages(view.id)[-1] == "Run completed with status: failed"


def test_step_for_failures_is_skipped_when_all_is_well(local: Bench) -> None:
    view = local.run([log_step(), {"id": "e", "action": "debug:log", "if": "${{ failure() }}"}])

    assert statuses(view) == ["completed", "skipped"]
    assert view.status == "completed"


@pytest.mark.parametrize(
    "condition", [False, "", "${{ parameters.missing }}", "${{ parameters.zero }}", "${{ parameters.none }}"]
)
def test_false_condition_skips(local: Bench, condition: Any) -> None:
    view = local.run([log_step(**{"if": condition})], {"zero": 0, "none": []})

    assert statuses(view) == ["skipped"]
    assert "Skipping step log because its if condition was false" in said(local, view)


@pytest.mark.parametrize("condition", [True, "false", "${{ parameters.zero }}", "${{ parameters.object }}"])
def test_other_conditions_let_a_step_run(local: Bench, condition: Any) -> None:
    view = local.run([log_step(**{"if": condition})], {"zero": "0", "object": {}})

    assert statuses(view) == ["completed"]


def test_condition_that_is_no_expression_lets_its_step_run_and_is_told(local: Bench) -> None:
    view = local.run([log_step(**{"if": "${{ parameters.a && true }}"})])

    assert statuses(view) == ["completed"]
    assert "The text stays as it is: ${{ parameters.a && true }}" in said(local, view)


@pytest.mark.parametrize(
    ("items", "expected"),
    [(["a", "b"], ["v=a k=0", "v=b k=1"]), ({"a": 1, "b": 2}, ["v=1 k=a", "v=2 k=b"]), ([], [])],
)
def test_loop_runs_once_for_each_item(local: Bench, items: Any, expected: list[str]) -> None:
    step = log_step("v=${{ each.value }} k=${{ each.key }}", each="${{ parameters.items }}")

    view = local.run([step], {"items": items})

    assert statuses(view) == ["completed"]
    assert [m for m in local.messages(view.id) if m.startswith("v=")] == expected


def test_loop_over_a_text_is_refused(local: Bench) -> None:
    view = local.run([log_step(each="x")])

    assert view.error is not None
    assert view.error.name == "InputError"
    assert view.error.message == "Invalid value on action debug:log.each parameter, must resolve to an array or object"


def test_condition_of_a_loop_is_asked_for_each_item(local: Bench) -> None:
    step = log_step("v=${{ each.value }}", each=["a", "b"], **{"if": '${{ each.value !== "a" }}'})

    view = local.run([step])

    assert [m for m in local.messages(view.id) if m.startswith("v=")] == ["v=b"]
    assert 'Skipping step each: {"key": "0", "value": "a"}' in said(local, view)


def test_outputs_of_a_loop_are_lists(local: Bench) -> None:
    local.file("files/a", "1")
    local.file("files/b", "2")
    steps = [
        {"action": "fetch:plain", "input": {"url": "./files"}},
        {"id": "read", "action": "fs:read", "each": ["a", "b"], "input": {"path": "${{ each.value }}"}},
    ]

    view = local.run(steps, output={"all": "${{ steps.read.output.content }}"})

    assert view.output.values == {"all": ["1", "2"]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"files": "x"}, "Invalid input passed to action fs:delete, instance.files is not of a type(s) array"),
        ({"files": [1]}, "Invalid input passed to action fs:delete, instance.files[0] is not of a type(s) string"),
    ],
)
def test_input_of_the_wrong_type_is_named(local: Bench, given: Any, expected: str) -> None:
    view = local.run([{"action": "fs:delete", "input": given}])

    assert view.error is not None
    assert view.error.message == expected


def test_missing_input_is_named_when_an_expression_takes_it_away(local: Bench) -> None:
    view = local.run([{"action": "fs:delete", "input": {"files": "${{ parameters.nope }}"}}])

    assert view.error is not None
    assert view.error.message == 'Invalid input passed to action fs:delete, instance requires property "files"'


def test_step_without_id_and_name_gets_both(local: Bench) -> None:
    view = local.run([{"action": "debug:log"}])

    assert (view.steps[0].id, view.steps[0].name) == ("step-1", "debug:log")
    assert "Beginning step debug:log" in said(local, view)
    assert "Finished step debug:log" in said(local, view)


def test_secret_is_masked_in_the_log_and_absent_from_the_output(local: Bench) -> None:
    view = local.run(
        [log_step("token ${{ secrets.tok }}")],
        secrets={"tok": "s3cr3t"},
        output={"token": "${{ secrets.tok }}", "name": "x"},
    )

    assert "token ***" in said(local, view)
    assert "s3cr3t" not in said(local, view)
    assert view.output.values == {"name": "x"}


def test_links_and_texts_depend_on_their_condition(local: Bench) -> None:
    output = {
        "links": [
            {"title": "no", "url": "https://x", "if": '${{ parameters.a == "c" }}'},
            {"title": "never", "url": "https://x", "if": False},
            {"title": "yes", "url": "https://x", "if": True},
        ],
        "text": [{"title": "kept", "content": "c", "if": "${{ parameters.undefined }}"}],
    }

    view = local.run([], {"a": "b"}, output=output)

    assert view.output.values == {
        "links": [{"title": "yes", "url": "https://x"}],
        "text": [{"title": "kept", "content": "c"}],
    }


def test_old_output_keys_become_links(local: Bench) -> None:
    view = local.run([], output={"remoteUrl": "https://git/x", "entityRef": "component:default/x"})

    assert [(link.title, link.url, link.entity_ref) for link in view.output.links] == [
        ("Repository", "https://git/x", None),
        ("View in catalog", None, "component:default/x"),
    ]


def test_entity_is_fetched(local: Bench) -> None:
    steps = [{"id": "f", "action": "catalog:fetch", "input": {"entityRef": "component:default/petstore"}}]

    view = local.run(steps, output={"name": "${{ steps.f.output.entity.metadata.name }}"})

    assert view.output.values == {"name": "Petstore"}


def test_missing_entity_is_answered_with_near_names(local: Bench) -> None:
    view = local.run([{"action": "catalog:fetch", "input": {"entityRef": "component:petstor"}}])

    assert view.error is not None
    assert view.error.message == "Entity component:default/petstor not found Did you mean `component:default/petstore`?"


def test_unknown_input_is_ignored_and_told(local: Bench) -> None:
    view = local.run([{"action": "debug:log", "input": {"message": "x", "listWorkspce": True}}])

    assert view.status == "completed"
    assert "Input `listWorkspce` is not known to debug:log and is ignored; did you mean `listWorkspace`?" in said(
        local, view
    )


def test_unknown_action_is_refused_before_the_run_starts(local: Bench) -> None:
    with pytest.raises(InputError) as caught:
        local.start({"steps": [log_step(), {"id": "x", "action": "fs:renam"}]})

    assert "step 2 `x`: Template action with ID 'fs:renam' is not registered. Did you mean `fs:rename`" in str(
        caught.value
    )
    assert local.jobs.specs == []


def test_values_are_checked_before_the_run_starts(local: Bench) -> None:
    parameters = {"required": ["name"], "properties": {"name": {"type": "string"}, "n": {"type": "integer"}}}

    with pytest.raises(InputError) as caught:
        local.start({"steps": [], "parameters": parameters}, {"n": "x"})

    assert "name:" in str(caught.value)
    assert "n:" in str(caught.value)


def test_extra_values_are_kept(local: Bench) -> None:
    view = local.run([], {"extra": 1}, parameters={"properties": {"name": {"type": "string"}}})

    assert view.values == {"extra": 1}


def test_required_secret_is_asked_for(local: Bench) -> None:
    schema = {"type": "object", "required": ["tok"], "properties": {"tok": {"type": "string"}}}

    with pytest.raises(InputError, match=r"secrets\.tok is required"):
        local.start({"steps": [], "secrets": {"schema": schema}})


@pytest.mark.parametrize("ref", ["t1", "template:t1", "Template:default/T1"])
def test_template_is_found_by_its_short_forms(local: Bench, ref: str) -> None:
    local.template({"steps": []})

    with local.database.read() as connection:
        assert local.scaffolder.template(connection, ref, JANE).ref == "template:default/t1"


def test_unknown_template_is_answered_with_near_names(local: Bench) -> None:
    local.template({"steps": []}, "new-service")

    with (
        local.database.read() as connection,
        pytest.raises(NotFoundError, match="Template template:default/new-servic not found") as caught,
    ):
        local.scaffolder.template(connection, "new-servic", JANE)

    assert caught.value.hint == "Did you mean `template:default/new-service`?"


def test_component_is_no_template(local: Bench) -> None:
    with (
        local.database.read() as connection,
        pytest.raises(CallboardError, match="Invalid kind, only 'Template' kind is supported"),
    ):
        local.scaffolder.template(connection, "component:default/petstore", JANE)
