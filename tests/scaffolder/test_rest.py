"""The scaffolder's API as Backstage's clients use it."""

import base64
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.app import ApiServices, create_app
from api.scaffolder import ScaffolderApi, scaffolder_router
from callboard.config.model import Auth, Backend
from scaffolder.actions.base import ActionServices
from tests.api.server import running
from tests.conftest import NoUrls
from tests.scaffolder.bench import Bench

PARAMETERS = {
    "title": "About",
    "description": "What it is",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "color": {"type": "string", "enum": ["red", "green"], "default": "red"},
    },
}
LOG = {"id": "log", "action": "debug:log", "input": {"message": "hello ${{ parameters.name | upper }}"}}
WAIT = {"id": "w", "name": "Wait", "action": "debug:wait", "input": {"minutes": 5}}


@pytest.fixture
def client(bench: Bench) -> Iterator[httpx.Client]:
    auth = Auth.model_validate({"dangerouslyDisableDefaultAuthPolicy": True})
    config = bench.config.model_copy(update={"backend": Backend(auth=auth)})
    services = ApiServices(bench.database, bench.catalog, config, "1.2.3")
    actions = ActionServices(config, bench.database, bench.catalog, NoUrls())
    router = scaffolder_router(ScaffolderApi(bench.database, bench.scaffolder, actions))
    with (
        running(create_app(services, routers=[router])) as url,
        httpx.Client(base_url=f"{url}/api/scaffolder/v2", trust_env=False, timeout=20) as found,
    ):
        yield found


def start(client: httpx.Client, values: Any = None, **more: Any) -> httpx.Response:
    body = {"templateRef": "t1", "values": {"name": "svc"} if values is None else values, **more}
    return client.post("/tasks", json=body)


def message(response: httpx.Response) -> str:
    return str(response.json()["error"]["message"])


def test_missing_value_is_refused_as_backstage_does(bench: Bench, client: httpx.Client) -> None:
    bench.template({"steps": [LOG], "parameters": PARAMETERS})

    response = start(client, {})

    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert (error["property"], error["message"]) == ("instance", 'requires property "name"')
    assert (error["name"], error["argument"]) == ("required", "name")


@pytest.mark.parametrize(
    ("values", "path", "text"),
    [
        ({"name": "x", "color": "blue"}, ["color"], "is not one of enum values: red,green"),
        ({"name": 1}, ["name"], "is not of a type(s) string"),
    ],
)
def test_wrong_value_is_refused_with_its_path(
    bench: Bench, client: httpx.Client, values: Any, path: list[str], text: str
) -> None:
    bench.template({"steps": [LOG], "parameters": PARAMETERS})

    (error,) = start(client, values).json()["errors"]

    assert (error["path"], error["message"]) == (path, text)


def test_task_runs_and_its_events_are_read(bench: Bench, client: httpx.Client) -> None:
    bench.template(
        {"steps": [LOG], "parameters": PARAMETERS, "output": {"links": [{"title": "a", "url": "https://x"}]}}
    )
    response = start(client, {"name": "svc", "extra": 1})
    assert response.status_code == 201
    task_id = response.json()["id"]
    assert bench.jobs.specs == [{"run": task_id}]

    bench.runner.run(task_id)

    task = client.get(f"/tasks/{task_id}").json()
    assert task["status"] == "completed"
    assert task["spec"]["parameters"] == {"name": "svc", "extra": 1, "color": "red"}
    assert task["spec"]["templateInfo"]["entityRef"] == "template:default/t1"
    assert task["spec"]["steps"][0]["name"] == "debug:log"
    assert task["createdAt"].endswith("Z")
    events = client.get(f"/tasks/{task_id}/events").json()
    assert [e["id"] for e in events] == sorted(e["id"] for e in events)
    assert "\u001b[32minfo\u001b[39m: hello SVC" in [e["body"]["message"] for e in events]
    assert events[-1]["type"] == "completion"
    assert events[-1]["body"]["output"] == {"links": [{"title": "a", "url": "https://x"}]}
    assert client.get(f"/tasks/{task_id}/events", params={"after": events[-2]["id"]}).json() == events[-1:]


def test_stream_ends_with_the_completion(bench: Bench, client: httpx.Client) -> None:
    bench.template({"steps": [LOG]})
    task_id = start(client).json()["id"]
    worker = threading.Timer(0.2, bench.runner.run, args=(task_id,))
    worker.start()

    with client.stream("GET", f"/tasks/{task_id}/eventstream") as response:
        assert response.headers["cache-control"] == "no-cache"
        text = response.read().decode()
    worker.join()

    frames = [f.split("\n") for f in text.strip().split("\n\n")]
    assert frames[-1][0] == "event: completion"
    assert json.loads(frames[-1][1].removeprefix("data: "))["body"]["message"] == "Run completed with status: completed"
    assert frames[0][0] == "event: log"


def test_running_task_is_cancelled_then_retried(bench: Bench, client: httpx.Client) -> None:
    bench.template({"steps": [WAIT]})
    task_id = start(client).json()["id"]
    worker = threading.Thread(target=bench.runner.run, args=(task_id,))
    worker.start()
    while bench.view(task_id).steps[0].status != "processing":
        worker.join(0.05)
    refused = client.post(f"/tasks/{task_id}/retry")
    cancelled = client.post(f"/tasks/{task_id}/cancel")
    worker.join(20)

    assert refused.status_code == 409
    assert message(refused) == f"Task with taskId {task_id} cannot be retried"
    assert cancelled.json() == {"status": "cancelled"}
    assert client.get(f"/tasks/{task_id}").json()["status"] == "cancelled"
    assert "cancelled" in [e["type"] for e in client.get(f"/tasks/{task_id}/events").json()]
    assert client.post(f"/tasks/{task_id}/retry").status_code == 201
    types = [e.type for e in _events(bench, task_id)]
    assert "recovered" in types
    assert not {"cancelled", "completion"} & set(types)


