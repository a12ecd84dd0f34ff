"""`callboard search` as a person and as a program meet it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands import catalog, search
from bot.main import app
from callboard.errors import InputError
from tests.techdocs.conftest import entity, write_tree

Run = Callable[..., Result]
for module, name in ((catalog, "catalog"), (search, "search")):
    known = {g.name for g in app.registered_groups} | {c.name for c in app.registered_commands}
    if name not in known:
        module.register(app)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command over a service with docs and a synonym."""
    page = "# Home\n\n## Rolling back\n\nPress undo.\n"
    write_tree(tmp_path, {"catalog-info.yaml": entity("checkout"), "docs/index.md": page})
    config = {
        "callboard": {"dataDir": "data"},
        "catalog": {"locations": [{"type": "file", "target": "catalog-info.yaml"}]},
        "search": {"synonyms": [["till", "checkout"]]},
    }
    (tmp_path / "app-config.yaml").write_text(json.dumps(config), encoding="utf-8")

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, ["--config", str(tmp_path / "app-config.yaml"), *words])

    assert invoke("catalog", "ingest").exit_code == 0
    return invoke


@pytest.mark.parametrize("term", ["checkout", "chekout", "check", "till"])
def test_a_name_is_found_however_it_is_put(run: Run, term: str) -> None:
    assert "checkout  [component:default/checkout]" in run("search", term).output


def test_ingesting_leaves_docs_to_be_found(run: Run) -> None:
    found = json.loads(run("search", "rollback", "--type", "techdocs", "--json").stdout)
    assert [r["location"] for r in found["results"]] == ["/docs/default/component/checkout/#rolling-back"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--type", "techdoc"), "Did you mean `techdocs`?"),
        (("--filter", "kind"), "should read `key=value`"),
        (("--as", "user:nobody"), "There is no User `user:nobody`"),
    ],
)
def test_a_wrong_option_is_explained(run: Run, words: tuple[str, ...], message: str) -> None:
    result = run("search", "checkout", *words)
    assert isinstance(result.exception, InputError)
    assert message in result.exception.user_text


def test_nothing_found_is_said_and_fails(run: Run) -> None:
    result = run("search", "xyzzy")
    assert (result.exit_code, "Nothing found for" in result.output) == (1, True)
