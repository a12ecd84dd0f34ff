"""`callboard template …` as a person and as a program meet it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.commands import catalog, template
from bot.main import app
from callboard.errors import CallboardError

Run = Callable[..., Result]
TEAM = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team-a}\nspec: {type: team, children: []}\n"
JANE = "---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: jane}\nspec: {memberOf: [team-a]}\n"
TEMPLATE = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: new-service, title: New service, tags: [service], annotations: {callboard.dev/run-by: team-a}}
spec:
  type: service
  owner: team-a
  parameters:
    - title: About
      required: [name]
      properties:
        name: {type: string, title: Name, pattern: '^[a-z-]+$'}
        language: {type: string, enum: [go, python], default: go}
  steps:
    - id: fetch
      name: Fetch
      action: fetch:template
      input: {url: ./skeleton, values: {name: '${{ parameters.name }}'}}
    - {id: publish, action: 'publish:git', input: {repoUrl: 'local?owner=acme&repo=${{ parameters.name }}'}}
    - {action: 'debug:log', input: {message: 'token ${{ secrets.token }}'}}
  output:
    links: [{title: Repository, url: '${{ steps.publish.output.remoteUrl }}'}]
"""
for _module in (catalog, template):
    if not any(group.name == _module.__name__.rpartition(".")[2] for group in app.registered_groups):
        _module.register(app)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command over one template, its database in the test's folder."""
    (tmp_path / "team.yaml").write_text(TEAM + JANE, encoding="utf-8")
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "skeleton").mkdir()
    (tmp_path / "skeleton/README.md").write_text("# ${{ values.name }}\n", encoding="utf-8")
    config = {
        "callboard": {"dataDir": "data", "secretKey": "a key for tests"},
        "integrations": {"git": [{"host": "local", "directory": "remotes"}]},
        "catalog": {
            "locations": [{"type": "file", "target": f"{name}.yaml"} for name in ("team", "template")],
            "rules": [{"allow": ["Group", "User", "Template", "Location"]}],
        },
    }
    (tmp_path / "app-config.yaml").write_text(json.dumps(config), encoding="utf-8")

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, ["--config", str(tmp_path / "app-config.yaml"), *words], catch_exceptions=True)

    assert invoke("catalog", "ingest").exit_code == 0
    return lambda *words: invoke("template", *words)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def refusal(result: Result) -> str:
    assert isinstance(result.exception, CallboardError), result.output
    return result.exception.user_text


def test_templates_are_listed_for_those_who_may_run_them(run: Run) -> None:
    (row,) = lines(run("list", "--json", "--as", "jane"))

    assert (row["ref"], row["title"], row["owner"]) == (
        "template:default/new-service",
        "New service",
        "group:default/team-a",
    )


def test_unknown_user_is_answered_with_near_ones(run: Run) -> None:
    assert refusal(run("list", "--as", "jan")) == (
        "There is no user:default/jan in the catalog. Did you mean `user:default/jane`?"
    )


def test_template_is_shown_with_its_questions(run: Run) -> None:
    (row,) = lines(run("show", "new-service", "--json"))

    assert [(f["page"], f["name"], f["required"]) for f in row["fields"]] == [
        ("About", "name", True),
        ("About", "language", False),
    ]
    assert [s["action"] for s in row["steps"]] == ["fetch:template", "publish:git", "debug:log"]
    assert row["problems"] == []


def test_run_ends_with_its_links(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "s3cr3t")

    result = run("run", "new-service", "--set", "name=drinks", "--secret", "token=TOKEN", "--as", "jane")

    assert result.exit_code == 0, result.output
    assert f"Repository: {(tmp_path / 'remotes/acme/drinks.git').as_uri()}" in result.stdout
    assert "token ***" in result.stderr
    assert "s3cr3t" not in result.output
    assert (tmp_path / "remotes/acme/drinks/README.md").read_text() == "# drinks\n"


def test_values_come_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("name: drinks\nlanguage: python\n")

    (row,) = lines(run("run", "new-service", "--values", str(tmp_path / "values.yaml"), "--json"))

    assert row["status"] == "completed"
    assert row["created"][0]["title"] == "acme/drinks"


def test_failing_run_has_an_exit_code(run: Run) -> None:
    run("run", "new-service", "--set", "name=drinks")

    result = run("run", "new-service", "--set", "name=drinks", "--json")

    assert result.exit_code == 1
    (row,) = lines(result)
    assert "exists already" in row["error"]["message"]


def test_wrong_answer_is_named(run: Run) -> None:
    assert "name:" in refusal(run("run", "new-service", "--set", "name=Drinks!"))


@pytest.mark.parametrize("named", ["new-service", "file"])
def test_dry_run_lists_files_and_makes_nothing(run: Run, tmp_path: Path, named: str) -> None:
    ref = str(tmp_path / "template.yaml") if named == "file" else named

    result = run("dry-run", ref, "--set", "name=drinks", "--into", str(tmp_path / "out"))

    assert result.exit_code == 0, result.output
    assert "README.md" in result.stdout
    assert (tmp_path / "out/README.md").read_text() == "# drinks\n"
    assert not (tmp_path / "remotes").exists()


