"""Files by value, calls of our own API, notifications, plain git remotes."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from callboard.config.model import Backend
from callboard.db import UnitOfWork
from scaffolder.actions.base import ActionServices
from scaffolder.model import RunView
from scaffolder.runner import Runner
from tests.conftest import NoUrls
from tests.scaffolder.bench import Bench


def failure(view: RunView) -> str:
    assert view.error is not None
    return view.error.message


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("a.json", '{"a": [1]}', {"a": [1]}),
        ("a.yaml", "a: yes\nb: 012\n", {"a": "yes", "b": 12}),
        ("a.txt", "plain", "plain"),
    ],
)
def test_written_file_is_parsed_again(local: Bench, path: str, content: str, expected: Any) -> None:
    steps = [
        {"action": "roadiehq:utils:fs:write", "input": {"path": path, "content": content}},
        {"id": "parse", "action": "roadiehq:utils:fs:parse", "input": {"path": path}},
    ]

    assert local.run(steps, output={"found": "${{ steps.parse.output.content }}"}).output.values == {"found": expected}


def test_broken_yaml_is_told(local: Bench) -> None:
    steps: list[dict[str, Any]] = [
        {"action": "roadiehq:utils:fs:write", "input": {"path": "a.yaml", "content": "a: [1"}},
        {"action": "roadiehq:utils:fs:parse", "input": {"path": "a.yaml"}},
    ]

    assert failure(local.run(steps)).startswith("a.yaml is not yaml: ")


def test_text_is_appended_and_replaced(local: Bench) -> None:
    steps = [
        {
            "action": "roadiehq:utils:fs:append",
            "input": {"path": "a", "content": "${{ each.value }}-"},
            "each": ["x", "y"],
        },
        {
            "action": "roadiehq:utils:fs:replace",
            "input": {"files": [{"file": "a", "find": "-", "replaceWith": "+"}]},
        },
        {"id": "read", "action": "fs:read", "input": {"path": "a"}},
    ]

    assert local.run(steps, output={"a": "${{ steps.read.output.content }}"}).output.values == {"a": "x+y+"}


@pytest.mark.parametrize("action", ["roadiehq:utils:fs:write", "roadiehq:utils:fs:append"])
def test_text_is_not_written_outside(local: Bench, action: str) -> None:
    view = local.run([{"action": action, "input": {"path": "../x", "content": "x"}}])

    assert "outside its parent" in failure(view)


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = {
            "method": self.command, "path": self.path, "body": self.rfile.read(length).decode(),
            "header": self.headers.get("x-test"),
        }  # fmt: skip
        data = json.dumps(body).encode()
        self.send_response(418 if "teapot" in self.path else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _answer  # noqa: N815 - the names that the base class calls

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Quiet."""


@pytest.fixture
def api(local: Bench) -> Iterator[Bench]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        local.config = local.config.model_copy(update={"backend": Backend(base_url=address)})
        local.runner = local.new_runner()
        yield local
        server.shutdown()


def request(api: Bench, **given: Any) -> RunView:
    steps = [{"id": "call", "action": "http:backstage:request", "input": {"method": "GET", **given}}]
    return api.run(steps, output={"all": "${{ steps.call.output }}"})


@pytest.mark.parametrize("path", ["catalog/entities", "/api/catalog/entities", "api/catalog/entities"])
def test_own_api_is_called(api: Bench, path: str) -> None:
    given = {"method": "POST", "headers": {"x-test": "1"}, "body": {"a": 1}, "params": {"q": "x"}}

    found = request(api, path=path, **given).output.values["all"]

    assert found["code"] == "200"
    assert found["body"]["path"] == "/api/catalog/entities?q=x"
    assert (found["body"]["method"], found["body"]["header"]) == ("POST", "1")
    assert json.loads(found["body"]["body"]) == {"a": 1}


def test_bad_answer_fails_the_step_unless_told(api: Bench) -> None:
    assert "GET teapot answered 418" in failure(request(api, path="teapot"))
    assert request(api, path="teapot", continueOnBadResponse=True).output.values["all"]["code"] == "418"


@pytest.mark.parametrize("path", ["http://169.254.169.254/", "catalog/../../metrics", "\\\\host\\x"])
def test_other_addresses_are_refused(api: Bench, path: str) -> None:
    assert "is not a path of this installation's API" in failure(request(api, path=path))


@dataclass
class Told:
    """A notifier that remembers."""

    calls: list[dict[str, Any]] = field(default_factory=list)

    def notify(
        self,
        uow: UnitOfWork,  # noqa: ARG002 - the port's
        *,
        recipients: Sequence[str],
        title: str,
        text: str,
        link: str | None,
        topic: str,
    ) -> None:
        self.calls.append({"recipients": recipients, "title": title, "text": text, "link": link, "topic": topic})


