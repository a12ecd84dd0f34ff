"""`callboard ask`, as a person and as a program use it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.commands import ask as command
from bot.main import app
from bot.runtime import runtime_from_files
from callboard.errors import CallboardError, InputError

_DEMO = Path(__file__).parents[2] / "demo" / "catalog" / "all.yaml"
Run = Callable[..., Result]
if not any(c.name == "ask" for c in app.registered_commands):
    command.register(app)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The config of a database that holds the demo."""
    folder = tmp_path_factory.mktemp("ask")
    kinds = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"]
    locations = [{"type": "file", "target": str(_DEMO), "rules": [{"allow": kinds}]}]
    path = folder / "app-config.yaml"
    path.write_text(json.dumps({"callboard": {"dataDir": "data"}, "catalog": {"locations": locations}}), "utf-8")
    runtime = runtime_from_files([path])
    runtime.migrate()
    runtime.catalog.sync_locations()
    runtime.close()
    return path


@pytest.fixture
def run(config: Path) -> Run:
    def invoke(*words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, ["--config", str(config), "ask", *words], input=stdin)

    return invoke


def _json(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _error(result: Result) -> CallboardError:
    assert isinstance(result.exception, CallboardError)
    return result.exception


def test_a_question_is_answered_with_its_source(run: Run) -> None:
    result = run("who", "owns", "checkuot?")
    assert result.exit_code == 0
    assert "owned by Checkout" in result.stdout
    assert "catalog-info.yaml:" in result.stdout


def test_an_answer_as_json_has_the_promised_shape(run: Run) -> None:
    found = _json(run("--json", "how many apis does team-data own"))
    assert set(found) == {"intent", "entities", "confidence", "text", "items", "evidence", "suggestions"}
    assert found["intent"] == "count"
    assert found["entities"] == ["group:default/team-data"]
    assert len(found["items"]) == 4
    assert "4" in found["text"]
    assert {"ref", "title"} <= set(found["items"][0])
    assert found["evidence"][0]["line"] >= 1


@pytest.mark.parametrize(
    "who", ["user:default/nora.finch", "nora.finch", "nora.finch@gods-and-stalls.example", "U07FINCH000"]
)
def test_who_asks_is_a_ref_an_address_or_a_slack_id(run: Run, who: str) -> None:
    found = _json(run("--json", "--as", who, "which teams am I in"))
    assert [i["ref"] for i in found["items"]] == ["group:default/team-checkout"]


def test_what_was_asked_before_is_known(run: Run) -> None:
    found = _json(run("--json", "--before", "who owns postbox", "--before", "and payouts?", "who is on call?"))
    assert (found["intent"], found["entities"]) == ("oncall", ["component:default/payouts"])


def test_an_unknown_person_is_named(run: Run) -> None:
    assert "No" in (error := _error(run("--as", "nobody.here", "my apis"))).message or "no User" in error.message


def test_a_question_and_a_file_are_not_both_taken(run: Run) -> None:
    assert isinstance(_error(run()), InputError)
    assert isinstance(_error(run("--batch", "x.jsonl", "who owns x")), InputError)


def test_a_batch_gives_a_line_for_each_line(run: Run, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    lines = [
        {"question": "who owns till"},
        {"question": "and who is on call?", "before": ["who owns checkout"], "as": "nora.finch"},
    ]
    asked.write_text("".join(json.dumps(line) + "\n" for line in lines) + "\nnot json\n{}\n", encoding="utf-8")
    result = run("--batch", str(asked))
    assert result.exit_code == 0, result.output
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [a.get("intent") for a in answers] == ["owner", "oncall", None, None]
    assert answers[1]["items"][0]["ref"] == "user:default/nora.finch"
    assert "Line 4 is not JSON" in answers[2]["error"]
    assert "question" in answers[3]["error"]


def test_a_batch_is_read_from_stdin(run: Run) -> None:
    result = run("--batch", "-", stdin='{"question": "thanks"}\n')
    assert json.loads(result.stdout)["intent"] == "thanks"


def test_a_batch_that_is_not_there_is_named(run: Run) -> None:
    assert "missing.jsonl" in _error(run("--batch", "missing.jsonl")).message
