"""`callboard catalog …` as a person and as a program meet it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.commands import catalog as commands
from bot.main import app
from callboard.errors import CallboardError
from tests.catalog.petstore import LIBRARIES, SHOP

Run = Callable[..., Result]
if not any(group.name == "catalog" for group in app.registered_groups):
    commands.register(app)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command over the petstore, its database in the test's folder."""
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    (tmp_path / "libraries.yaml").write_text(LIBRARIES, encoding="utf-8")
    kinds = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"]
    locations = [{"type": "file", "target": f"{name}.yaml"} for name in ("shop", "libraries")]
    config = {
        "callboard": {"dataDir": "data"},
        "catalog": {"locations": locations, "rules": [{"allow": kinds}]},
    }
    (tmp_path / "app-config.yaml").write_text(json.dumps(config), encoding="utf-8")

    def invoke(*words: str) -> Result:
        command = ["--config", str(tmp_path / "app-config.yaml"), "catalog", *words]
        return CliRunner().invoke(app, command, catch_exceptions=True)

    return invoke


@pytest.fixture
def ingested(run: Run) -> Run:
    assert run("ingest").exit_code == 0
    return run


def _lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def _refusal(result: Result) -> str:
    assert isinstance(result.exception, CallboardError)
    return result.exception.user_text


def test_ingest_counts_what_it_did(run: Run) -> None:
    first, again = _lines(run("ingest", "--json"))[-1], _lines(run("ingest", "--json"))[-1]
    assert list(first) == ["entities", "created", "updated", "deleted", "unchanged", "errors", "seconds"]
    assert (first["entities"], first["created"], first["errors"]) == (13, 13, 0)
    assert (again["entities"], again["created"], again["unchanged"]) == (13, 0, 13)


def test_a_short_ref_in_any_case_is_found(ingested: Run) -> None:
    found = _lines(ingested("get", "PetStore", "--json"))[0]
    assert (found["ref"], found["title"], found["owner"]) == (
        "component:default/petstore",
        "The Pet Store",
        "group:default/team-a",
    )
    assert found["entity"]["kind"] == "Component"
    assert "The Pet Store" in ingested("get", "petstore").stdout


def test_an_unknown_ref_is_answered_with_near_names(ingested: Run) -> None:
    assert _refusal(ingested("get", "pettstore")) == (
        "There is no `pettstore` in the catalog. Did you mean `component:default/petstore`?"
    )


def test_an_ambiguous_ref_is_answered_with_its_meanings(run: Run, tmp_path: Path) -> None:
    twin = SHOP.replace("kind: System\nmetadata: {name: shop}", "kind: System\nmetadata: {name: petstore}")
    (tmp_path / "shop.yaml").write_text(twin, encoding="utf-8")
    run("ingest")
    text = _refusal(run("get", "petstore"))
    assert "`component:default/petstore` or `system:default/petstore`" in text


def test_list_takes_filters(ingested: Run) -> None:
    rows = _lines(ingested("list", "--filter", "kind=component,spec.type=library", "--filter", "kind=user", "--json"))
    assert [row["ref"] for row in rows] == ["component:default/g-a", "component:default/g_b.c", "user:default/jane"]
    assert "Nothing matches." in ingested("list", "--filter", "kind=nothing").stdout


def test_graph_commands_show_the_way(ingested: Run) -> None:
    needs = _lines(ingested("dependencies", "petstore", "--depth", "1", "--json"))
    needed_by = _lines(ingested("dependents", "db", "--json"))
    touched = _lines(ingested("impact", "db", "--json"))
    assert ["component:default/petstore", "resource:default/db"] in [row["path"] for row in needs]
    assert {row["ref"] for row in needed_by} >= {"component:default/petstore"}
    assert ("component:default/petstore", "group:default/team-a") in [(r["ref"], r["owner"]) for r in touched]


def test_attention_and_history_tell_what_happened(ingested: Run) -> None:
    problems = _lines(ingested("attention", "--team", "team-a", "--json"))
    assert {"dangling"} == {p["kind"] for p in problems}
    assert all(p["line"] > 0 and p["location"].startswith("file:") for p in problems)
    events = _lines(ingested("history", "petstore", "--json"))
    assert [event["event"] for event in events] == ["created"]


def test_refresh_reads_a_changed_file(ingested: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP.replace("The Pet Store", "Pets and more"), encoding="utf-8")
    assert _lines(ingested("refresh", "petstore", "--json"))[0]["updated"] == 1
    assert _lines(ingested("get", "petstore", "--json"))[0]["title"] == "Pets and more"


def test_validate_says_file_line_and_fix(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: my service}\n"
        "spec: {type: service, lifecycle: production, owner: me}\n---\n- a list\n---\na: b: c\n",
        encoding="utf-8",
    )
    result = run("validate", str(bad), str(tmp_path / "shop.yaml"), "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [(row["line"], row["ok"]) for row in rows[:3]] == [(1, False), (6, False), (8, False)]
    assert rows[0]["errors"][0]["line"] == 3
    assert rows[0]["errors"][0]["path"] == "/metadata/name"
    assert "`my-service` would be valid" in rows[0]["errors"][0]["message"]
    assert rows[1]["errors"][0]["message"] == "Expected object at root, got array"
    assert all(row["ok"] for row in rows[3:])
    assert run("validate", str(tmp_path / "shop.yaml")).exit_code == 0


def test_validate_of_a_folder_leaves_other_yaml_alone(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "mkdocs.yml").write_text("site_name: x\n", encoding="utf-8")
    (folder / "catalog-info.yaml").write_text(LIBRARIES, encoding="utf-8")
    rows = _lines(run("validate", str(folder), "--json"))
    assert [row["ref"] for row in rows] == ["component:default/g-a", "component:default/g_b.c"]
    assert run("validate", str(tmp_path / "nowhere.yaml")).exit_code == 1


def test_what_was_never_registered_cannot_be_unregistered(ingested: Run) -> None:
    assert "is not registered" in _refusal(ingested("unregister", "petstore"))
