"""A dry run does everything but what can be seen from outside."""

from typing import Any

import pytest

from callboard.errors import InputError, NotAllowedError
from scaffolder.actions.base import ActionServices
from scaffolder.changes import changes
from scaffolder.dry_run import DryRun, dry_run
from tests.conftest import NoUrls
from tests.scaffolder.bench import JANE, Bench


def dry(local: Bench, steps: list[dict[str, Any]], values: dict[str, Any] | None = None, **spec: Any) -> DryRun:
    secrets = spec.pop("secret_values", None)
    ref = local.template({"steps": steps, **spec})
    with local.database.read() as connection:
        template = local.scaffolder.template(connection, ref, JANE)
    services = ActionServices(local.config, local.database, local.catalog, NoUrls())
    return dry_run(template, values=values or {}, registry=local.registry, services=services, secrets=secrets)


def messages(result: DryRun) -> str:
    return "\n".join(str(line["message"]) for line in result.log)


def test_files_are_shown(local: Bench) -> None:
    local.file("skeleton/${{ values.name }}.sh", "echo ${{ values.name }}", 0o755)
    step = {"action": "fetch:template", "input": {"url": "./skeleton", "values": {"name": "${{ parameters.n }}"}}}

    result = dry(local, [step], {"n": "x"})

    assert [(f.path, f.data, f.executable) for f in result.files] == [("x.sh", b"echo x", True)]
    assert result.error is None


def test_action_without_dry_run_is_skipped_and_gives_examples(local: Bench) -> None:
    steps = [
        {"id": "publish", "action": "publish:git", "input": {"repoUrl": "local?owner=a&repo=b"}},
        {"id": "r", "action": "catalog:register", "input": {"catalogInfoUrl": "${{ steps.publish.output.remoteUrl }}"}},
        {"action": "debug:log", "input": {"message": "at ${{ steps.publish.output.remoteUrl }}"}},
    ]

    result = dry(local, steps, output={"url": "${{ steps.publish.output.remoteUrl }}"})

    assert [s["status"] for s in result.steps] == ["skipped", "skipped", "completed"]
    assert "Skipping because catalog:register does not support dry-run" in messages(result)
    assert "at <example>" in messages(result)
    assert result.output.values == {"url": "<example>"}
    assert not local.remotes.exists()


def test_defaults_are_applied(local: Bench) -> None:
    parameters = {"properties": {"color": {"type": "string", "default": "red"}}}

    result = dry(local, [], parameters=parameters, output={"color": "${{ parameters.color }}"})

    assert result.output.values == {"color": "red"}


def test_inputs_are_told_without_secrets(local: Bench) -> None:
    step = {"action": "debug:log", "input": {"message": "key ${{ secrets.key }}"}}

    result = dry(local, [step], secret_values={"key": "s3cr3t"})

    assert '{"message": "key ***"}' in messages(result)
    assert "s3cr3t" not in messages(result)


def test_failing_step_is_told_with_its_cause(local: Bench) -> None:
    result = dry(local, [{"id": "d", "action": "fs:delete", "input": {"files": ["../x"]}}])

    assert isinstance(result.cause, NotAllowedError)
    assert result.error is not None
    assert result.error.step == "d"


def test_expression_that_fails_is_warned_of(local: Bench) -> None:
    result = dry(local, [{"action": "debug:log", "input": {"message": "${{ parameters.x | nofilter }}"}}])

    assert [line["level"] for line in result.log if 'Unknown template filter "nofilter"' in line["message"]] == ["warn"]


def test_unknown_action_is_refused(local: Bench) -> None:
    with pytest.raises(InputError, match="Template action with ID 'fs:renam' is not registered"):
        dry(local, [{"action": "fs:renam"}])