def _events(bench: Bench, task_id: str) -> list[Any]:
    with bench.database.read() as connection:
        return bench.scaffolder.log(connection, task_id)


def test_finished_task_keeps_its_status_when_cancelled(bench: Bench, client: httpx.Client) -> None:
    bench.template({"steps": []})
    task_id = start(client).json()["id"]
    bench.runner.run(task_id)

    assert client.post(f"/tasks/{task_id}/cancel").json() == {"status": "completed"}


def test_tasks_are_listed(bench: Bench, client: httpx.Client) -> None:
    bench.template({"steps": []})
    ids = [start(client).json()["id"] for _ in range(3)]
    bench.runner.run(ids[0])

    page = client.get("/tasks", params={"limit": 2, "offset": 1, "order": "asc:created_at"}).json()
    done = client.get("/tasks", params={"status": "completed"}).json()

    assert (page["totalTasks"], [t["id"] for t in page["tasks"]]) == (3, ids[1:])
    assert [t["id"] for t in done["tasks"]] == ids[:1]


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/tasks/nope", 404, "No task with id 'nope' found"),
        ("/tasks/nope/eventstream", 404, "No task with id 'nope' found"),
        ("/tasks?order=foo", 400, 'Invalid order parameter "foo", expected "<asc or desc>:<field name>"'),
        ("/tasks?limit=abc", 400, "request/query/limit must be integer"),
        (
            "/templates/default/component/petstore/parameter-schema",
            400,
            "Invalid kind, only 'Template' kind is supported",
        ),
        ("/templates/default/template/nope/parameter-schema", 404, "Template template:default/nope not found"),
    ],
)
def test_bad_request_is_explained(client: httpx.Client, path: str, status: int, text: str) -> None:
    response = client.get(path)

    assert (response.status_code, message(response)) == (status, text)


def test_unknown_template_is_not_started(client: httpx.Client) -> None:
    response = start(client)

    assert (response.status_code, message(response)) == (404, "Template template:default/t1 not found")


@pytest.mark.parametrize("parameters", [PARAMETERS, [PARAMETERS], None])
def test_pages_of_a_form_are_shown(bench: Bench, client: httpx.Client, parameters: Any) -> None:
    bench.template({"steps": [], **({"parameters": parameters} if parameters else {})}, title="Tee one")

    found = client.get("/templates/default/Template/t1/parameter-schema").json()

    expected = [{"title": "About", "description": "What it is", "schema": PARAMETERS}] if parameters else []
    assert found == {"title": "Tee one", "steps": expected}


def test_actions_are_listed_with_their_schemas(client: httpx.Client) -> None:
    found = client.get("/actions").json()

    assert [a["id"] for a in found] == sorted(a["id"] for a in found)
    (rename,) = (a for a in found if a["id"] == "fs:rename")
    assert rename["schema"]["input"]["required"] == ["files"]
    assert rename["examples"][0]["example"].startswith("steps:\n")


def test_words_of_expressions_are_listed(client: httpx.Client) -> None:
    found = client.get("/templating-extensions").json()

    assert "parseRepoUrl" in found["filters"]
    assert "always" in found["globals"]["functions"]


def test_dry_run_gives_files_and_log(client: httpx.Client) -> None:
    template = {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "x"},
        "spec": {
            "steps": [
                {
                    "id": "f",
                    "action": "fetch:template",
                    "input": {"url": "./s", "values": {"n": "${{ parameters.n }}"}},
                },
                {"id": "r", "action": "catalog:register", "input": {"catalogInfoUrl": "https://x"}},
                {"id": "a", "action": "roadiehq:utils:fs:append", "input": {"path": "a.txt", "content": "+"}},
            ],
            "output": {"n": "${{ parameters.n }}"},
        },
    }
    contents = [{"path": "s/a.txt", "base64Content": base64.b64encode(b"n=${{ values.n }}").decode()}]

    found = client.post(
        "/dry-run", json={"template": template, "values": {"n": "x"}, "directoryContents": contents}
    ).json()

    expected = {"path": "a.txt", "executable": False, "base64Content": base64.b64encode(b"n=x+").decode()}
    assert found["directoryContents"] == [expected]
    assert [(c["where"], c["path"], c["kind"]) for c in found["changes"]] == [("workspace", "a.txt", "modified")]
    assert "-n=x\n" in found["changes"][0]["diff"]
    assert found["output"] == {"n": "x"}
    assert found["log"][0]["body"]["message"].startswith("Starting up task")
    assert "Skipping because catalog:register does not support dry-run" in json.dumps(found["log"])
    assert [s["status"] for s in found["steps"]] == ["completed", "skipped", "completed"]


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ({"action": "fs:rename", "input": {"files": [{"from": "a", "to": "b"}]}}, 500),
        ({"action": "fs:delete", "input": {"files": ["../x"]}}, 403),
        ({"action": "debug:log", "each": "x"}, 400),
    ],
)
def test_failing_dry_run_has_the_status_of_its_error(client: httpx.Client, step: Any, status: int) -> None:
    template = {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "x"},
        "spec": {"steps": [step]},
    }

    assert client.post("/dry-run", json={"template": template, "values": {}}).status_code == status


def test_dry_run_writes_nowhere_else(client: httpx.Client) -> None:
    template = {"apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template", "metadata": {"name": "x"}}
    contents = [{"path": "../../x", "base64Content": ""}]

    response = client.post("/dry-run", json={"template": template, "values": {}, "directoryContents": contents})

    assert response.status_code == 403
