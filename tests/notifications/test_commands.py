"""The command line: preview, list, resend."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.commands import notifications
from bot.runtime import runtime_from_files
from callboard.errors import CallboardError
from tests.notifications.newsroom import component, group


@pytest.fixture
def config(tmp_path: Path) -> Path:
    catalog = tmp_path / "catalog.yaml"
    catalog.write_text(
        group("team-a", "#a") + group("team-b", "#b") + component("x", "team-a")
        + component("y", "team-b", dependsOn="[component:x]"),
        encoding="utf-8",
    )  # fmt: skip
    document = {
        "callboard": {"dataDir": str(tmp_path / "data")},
        "catalog": {
            "rules": [{"allow": ["Component", "Group"]}],
            "locations": [{"type": "file", "target": str(catalog)}],
        },
    }
    path = tmp_path / "app-config.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    sync(path)
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(text.replace("lifecycle: production", "lifecycle: deprecated", 1), encoding="utf-8")
    sync(path)
    return path


def sync(path: Path) -> None:
    from bot.notices import build_desk
    from callboard.outbox import feed
    from notifications.planner import Planner

    runtime = runtime_from_files([path])
    runtime.migrate()
    runtime.catalog.sync_locations()
    while feed(runtime.database, Planner(build_desk(runtime))):
        pass
    runtime.close()


def run(config: Path, *words: str) -> str:
    app = typer.Typer()

    @app.callback()
    def options(context: typer.Context) -> None:
        context.obj = {"config": [config]}

    notifications.register(app)
    result = CliRunner().invoke(app, ["notifications", *words], catch_exceptions=True)
    if isinstance(result.exception, CallboardError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_the_list_shows_what_is_planned_and_for_whom(config: Path) -> None:
    shown = run(config, "list")
    assert "planned" in shown
    assert "group:default/team-b  x was marked deprecated" in shown


def test_the_preview_names_places_and_reasons(config: Path) -> None:
    shown = run(config, "preview", "--since", "1h")
    assert "nothing was sent" in shown


def test_resend_plans_it_again(config: Path) -> None:
    assert "is planned again for group:default/" in run(config, "resend", "1")


@pytest.mark.parametrize("words", [["list", "--state", "lost"], ["resend", "99"], ["preview", "--since", "yesterday"]])
def test_what_cannot_be_meant_is_refused_in_words(config: Path, words: list[str]) -> None:
    with pytest.raises(CallboardError):
        run(config, *words)
