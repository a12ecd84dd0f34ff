"""The GitHub actions against a stand-in that takes real pushes; effects are read back from its repositories."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callboard.config.model import GithubIntegration, Integrations
from callboard.db import Database
from scaffolder.actions import BUILTIN_ACTIONS
from scaffolder.actions.base import Action, ActionServices, Example
from scaffolder.dry_run import DryRun, dry_run
from scaffolder.model import RunView
from scaffolder.tables import runs
from tests.conftest import NoUrls
from tests.scaffolder.bench import JANE, Bench
from tests.scaffolder.github_routes import Written, written
from tests.standins.github.server import GithubStandIn

EXAMPLES = [(a, e) for a in BUILTIN_ACTIONS for e in a.examples if e.needs == "github"]


@pytest.fixture(scope="module")
def server() -> Iterator[GithubStandIn]:
    with GithubStandIn(org="acme") as running:
        yield running


@pytest.fixture
def github(server: GithubStandIn) -> GithubStandIn:
    server.reset()
    return server


@pytest.fixture
def seen() -> Written:
    written.clear()
    return written


@pytest.fixture
def hub(sqlite_database: Database, tmp_path: Path, github: GithubStandIn) -> Bench:
    bench = Bench(sqlite_database, tmp_path)
    bench.config = bench.config.model_copy(
        update={"integrations": Integrations(git=bench.config.integrations.git, github=[github.integration()])}
    )
    bench.scaffolder.config = bench.config
    bench.runner = bench.new_runner()
    bench.file("skeleton/README.md", "# Seat map\n")
    bench.file("skeleton/run.sh", "#!/bin/sh\n", 0o755)
    return bench


def url(github: GithubStandIn, repo: str = "seat-map") -> str:
    return f"{github.host}?owner=acme&repo={repo}"


def publish(github: GithubStandIn, **more: Any) -> list[dict[str, Any]]:
    given = {"repoUrl": url(github), "defaultBranch": "main", "protectDefaultBranch": False, **more}
    return [
        {"action": "fetch:plain", "input": {"url": "./skeleton"}},
        {"id": "publish", "action": "publish:github", "input": given},
    ]


def tree(github: GithubStandIn, branch: str = "main") -> dict[str, str]:
    git = github.organization["seat-map"].git
    commit = git.branches()[branch]
    return {e.path: e.mode for e in git.walk(git.tree_of(commit)) if e.kind == "blob"}


def content(github: GithubStandIn, path: str, branch: str = "main") -> str:
    git = github.organization["seat-map"].git
    entry = git.at(f"{branch}:{path}")
    assert entry is not None
    found = git.read(entry.oid)
    assert found is not None
    return found.data.decode()


def failure(view: RunView) -> str:
    assert view.error is not None
    return view.error.message


def test_workspace_becomes_a_repository(hub: Bench, github: GithubStandIn) -> None:
    more = {"description": "Seats", "topics": ["Tickets"], "repoVisibility": "internal"}
    view = hub.run(publish(github, **more), output={"all": "${{ steps.publish.output }}"})

    assert view.error is None
    made = github.organization["seat-map"]
    assert (made.description, made.visibility, made.topics) == ("Seats", "internal", ("tickets",))
    assert tree(github) == {"README.md": "100644", "run.sh": "100755"}
    assert view.output.values["all"] == {
        "remoteUrl": f"{github.url}/acme/seat-map.git",
        "repoContentsUrl": f"{github.url}/acme/seat-map/blob/main",
        "commitHash": made.git.branches()["main"],
    }
    assert [m.title for m in view.created] == ["acme/seat-map"]


def test_repository_of_somebody_else_is_a_conflict(hub: Bench, github: GithubStandIn) -> None:
    github.organization.create("seat-map", {"theirs": "x"})

    assert failure(hub.run(publish(github))) == "The repository acme/seat-map exists already. Choose another name."
    assert tree(github) == {"theirs": "100644"}


def test_retry_goes_on_with_the_repository_that_the_run_made(hub: Bench, github: GithubStandIn) -> None:
    view = hub.run(publish(github, sourcePath="nope"))
    assert "ENOENT" in failure(view)
    assert [m.title for m in view.created] == ["acme/seat-map"]
    with hub.database.write() as connection:  # as if the path had been right
        spec = dict(view.spec)
        spec["steps"][1]["input"].pop("sourcePath")
        connection.execute(runs.update().values(spec=spec))
    with hub.database.unit_of_work() as uow:
        hub.scaffolder.retry(uow, view.id, JANE)

    hub.runner.run(view.id)

    assert hub.view(view.id).error is None
    assert tree(github) == {"README.md": "100644", "run.sh": "100755"}


def test_token_is_nowhere_to_be_seen(hub: Bench, github: GithubStandIn) -> None:
    view = hub.run(publish(github))

    assert github.token not in str(view)
    assert github.token not in "\n".join(hub.messages(view.id))


def test_token_without_rights_is_named_by_its_host(hub: Bench, github: GithubStandIn) -> None:
    view = hub.run(publish(github, token="ghp_" + "x" * 36))

    assert "doesn't accept the token" in failure(view)
    assert github.host in failure(view)


def test_missing_protection_is_told_and_not_fatal(hub: Bench, github: GithubStandIn) -> None:
    view = hub.run(publish(github, protectDefaultBranch=True))

    assert view.status == "completed"
    assert "Couldn't protect the branch" in "\n".join(hub.messages(view.id))


def test_unknown_host_lists_those_that_are_known(hub: Bench, github: GithubStandIn) -> None:
    view = hub.run(publish(github, repoUrl="nope.com?owner=a&repo=b"))

    assert failure(view).startswith(
        "No matching integration configuration for host nope.com, please check your integrations config"
    )
    assert github.host in failure(view)


def test_repo_url_without_owner_is_refused(hub: Bench, github: GithubStandIn) -> None:
    view = hub.run(publish(github, repoUrl=f"{github.host}?repo=b"))

    assert "missing owner" in failure(view)


def propose(github: GithubStandIn, **more: Any) -> list[dict[str, Any]]:
    given = {
        "repoUrl": url(github), "branchName": "docs", "title": "Add docs", "description": "For people.", **more,
    }  # fmt: skip
    return [
        {"action": "fetch:plain", "input": {"url": "./skeleton"}},
        {"id": "pull", "action": "publish:github:pull-request", "input": given},
    ]


def test_pull_request_holds_the_change(hub: Bench, github: GithubStandIn, seen: Written) -> None:
    github.organization.create("seat-map", {"README.md": "old", "gone.txt": "x", "kept.txt": "k"})

    view = hub.run(
        propose(github, filesToDelete=["gone.txt"], reviewers=["bob"], teamReviewers=["team-a"]),
        output={"all": "${{ steps.pull.output }}"},
    )

    assert view.error is None
    assert tree(github, "docs") == {"README.md": "100644", "kept.txt": "100644", "run.sh": "100755"}
    assert content(github, "README.md", "docs") == "# Seat map\n"
    assert content(github, "README.md") == "old"
    assert [(p["title"], p["base"]["ref"]) for p in seen.pulls["seat-map"]] == [("Add docs", "main")]
    assert seen.reviewers == [{"reviewers": ["bob"], "team_reviewers": ["team-a"]}]
    assert view.output.values["all"] == {
        "remoteUrl": f"{github.url}/acme/seat-map/pull/1",
        "pullRequestNumber": 1,
        "targetBranchName": "main",
    }


def test_pull_request_into_a_folder(hub: Bench, github: GithubStandIn, seen: Written) -> None:
    github.organization.create("seat-map", {"README.md": "old"})

    assert hub.run(propose(github, sourcePath=".", targetPath="docs/new")).error is None

    assert set(tree(github, "docs")) == {"README.md", "docs/new/README.md", "docs/new/run.sh"}
    assert len(seen.pulls["seat-map"]) == 1


def test_branch_that_exists_is_a_conflict_unless_updated(hub: Bench, github: GithubStandIn, seen: Written) -> None:
    github.organization.create("seat-map", {"README.md": "old"})
    hub.run(propose(github))

    again = hub.run(propose(github))
    hub.file("skeleton/README.md", "# Newer\n")
    updated = hub.run(propose(github, update=True))

    assert failure(again).startswith("The branch `docs` exists already.")
    assert updated.error is None
    assert content(github, "README.md", "docs") == "# Newer\n"
    assert len(seen.pulls["seat-map"]) == 1


@pytest.mark.parametrize("path", ["../x", "/etc"])
def test_pull_request_stays_in_its_repository(hub: Bench, github: GithubStandIn, path: str) -> None:
    github.organization.create("seat-map", {"README.md": "old"})

    assert "outside its parent" in failure(hub.run(propose(github, targetPath=path)))


def test_workflow_is_dispatched(hub: Bench, github: GithubStandIn, seen: Written) -> None:
    github.organization.create("seat-map", {".github/workflows/deploy.yaml": "on: workflow_dispatch"})
    given = {"repoUrl": url(github), "workflowId": "deploy.yaml", "branchOrTagName": "main"}

    view = hub.run([{"action": "github:actions:dispatch", "input": {**given, "workflowInputs": {"env": "test"}}}])

    assert view.error is None
    assert seen.dispatches == [{"workflow": "deploy.yaml", "ref": "main", "inputs": {"env": "test"}}]


def test_unknown_workflow_fails_in_plain_words(hub: Bench, github: GithubStandIn, seen: Written) -> None:
    github.organization.create("seat-map", {"README.md": "x"})
    given = {"repoUrl": url(github), "workflowId": "nope.yaml", "branchOrTagName": "main"}

    view = hub.run([{"action": "github:actions:dispatch", "input": given}])

    assert failure(view) == f"GitHub at {github.host} has nothing there for acme/seat-map: Not Found."
    assert seen.dispatches == []


def test_issue_is_opened_and_labelled(hub: Bench, github: GithubStandIn, seen: Written) -> None:
    github.organization.create("seat-map", {"README.md": "x"})
    steps = [
        {"id": "issue", "action": "github:issues:create", "input": {"repoUrl": url(github), "title": "Review"}},
        {
            "action": "github:issues:label",
            "input": {
                "repoUrl": url(github),
                "number": "${{ steps.issue.output.issueNumber }}",
                "labels": ["new"],
            },
        },
    ]

    view = hub.run(steps, output={"url": "${{ steps.issue.output.issueUrl }}"})

    assert view.error is None
    assert view.output.values["url"] == f"{github.url}/acme/seat-map/issues/1"
    (issue,) = seen.issues["seat-map"]
    assert (issue["title"], [label["name"] for label in issue["labels"]]) == ("Review", ["new"])


def test_webhook_is_added_once(hub: Bench, github: GithubStandIn, seen: Written) -> None:
    github.organization.create("seat-map", {"README.md": "x"})
    step = {"action": "github:webhook", "input": {"repoUrl": url(github), "webhookUrl": "https://ci.example/hook"}}

    assert hub.run([step, step]).error is None

    assert [h["config"]["url"] for h in seen.hooks["seat-map"]] == ["https://ci.example/hook"]


def test_skeleton_is_fetched_from_github(hub: Bench, github: GithubStandIn) -> None:
    github.organization.create("skeletons", {"base/README.md": "# ${{ values.name }}\n", "other/x": "x"})
    source = f"{github.url}/acme/skeletons/tree/main/base"
    steps = [
        {"action": "fetch:template", "input": {"url": source, "values": {"name": "svc"}}},
        {"id": "read", "action": "fs:read", "input": {"path": "README.md"}},
    ]

    view = hub.run(steps, output={"read": "${{ steps.read.output.content }}"})

    assert view.error is None
    assert view.output.values == {"read": "# svc\n"}


def _for_stand_in(value: Any, github: GithubStandIn) -> Any:
    return json.loads(json.dumps(value).replace("github.com?", f"{github.host}?"))


@pytest.mark.parametrize(("action", "example"), EXAMPLES, ids=[f"{a.id} {e.description}" for a, e in EXAMPLES])
def test_example_runs(hub: Bench, github: GithubStandIn, seen: Written, action: Action[Any], example: Example) -> None:
    if not action.id.startswith(("publish:github", "github:repo")) or action.id.endswith("pull-request"):
        github.organization.create("seat-map", {".github/workflows/deploy.yaml": "on: workflow_dispatch"})
        seen.issues["seat-map"] = [_an_issue(github)]
    for name, text in example.files.items():
        hub.file(name, text)

    view = hub.run(_for_stand_in(list(example.steps), github))

    assert view.error is None
    assert view.status == "completed"


def _an_issue(github: GithubStandIn) -> dict[str, Any]:
    place = f"{github.api_url}/repos/acme/seat-map/issues/1"
    return {"number": 1, "id": 1, "url": place, "html_url": f"{github.url}/acme/seat-map/issues/1", "labels": []}


def dry(hub: Bench, steps: list[dict[str, Any]]) -> DryRun:
    ref = hub.template({"steps": steps})
    with hub.database.read() as connection:
        template = hub.scaffolder.template(connection, ref, JANE)
    services = ActionServices(hub.config, hub.database, hub.catalog, NoUrls())
    return dry_run(template, values={}, registry=hub.registry, services=services)


def proposal(github: GithubStandIn, **more: Any) -> list[dict[str, Any]]:
    given = {"repoUrl": url(github), "branchName": "change", "title": "Change", "description": "", **more}
    return [
        {"action": "fetch:plain", "input": {"url": "./skeleton"}},
        {"action": "publish:github:pull-request", "input": given},
    ]


def test_dry_run_of_a_pull_request_shows_what_it_would_change(hub: Bench, github: GithubStandIn, seen: Written) -> None:
    there = {"README.md": "# Seats\n", "run.sh": "#!/bin/sh\n", "gone.txt": "x\n", "kept.txt": "y\n"}
    github.organization.create("seat-map", there)

    result = dry(hub, proposal(github, filesToDelete=["gone.txt"]))

    assert result.error is None
    assert [(c.where, c.path, c.kind) for c in result.changes] == [
        ("acme/seat-map", "README.md", "modified"),
        ("acme/seat-map", "gone.txt", "deleted"),
    ]
    assert result.changes[0].diff == "--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-# Seats\n+# Seat map\n"
    told = [line["message"] for line in result.log]
    assert "A pull request would change acme/seat-map:\n  M README.md\n  D gone.txt" in told
    assert seen.pulls == {}
    assert set(github.organization["seat-map"].git.branches()) == {"main"}


def test_dry_run_of_a_pull_request_compares_with_its_target(hub: Bench, github: GithubStandIn) -> None:
    git = github.organization.create("seat-map", {"README.md": "# Seats\n"}).git
    git.commit({"docs/README.md": b"# Seats, next\n"}, branch="next/one", message="next")

    result = dry(hub, proposal(github, targetBranchName="next/one", targetPath="./docs/", sourcePath="."))

    assert [(c.where, c.path, c.kind) for c in result.changes] == [
        ("acme/seat-map, branch next/one", "docs/README.md", "modified"),
        ("acme/seat-map, branch next/one", "docs/run.sh", "added"),
    ]


def test_dry_run_of_a_pull_request_to_nowhere_warns(hub: Bench, github: GithubStandIn) -> None:
    result = dry(hub, proposal(github))

    assert result.error is None
    assert result.changes == ()
    (warning,) = [line["message"] for line in result.log if line.get("level") == "warn"]
    assert warning.startswith("What it would change can't be compared with")


def test_fetch_shows_the_token_of_an_app(hub: Bench, github: GithubStandIn) -> None:
    github.organization.create("skeletons", {"a/README.md": "# a\n"})
    credentials = {"appId": 4711, "privateKey": github.install_app().private_key}
    given = {"host": github.host, "apiBaseUrl": github.api_url, "apps": [credentials]}
    integrations = Integrations(github=[GithubIntegration.model_validate(given)])
    hub.config = hub.config.model_copy(update={"integrations": integrations})
    hub.runner = hub.new_runner()

    view = hub.run([{"action": "fetch:plain", "input": {"url": f"{github.url}/acme/skeletons/tree/main/a"}}])

    assert view.error is None


@pytest.mark.parametrize("more", [{"filesToDelete": ["../../x"]}, {"targetPath": "../x", "sourcePath": "."}])
def test_dry_run_of_a_pull_request_that_leads_out_fails_as_the_run_would(
    hub: Bench, github: GithubStandIn, more: dict[str, Any]
) -> None:
    github.organization.create("seat-map", {"README.md": "# Seats\n"})

    result = dry(hub, proposal(github, **more))

    assert result.error is not None
    assert "outside" in result.error.message
    assert "outside" in failure(hub.run(proposal(github, **more)))