def test_team_is_notified(local: Bench) -> None:
    told = Told()
    services = ActionServices(local.config, local.database, local.catalog, NoUrls(), told)
    local.runner = Runner(database=local.database, registry=local.registry, services=services)
    given = {"recipients": "entity", "entityRefs": ["team-a", "user:jane"], "title": "New", "info": "There it is"}

    assert local.run([{"action": "notification:send", "input": given}]).status == "completed"

    recipients = ["group:default/team-a", "user:default/jane"]
    assert told.calls == [
        {"recipients": recipients, "title": "New", "text": "There it is", "link": None, "topic": "scaffolder"}
    ]


@pytest.mark.parametrize(
    ("repo_url", "expected"),
    [
        ("nope?owner=a&repo=b", "No matching integration configuration for host nope"),
        ("local?repo=b", "missing owner"),
        ("local?owner=..&repo=b", "`..` can't be the owner of a repository."),
        ("local?owner=a&repo=b/../../c", "can't be the repo of a repository."),
        ("local?owner=a&repo=-x", "can't be the repo of a repository."),
        ("local?owner=a&repo=b.git", "can't be the repo of a repository."),
    ],
)
def test_place_of_a_plain_repository_is_checked(local: Bench, repo_url: str, expected: str) -> None:
    view = local.run([{"action": "publish:git", "input": {"repoUrl": repo_url}}])

    assert expected in failure(view)


def test_plain_repository_of_another_run_is_a_conflict(local: Bench) -> None:
    step = {"action": "publish:git", "input": {"repoUrl": "local?owner=acme&repo=x"}}
    assert local.run([step]).status == "completed"

    assert failure(local.run([step])) == ("The repository acme/x exists already. Choose another name for the new one.")


def test_two_runs_at_once_make_one_repository(local: Bench) -> None:
    step = {"action": "publish:git", "input": {"repoUrl": "local?owner=acme&repo=x"}}
    ids = [local.start({"steps": [step]}) for _ in range(4)]
    threads = [threading.Thread(target=local.new_runner().run, args=(i,)) for i in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    views = [local.view(i) for i in ids]

    assert sorted(v.status for v in views) == ["completed", "failed", "failed", "failed"]
    assert {failure(v)[:31] for v in views if v.error} == {"The repository acme/x exists al"}
    assert sorted(p.name for p in (local.remotes / "acme").iterdir()) == ["x", "x.git"]


@pytest.mark.parametrize("branch", ["--upload-pack=x", "a..b", "a b", "/x"])
def test_branch_that_git_would_take_for_something_else_is_refused(local: Bench, branch: str) -> None:
    given = {"repoUrl": "local?owner=acme&repo=x", "defaultBranch": branch}

    assert failure(local.run([{"action": "publish:git", "input": given}])) == f"`{branch}` is no name for a branch."


@pytest.mark.parametrize("url", ["file:///etc/passwd", "file:///tmp/../etc/passwd"])
def test_file_outside_of_the_remotes_is_not_registered(local: Bench, url: str) -> None:
    view = local.run([{"action": "catalog:register", "input": {"catalogInfoUrl": url}}])

    assert "is not below a folder of `integrations.git`" in failure(view)


def test_file_that_is_missing_is_not_left_registered(local: Bench) -> None:
    steps: list[dict[str, Any]] = [
        {"id": "p", "action": "publish:git", "input": {"repoUrl": "local?owner=acme&repo=x"}},
        {"action": "catalog:register", "input": {"repoContentsUrl": "${{ steps.p.output.repoContentsUrl }}"}},
    ]

    view = local.run(steps)

    assert "catalog-info.yaml does not exist" in failure(view)
    assert [r for r in local.catalog.roots() if r.kind == "registered"] == []


def test_optional_registration_may_fail(local: Bench) -> None:
    given = {"catalogInfoUrl": "https://git.example/x/catalog-info.yaml", "optional": True}

    view = local.run([{"action": "catalog:register", "input": given}])

    assert view.status == "completed"
    assert "Not registered" in "\n".join(local.messages(view.id))


@pytest.mark.parametrize("action", ["fs:read", "roadiehq:utils:fs:parse"])
def test_file_that_is_no_text_is_named(local: Bench, action: str) -> None:
    local.file("files/logo.json", b"\x89PNG\xff")

    view = local.run(
        [
            {"action": "fetch:plain", "input": {"url": "./files"}},
            {"action": action, "input": {"path": "logo.json"}},
        ]
    )

    assert view.error is not None
    assert view.error.message == "logo.json is not UTF-8 text."


def test_missing_file_is_answered_with_a_near_one(local: Bench) -> None:
    local.file("files/data.yaml", "a: 1\n")

    view = local.run(
        [
            {"action": "fetch:plain", "input": {"url": "./files"}},
            {"action": "roadiehq:utils:fs:parse", "input": {"path": "./date.yaml"}},
        ]
    )

    assert view.error is not None
    assert view.error.message == "ENOENT: no such file, ./date.yaml Did you mean `./data.yaml`?"