def test_problems_name_the_step_and_what_is_near(local: Bench) -> None:
    steps = [
        {"id": "fetch", "action": "fetch:template", "input": {"urll": "x"}},
        {"id": "log", "action": "debug:log", "input": {"message": "${{ steps.fetsh.output.x }} ${{ a | nope }}"}},
    ]
    ref = local.template({"steps": steps, "output": {"links": [{"url": "${{ steps.log.output.x }}"}]}})

    with local.database.read() as connection:
        problems = local.scaffolder.problems(local.scaffolder.template(connection, ref, JANE))

    assert [(p.severity, p.where, p.message) for p in problems][:2] == [
        ("error", "step 1 `fetch`", 'fetch:template needs the input "url".'),
        (
            "warning",
            "step 1 `fetch`",
            "Input `urll` is not known to fetch:template and is ignored; did you mean `url`?.",
        ),
    ]
    assert {p.where for p in problems[2:]} == {"step 2 `log`, input.message"}
    assert any('Unknown template filter "nope"' in p.message for p in problems)


def test_unknown_step_in_an_expression_is_named(local: Bench) -> None:
    steps = [
        {"id": "fetch", "action": "debug:log"},
        {"id": "log", "action": "debug:log", "input": {"message": "${{ steps['fetsh'].output.x }}"}},
    ]
    ref = local.template({"steps": steps})

    with local.database.read() as connection:
        (problem,) = local.scaffolder.problems(local.scaffolder.template(connection, ref, JANE))

    assert problem.message == "No earlier step has the id `fetsh`. Did you mean `fetch`?"


def test_source_that_does_not_answer_is_warned_of_and_left_out(local: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    steps = [
        {"id": "far", "action": "fetch:plain", "input": {"url": "https://github.com/acme/skeletons/tree/main/a"}},
        {"action": "roadiehq:utils:fs:write", "input": {"path": "near.txt", "content": "near"}},
    ]

    result = dry(local, steps)

    assert result.error is None
    assert [s["status"] for s in result.steps] == ["skipped", "completed"]
    (warning,) = [line["message"] for line in result.log if line.get("level") == "warn"]
    assert warning.startswith("Nothing came from outside: git fetch failed: ")
    assert [f.path for f in result.files] == ["near.txt"]


def test_run_fails_when_its_source_does_not_answer(local: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")

    view = local.run([{"action": "fetch:plain", "input": {"url": "https://github.com/acme/skeletons"}}])

    assert view.error is not None
    assert view.error.name == "ServiceUnavailableError"


def test_what_later_steps_change_of_fetched_files_is_shown_as_a_diff(local: Bench) -> None:
    local.file("files/owners.txt", "team-a\nteam-b\n")
    local.file("files/old.txt", "old\n")
    steps = [
        {"action": "fetch:plain", "input": {"url": "./files"}},
        {
            "action": "roadiehq:utils:fs:replace",
            "input": {"files": [{"file": "owners.txt", "find": "team-b", "replaceWith": "${{ secrets.key }}"}]},
        },
        {"action": "fs:delete", "input": {"files": ["old.txt"]}},
        {"action": "roadiehq:utils:fs:write", "input": {"path": "new.txt", "content": "new\n"}},
    ]

    result = dry(local, steps, secret_values={"key": "s3cr3t"})

    assert [(c.where, c.path, c.kind) for c in result.changes] == [
        ("workspace", "old.txt", "deleted"),
        ("workspace", "owners.txt", "modified"),
    ]
    assert [c.diff for c in result.changes] == [
        "--- a/old.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n",
        "--- a/owners.txt\n+++ b/owners.txt\n@@ -1,2 +1,2 @@\n team-a\n-team-b\n+***\n",
    ]


@pytest.mark.parametrize(
    ("old", "new", "diff"),
    [
        (b"a", b"b", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"),
        (b"a\0", b"a\0\0", "Not shown line by line: 2 bytes become 3 bytes\n"),
        (None, b"\xff\xfe", "Not shown line by line: 2 bytes\n"),
        (b"x\n" * 5_001, b"y\n", "Not shown line by line: 10,002 bytes become 2 bytes\n"),
    ],
)
def test_diff_of_what_is_no_short_text_is_said_in_words(old: bytes | None, new: bytes, diff: str) -> None:
    (change,) = changes("here", {} if old is None else {"f": old}, {"f": new})

    assert change.diff.split("\n", 2)[2] == diff
