"""The documentation is a site: every page is in its nav, every link leads somewhere, and Callboard itself reads it."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.main import get_command

from answers.asking import ask
from answers.model import INTENTS
from answers.service import Answerer
from bot.commands import register
from callboard.config.build import build_config
from callboard.config.load import load_config
from callboard.db import Database
from callboard.plugin import Hooks
from catalog.ingest.reading import Confinement
from catalog.queries.lookup import get_entity
from techdocs.site import lay_out
from techdocs.tree import LocalTree
from tests.answers.conftest import answerer, demo
from tests.conftest import catalog_of
from tests.demo.test_docs import pages_of

__all__ = ["answerer", "demo"]
ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md"))
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
ANNOTATION = re.compile(r'"((?:[a-z0-9-]+\.)+(?:dev|com|io)/[a-z-]+)"')
ROWS = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \| (`[^|]+`) \|", re.MULTILINE)


def read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def test_every_page_is_in_the_nav_once() -> None:
    nav = list(pages_of(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    assert sorted(nav) == PAGES


@pytest.mark.parametrize("page", [*PAGES, "../README.md"])
def test_a_link_leads_to_something_that_is_there(page: str) -> None:
    base = (DOCS / page).parent
    assert [target for target in LINK.findall(read(page)) if not (base / target).exists()] == []


def test_our_own_reader_reads_it_without_a_complaint() -> None:
    layout = lay_out(LocalTree(ROOT, Confinement((ROOT,))), "Fallback")
    assert layout.title == "Callboard"
    assert layout.problems == []
    assert sorted(p.path for p in layout.pages) == PAGES


def test_the_demo_company_has_callboard_in_its_catalog(sqlite_database: Database) -> None:
    locations = build_config(load_config([ROOT / "demo" / "app-config.yaml"])).catalog.locations
    own = next(Path(loc.target) for loc in locations if Path(loc.target).resolve() == ROOT / "catalog-info.yaml")
    assert catalog_of(sqlite_database, own).sync_locations().errors == 0
    with sqlite_database.read() as connection:
        found = get_entity(connection, "component:default/callboard")
    assert found is not None
    assert found.annotations["backstage.io/techdocs-ref"] == "dir:."


def commands(command: Any, path: str = "callboard") -> Iterator[str]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{path} {name}")
    if not getattr(command, "commands", None):
        yield path


def whole_command_line() -> list[str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app, [])
    return sorted(commands(get_command(app)))


@pytest.mark.parametrize("command", whole_command_line())
def test_a_command_is_described(command: str) -> None:
    group, _, last = command.removeprefix("callboard ").rpartition(" ")
    rows = [line for line in read("commands.md").splitlines() if line.startswith(f"| `callboard {group or last}")]
    assert [row for row in rows if re.search(rf"[` ]{last}\b", row)]


@pytest.mark.parametrize("intent", INTENTS)
def test_an_intent_is_described(intent: str) -> None:
    assert f"`{intent}`" in read("questions.md")


def examples() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for intents, questions in ROWS.findall(read("questions.md")):
        found += zip(re.findall(r"`([^`]+)`", intents), re.findall(r"`([^`]+)`", questions), strict=True)
    return found


@pytest.mark.parametrize(("intent", "question"), examples())
def test_an_example_is_understood_as_its_intent(demo: Database, answerer: Answerer, intent: str, question: str) -> None:
    with demo.read() as connection:
        assert ask(answerer, connection, question).intent == intent


def test_every_hook_is_described_with_its_arguments() -> None:
    hooks = {name: method for name, method in vars(Hooks).items() if name.startswith("callboard_")}
    text = read("extending.md")
    for name, method in hooks.items():
        [row] = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
        arguments = [a for a in inspect.signature(method).parameters if a != "self"]
        assert all(f"`{argument}`" in row for argument in arguments)
    assert hooks


def annotations() -> list[str]:
    """Every annotation that the code names."""
    packages = [
        p for p in ROOT.iterdir() if (p / "__init__.py").exists() and p.name not in {"tests", "demo", "benchmarks"}
    ]
    text = "\n".join(p.read_text(encoding="utf-8") for package in packages for p in package.rglob("*.py"))
    found = {name.removeprefix("metadata.annotations.") for name in ANNOTATION.findall(text)}
    return sorted(found - {"backstage.io/catalog-processing"})  # the type of a status, not an annotation


@pytest.mark.parametrize("annotation", annotations())
def test_an_annotation_is_described(annotation: str) -> None:
    assert f"`{annotation}`" in read("extending.md")
