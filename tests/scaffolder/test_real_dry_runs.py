"""Every template of a folder of real ones, tried out with made-up answers from the repository that it came from."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from callboard.config.model import Integrations
from callboard.db import Database
from callboard.entities import ref_of
from callboard.errors import InputError
from callboard.refs import LocationRef
from callboard.yaml12 import YamlDocument, parse_documents
from catalog.ingest import placeholders
from catalog.ingest.urls import HttpUrlReader
from scaffolder.actions.base import ActionServices
from scaffolder.dry_run import dry_run
from scaffolder.forms import read_form
from scaffolder.model import Template
from scaffolder.templates import API_VERSION, read_template
from tests.handlers.real import REAL, included
from tests.scaffolder.bench import Bench
from tests.scaffolder.made_up import answers
from tests.standins.github.server import GithubStandIn

ROOT = REAL / "templates"
SAMPLES = sorted(p.name for p in ROOT.iterdir() if p.is_dir()) if ROOT.is_dir() else []
pytestmark = pytest.mark.skipif(not SAMPLES, reason="needs a folder of real templates, named by CALLBOARD_REAL")
NOWHERE: Final = "http://127.0.0.1:9"
NOT_OURS: Final = re.compile(r"Template action with ID '([^']+)' is not registered")
NOT_SAMPLED: Final = re.compile(r"ENOENT: no such directory, \S+/tree/main/(\S+)")
MISTAKEN: Final = {
    ("cds-snc__backstage-scaffolder-templates", "templates/simple-static-website/template.yaml"),
    ("giantswarm__backstage-catalogs", "templates/rds-and-elasticache-service/template.yaml"),
}
"""Templates that fail anywhere: one proposes a folder that it never makes, one takes what no page asks for."""


@pytest.fixture
def hub(
    sqlite_database: Database, tmp_path: Path, sample: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Bench, GithubStandIn]]:
    """A GitHub that holds the sample's repository and is all of the world that can be reached."""
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, NOWHERE)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    files = {p.relative_to(ROOT / sample).as_posix(): p.read_bytes() for p in (ROOT / sample).rglob("*") if p.is_file()}
    with GithubStandIn() as github:
        github.organization.create(sample, files)
        bench = Bench(sqlite_database, tmp_path)
        bench.config = bench.config.model_copy(update={"integrations": Integrations(github=[github.integration()])})
        bench.catalog.sync_locations()
        yield bench, github


def templates(sample: str, github: GithubStandIn) -> Iterator[tuple[str, Template]]:
    for file in sorted(p for p in (ROOT / sample).rglob("*") if p.suffix in {".yaml", ".yml"}):
        place = file.relative_to(ROOT / sample).as_posix()
        address = f"{github.url}/acme/{sample}/blob/main/{place}"
        for document in parse_documents(file.read_text(encoding="utf-8", errors="replace")):
            found: Any = document.value if isinstance(document, YamlDocument) else None
            if isinstance(found, dict) and found.get("kind") == "Template" and found.get("apiVersion") == API_VERSION:
                filled = placeholders.resolve(found, included, f"url:{address}")
                yield place, read_template(str(ref_of(filled)), filled, LocationRef("url", address))


@pytest.mark.parametrize("sample", SAMPLES)
def test_dry_run_of_every_real_template_completes_where_its_actions_are_ours(
    hub: tuple[Bench, GithubStandIn], sample: str
) -> None:
    bench, github = hub
    services = ActionServices(bench.config, bench.database, bench.catalog, HttpUrlReader(bench.config))
    reasons: dict[str, str] = {}
    for place, template in templates(sample, github):
        values = answers(read_form(template.parameters))
        try:
            result = dry_run(template, values=values, registry=bench.registry, services=services)
        except InputError as error:
            reasons[place] = error.message
        else:
            if result.error:
                reasons[place] = result.error.message
    for place, reason in reasons.items():
        print(f"{place}: {reason}")  # noqa: T201 - the list of those that don't complete
    assert {p: r for p, r in reasons.items() if not _is_fair(sample, p, r)} == {}


def _is_fair(sample: str, place: str, reason: str) -> bool:
    """An action that isn't ours, a folder that the sample leaves out, or the template's own mistake."""
    if (sample, place) in MISTAKEN or NOT_OURS.search(reason):
        return True
    missing = NOT_SAMPLED.fullmatch(reason)
    return missing is not None and not (ROOT / sample / missing[1]).exists()
