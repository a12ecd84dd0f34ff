"""Templates for what exists already: a pull request that changes the catalog file and nothing else in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from callboard.config.model import Integrations
from callboard.db import Database
from catalog.ingest.urls import HttpUrlReader
from catalog.queries.lookup import get_entity
from handlers.second_day import actions_for
from handlers.services import Scope
from scaffolder.actions.base import ActionServices
from scaffolder.dry_run import dry_run
from scaffolder.model import RunView
from scaffolder.runner import Runner
from tests.demo.company import DEMO
from tests.handlers.person import Person, services_of
from tests.scaffolder.bench import JANE, Bench
from tests.scaffolder.github_routes import written
from tests.standins.github.server import GithubStandIn

CARD = "component:default/seat-map"
FILE = """\
# What the foyer shows
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: seat-map
  title: Seat map
{annotations}spec:
  type: service
  lifecycle: production  # since 2019
  owner: team-a
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: seat-map-cache
spec:
  type: service
  lifecycle: production
  owner: team-a
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: seat-map
spec: {{type: openapi, lifecycle: production, owner: team-a, definition: none}}
"""
NAMES = ("deprecate", "change-owner", "add-docs")


@pytest.fixture
def github() -> Iterator[GithubStandIn]:
    written.clear()
    with GithubStandIn(org="acme") as running:
        yield running


@pytest.fixture
def bench(sqlite_database: Database, tmp_path: Path, github: GithubStandIn) -> Bench:
    found = Bench(sqlite_database, tmp_path)
    integrations = Integrations(git=found.config.integrations.git, github=[github.integration()])
    found.config = found.scaffolder.config = found.config.model_copy(update={"integrations": integrations})
    services = ActionServices(found.config, found.database, found.catalog, HttpUrlReader(found.config))
    found.runner = Runner(database=found.database, registry=found.registry, services=services)
    for name in NAMES:
        shutil.copytree(DEMO / "templates" / name, found.folder / name)
        (found.folder / name / "template.yaml").rename(found.folder / f"{name}.yaml")
        text = (found.folder / f"{name}.yaml").read_text().replace("./skeleton", f"./{name}/skeleton")
        (found.folder / f"{name}.yaml").write_text(text)
    return found


def publish(bench: Bench, github: GithubStandIn, text: str) -> None:
    """The file in its repository, and the entity in the catalog as a provider brings it in."""
    github.organization.create("seat-map", {"catalog-info.yaml": text, "README.md": "# Seat map\n"})
    document = next(iter(yaml.safe_load_all(text)))
    place = f"url:{github.url}/acme/seat-map/tree/main/"
    document["metadata"].setdefault("annotations", {})["backstage.io/source-location"] = place
    bench.file("seat-map.yaml", yaml.safe_dump(document))
    bench.catalog.sync_locations()


def run(bench: Bench, name: str, **values: Any) -> RunView:
    with bench.database.unit_of_work() as uow:
        run_id = bench.scaffolder.start(
            uow, template_ref=f"template:default/{name}", values={"entity": CARD, **values}, actor=JANE
        )
    bench.runner.run(run_id)
    view = bench.view(run_id)
    assert view.error is None, bench.messages(run_id)
    return view


def proposed(github: GithubStandIn, branch: str, path: str = "catalog-info.yaml") -> str:
    git = github.organization["seat-map"].git
    entry = git.at(f"{branch}:{path}")
    assert entry is not None
    found = git.read(entry.oid)
    assert found is not None
    return found.data.decode()


ANNOTATIONS = ["", "  annotations:\n    callboard.dev/end-of-life: '2020-01-01'\n    example.com/team: foyer\n"]


@pytest.mark.parametrize("annotations", ANNOTATIONS)
def test_deprecating_changes_one_component_of_the_file_and_keeps_the_rest(
    bench: Bench, github: GithubStandIn, annotations: str
) -> None:
    before = FILE.format(annotations=annotations)
    publish(bench, github, before)
    view = run(bench, "deprecate", endOfLife="2027-02-28", successor="component:default/petstore")
    after = proposed(github, "deprecate-seat-map")
    first, second, third = yaml.safe_load_all(after)

    assert first["spec"]["lifecycle"] == "deprecated"
    assert first["metadata"]["annotations"]["callboard.dev/end-of-life"] == "2027-02-28"
    assert first["metadata"]["annotations"]["callboard.dev/replaced-by"] == "component:default/petstore"
    assert [d["spec"]["lifecycle"] for d in (second, third)] == ["production", "production"]
    assert set(before.splitlines()) - set(after.splitlines()) <= {
        "  lifecycle: production  # since 2019", "    callboard.dev/end-of-life: '2020-01-01'",
    }  # fmt: skip
    assert view.output.links[0].title == "Pull request"


def test_a_new_owner_is_proposed(bench: Bench, github: GithubStandIn) -> None:
    publish(bench, github, FILE.format(annotations=""))
    run(bench, "change-owner", owner="group:default/team-b")
    after = proposed(github, "change-owner-of-seat-map")

    assert [d["spec"]["owner"] for d in yaml.safe_load_all(after)] == ["group:default/team-b", "team-a", "team-a"]
    assert after.startswith("# What the foyer shows\n")


def test_docs_are_proposed_with_what_finds_them(bench: Bench, github: GithubStandIn) -> None:
    publish(bench, github, FILE.format(annotations=""))
    run(bench, "add-docs", about="How seats are drawn")
    first, second, _third = yaml.safe_load_all(proposed(github, "add-docs-to-seat-map"))

    assert first["metadata"]["annotations"] == {"backstage.io/techdocs-ref": "dir:."}
    assert "annotations" not in second["metadata"]
    assert "How seats are drawn" in proposed(github, "add-docs-to-seat-map", "docs/index.md")
    assert yaml.safe_load(proposed(github, "add-docs-to-seat-map", "mkdocs.yml"))["site_name"] == "Seat map"


def test_a_card_offers_what_can_be_done_and_fills_the_entity_in(bench: Bench, github: GithubStandIn) -> None:
    publish(bench, github, FILE.format(annotations=""))
    jane = Person(services_of(bench))
    with bench.database.unit_of_work() as uow:
        scope = Scope(jane.services, uow)
        card, other = get_entity(uow.connection, CARD), get_entity(uow.connection, "component:default/petstore")
        assert card is not None
        assert other is not None
        offered = [a.template.ref for a in actions_for(card, JANE, scope)]
        assert actions_for(other, JANE, scope) == []
    jane.take(jane.act("entity.actions", value=f'{{"v":1,"ref":"{CARD}"}}', channel="C1"))
    jane.click("Choose")

    assert offered == [f"template:default/{n}" for n in ("add-docs", "change-owner", "deprecate")]
    assert CARD in str(jane.state["f:entity"])


def test_dry_run_shows_the_lines_that_a_deprecation_would_change(bench: Bench, github: GithubStandIn) -> None:
    publish(bench, github, FILE.format(annotations=""))
    with bench.database.read() as connection:
        template = bench.scaffolder.template(connection, "template:default/deprecate", JANE)
    services = ActionServices(bench.config, bench.database, bench.catalog, HttpUrlReader(bench.config))

    result = dry_run(
        template, values={"entity": CARD, "endOfLife": "2027-03-31"}, registry=bench.registry, services=services
    )

    assert result.error is None
    (change,) = [c for c in result.changes if c.where.startswith("acme/seat-map")]
    assert (change.path, change.kind) == ("catalog-info.yaml", "modified")
    assert [line for line in change.diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}] == [
        "+  annotations:",
        '+    callboard.dev/end-of-life: "2027-03-31"',
        "-  lifecycle: production  # since 2019",
        "+  lifecycle: deprecated",
    ]
    assert written.pulls == {}