def test_actions_are_listed_and_shown(run: Run) -> None:
    ids = [row["id"] for row in lines(run("actions", "--json"))]

    assert ids == sorted(ids)
    assert {"fetch:template", "publish:git", "publish:github", "catalog:register"} <= set(ids)
    shown = run("actions", "fs:rename").stdout
    assert "* files" in shown
    assert "# Move a file" in shown


def test_unknown_action_is_answered_with_near_ones(run: Run) -> None:
    assert "Did you mean `fs:rename`" in refusal(run("actions", "fs:renam"))


def test_dry_run_of_a_file_reads_its_pages_and_steps_from_other_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps/log.yaml").write_text("action: debug:log\ninput: {message: 'hello ${{ parameters.name }}'}\n")
    (tmp_path / "apart.yaml").write_text(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: apart}\n"
        "spec:\n  type: service\n  steps:\n    - $yaml: ./steps/log.yaml\n"
    )

    result = run("dry-run", str(tmp_path / "apart.yaml"), "--set", "name=drinks")

    assert result.exit_code == 0, result.output
    assert "hello drinks" in result.stderr


def test_dry_run_of_a_file_names_the_line_of_a_missing_part(run: Run, tmp_path: Path) -> None:
    (tmp_path / "apart.yaml").write_text(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: apart}\n"
        "spec:\n  type: service\n  steps:\n    - $yaml: ./log.yaml\n"
    )

    assert "apart.yaml:7: Placeholder $yaml could not read ./log.yaml" in refusal(
        run("dry-run", str(tmp_path / "apart.yaml"))
    )


def test_audit_tells_who_ran_what_and_how_it_ended(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "s3cr3t")
    for _ in range(2):  # the second one finds its repository taken
        run("run", "new-service", "--set", "name=drinks", "--secret", "token=TOKEN", "--as", "jane")

    newest, first = lines(run("audit", "new-service", "--user", "jane", "--json"))

    assert (first["actor"], first["outcome"], first["answers"]["name"]) == ("user:default/jane", "completed", "drinks")
    assert [m["title"] for m in first["made"]] == ["acme/drinks"]
    assert newest["outcome"] == "failed"
    assert "exists already" in newest["error"]
    assert "s3cr3t" not in json.dumps([newest, first])
    assert "completed" in run("audit").stdout
    assert run("audit", "other").stdout == "No runs.\n"


def test_dry_run_prints_what_changes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "changing.yaml").write_text(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: changing}\nspec:\n"
        "  type: service\n  steps:\n    - {action: 'fetch:plain', input: {url: ./skeleton}}\n"
        "    - {action: 'roadiehq:utils:fs:append', input: {path: README.md, content: \"more\\n\"}}\n"
    )

    result = run("dry-run", str(tmp_path / "changing.yaml"))

    assert result.exit_code == 0, result.output
    assert "Changes of workspace:\n--- a/README.md\n+++ b/README.md\n@@ -1 +1,2 @@\n" in result.stdout
    assert result.stdout.rstrip().endswith("+more")


def test_what_is_wrong_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(
        "apiVersion: scaffolder.backstage.io/v1beta3\n"
        "kind: Template\n"
        "metadata:\n"
        "  name: wrong\n"
        "spec:\n"
        "  type: service\n"
        "  parameters:\n"
        "    - title: About\n"
        "      properties:\n"
        "        name:\n"
        "          type: string\n"
        "        chart:\n"
        "          type: string\n"
        "          ui:field: ChartPicker\n"
        "  steps:\n"
        "    - id: get\n"
        "      action: fetch:templat\n"
        "    - id: log\n"
        "      action: debug:log\n"
        "      input:\n"
        "        message: ${{ steps.gett.output.x }}\n"
    )
    file = tmp_path / "wrong.yaml"

    told = run("show", str(file)).stderr.splitlines()
    (row,) = lines(run("show", str(file), "--json"))

    assert [line.partition(": ")[0] for line in told] == [f"{file}:{n}" for n in (17, 12, 21)]
    assert "error: step 1 `get`: Template action with ID 'fetch:templat' is not registered." in told[0]
    assert "warning: page 1 “About”, field `chart`: The field `ChartPicker` is not known here" in told[1]
    assert "warning: step 2 `log`, input.message: No earlier step has the id `gett`. Did you mean `get`?" in told[2]
    assert [p["at"] for p in row["problems"]] == [f"{file}:{n}" for n in (17, 12, 21)]


@pytest.mark.parametrize("reached", ["by a named folder", "by the work tree", "not at all"])
def test_file_may_fetch_what_lies_beside_its_folder_in_its_repository(run: Run, tmp_path: Path, reached: str) -> None:
    (tmp_path / "repo/templates/a").mkdir(parents=True)
    (tmp_path / "repo/skeletons").mkdir()
    (tmp_path / "repo/skeletons/a.txt").write_text("a\n")
    (tmp_path / "repo/templates/a/template.yaml").write_text(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: a}\nspec:\n"
        "  type: service\n  steps:\n    - {action: 'fetch:plain', input: {url: ../../skeletons}}\n"
    )
    if reached == "by the work tree":
        (tmp_path / "repo/.git").mkdir()
    named = ["--root", str(tmp_path / "repo")] if reached == "by a named folder" else []

    result = run("dry-run", str(tmp_path / "repo/templates/a/template.yaml"), *named)

    assert result.exit_code == (1 if reached == "not at all" else 0), result.output
    assert ("a.txt" in result.stdout) == (reached != "not at all")
