"""The whole way: a skeleton, a repository, its entity in the catalog."""

import subprocess
from pathlib import Path
from typing import Any

from catalog.queries.lookup import get_entity
from scaffolder.model import Made
from tests.scaffolder.bench import Bench

CATALOG_INFO = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${{ values.name }}
spec: {type: service, lifecycle: production, owner: team-a}
"""
STEPS: list[dict[str, Any]] = [
    {
        "id": "fetch",
        "name": "Fetch the files",
        "action": "fetch:template",
        "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}},
    },
    {
        "id": "publish",
        "name": "Create the repository",
        "action": "publish:git",
        "input": {"repoUrl": "local?owner=acme&repo=${{ parameters.name }}", "description": "Drinks"},
    },
    {
        "id": "register",
        "action": "catalog:register",
        "input": {
            "repoContentsUrl": "${{ steps['publish'].output.repoContentsUrl }}",
            "catalogInfoPath": "/catalog-info.yaml",
        },
    },
    {"action": "debug:log", "input": {"message": "Hello ${{ parameters.name | upper }}"}},
]
OUTPUT = {
    "links": [
        {"title": "Repository", "url": "${{ steps['publish'].output.remoteUrl }}"},
        {"title": "Open in the catalog", "entityRef": "${{ steps['register'].output.entityRef }}"},
    ],
    "text": [{"title": "Next", "content": "Write a test for ${{ parameters.name }}."}],
}
PARAMETERS = {
    "title": "About",
    "required": ["name"],
    "properties": {"name": {"type": "string", "pattern": "^[a-z-]+$"}, "size": {"type": "integer", "default": 3}},
}


def create(bench: Bench) -> str:
    bench.file("skeleton/catalog-info.yaml", CATALOG_INFO)
    bench.file("skeleton/src/${{ values.name }}.py", 'NAME = "${{ values.name }}"\n')
    bench.file("skeleton/run.sh", "#!/bin/sh\n", 0o755)
    spec = {"parameters": PARAMETERS, "steps": STEPS, "output": OUTPUT}
    return bench.start(spec, {"name": "interval-drinks"})


def git(*arguments: str, cwd: Path) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


def test_run_ends_with_a_repository_and_its_entity(bench: Bench, tmp_path: Path) -> None:
    run_id = create(bench)
    bench.runner.run(run_id)

    view = bench.view(run_id)
    assert view.error is None
    assert view.status == "completed"
    assert [s.status for s in view.steps] == ["completed"] * 4
    assert [s.id for s in view.steps] == ["fetch", "publish", "register", "step-4"]
    assert view.values == {"name": "interval-drinks", "size": 3}
    assert view.output.links[1].entity_ref == "component:default/interval-drinks"
    assert view.output.text[0].content == "Write a test for interval-drinks."
    url = view.output.links[0].url
    assert Made("repository", "acme/interval-drinks", url) in view.created
    assert any("Hello INTERVAL-DRINKS" in line for line in bench.messages(run_id))
    git("clone", "--quiet", str(url), "clone", cwd=tmp_path)
    listed = git("ls-tree", "-r", "HEAD", cwd=tmp_path / "clone").splitlines()
    assert [(line.split()[0], line.split("\t")[1]) for line in listed] == [
        ("100644", "catalog-info.yaml"),
        ("100755", "run.sh"),
        ("100644", "src/interval-drinks.py"),
    ]
    assert git("log", "--format=%an %s", cwd=tmp_path / "clone") == "Scaffolder Initial commit\n"
    with bench.database.read() as connection:
        entity = get_entity(connection, "component:default/interval-drinks")
    assert entity is not None
    assert entity.owner == "group:default/team-a"


def test_push_to_the_new_repository_reaches_the_catalog(bench: Bench, tmp_path: Path) -> None:
    run_id = create(bench)
    bench.runner.run(run_id)
    git("clone", "--quiet", str(bench.remotes / "acme/interval-drinks.git"), "clone", cwd=tmp_path)
    file = tmp_path / "clone/catalog-info.yaml"
    file.write_text(file.read_text().replace("production", "deprecated"))
    identity = ("-c", "user.name=Jane", "-c", "user.email=jane@example.com")
    git(*identity, "commit", "--quiet", "-am", "Deprecate", cwd=tmp_path / "clone")
    git("push", "--quiet", cwd=tmp_path / "clone")

    bench.catalog.sync_locations()

    with bench.database.read() as connection:
        entity = get_entity(connection, "component:default/interval-drinks")
    assert entity is not None
    assert entity.spec["lifecycle"] == "deprecated"


def test_changes_are_told_and_nothing_stays_on_the_disk(bench: Bench) -> None:
    run_id = create(bench)
    bench.runner.run(run_id)

    assert set(bench.changes) == {run_id}
    assert len(bench.changes) >= 8
    assert list((bench.folder.parent / "data/workspaces").iterdir()) == []


def test_finished_run_is_not_run_again(bench: Bench) -> None:
    run_id = create(bench)
    bench.runner.run(run_id)
    before = bench.messages(run_id)

    bench.runner.run(run_id)

    assert before == bench.messages(run_id)


def test_a_name_that_the_catalog_has_already_is_refused_before_anything_is_made(bench: Bench) -> None:
    bench.runner.run(create(bench))
    bench.file("skeleton/catalog-info.yaml", CATALOG_INFO.replace("${{ values.name }}", "Interval-Drinks"))
    run_id = bench.start({"parameters": PARAMETERS, "steps": STEPS}, {"name": "other-drinks"})
    bench.runner.run(run_id)

    view = bench.view(run_id)
    assert view.status == "failed"
    assert view.error is not None
    assert "component:default/interval-drinks is in the catalog already" in view.error.message
    assert list(view.created) == []
    assert not (bench.remotes / "acme" / "other-drinks.git").exists()


def test_a_repository_for_an_entity_that_is_there_can_be_made_where_nothing_registers_it(bench: Bench) -> None:
    bench.runner.run(create(bench))
    bench.file("skeleton/catalog-info.yaml", CATALOG_INFO.replace("${{ values.name }}", "interval-drinks"))
    steps = [s for s in STEPS if s["action"] != "catalog:register"]
    run_id = bench.start({"parameters": PARAMETERS, "steps": steps}, {"name": "other-drinks"})
    bench.runner.run(run_id)
    assert bench.view(run_id).status == "completed"
