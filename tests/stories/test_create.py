"""Creation in the workspace, with everything between a command and a repository: drafts, secrets, retries, cards."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.replica import Replica
from bot.runtime import runtime_from_files
from playground.client import Control
from scaffolder.drafts.tables import drafts
from tests.standins.github import GithubStandIn
from tests.stories.conftest import NORA, ROOT, TOKEN, Company, _config, free_port

SECRETIVE = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: secretive, title: Secretive, description: Wants a token}
spec:
  type: service
  owner: team-platform
  parameters:
    - title: About
      required: [name, token]
      properties:
        name: {title: Name, type: string}
        kind: {title: Kind, type: string, enum: [plain, fancy], default: plain}
        token: {title: Token, type: string, ui:field: Secret}
      dependencies:
        kind:
          oneOf:
            - properties: {kind: {enum: [plain]}}
            - properties: {kind: {enum: [fancy]}, colour: {title: Colour, type: string}}
  steps:
    - {id: say, name: Say it, action: debug:log, input: {message: "token ${{ secrets.token }}"}}
    - {id: break, name: Break, action: fs:rename, input: {files: [{from: none, to: some}]}}
"""


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """Over Socket Mode, with a key for secrets and a template that wants one."""
    folder = tmp_path / "demo"
    for name in ("catalog", "templates", "github", "github-later"):
        shutil.copytree(ROOT / "demo" / name, folder / name)
    shutil.copy(ROOT / "demo" / "workspace.json", folder / "workspace.json")
    (folder / "templates" / "secretive").mkdir()
    (folder / "templates" / "secretive" / "template.yaml").write_text(SECRETIVE)
    with GithubStandIn(org="gods-and-stalls", root=folder / "github", token=TOKEN) as github:
        config: dict[str, Any] = dict(_config(folder, github, free_port()))
        config["callboard"] = {**config["callboard"], "secretKey": "a key for this test"}
        (folder / "app-config.yaml").write_text(json.dumps(config), encoding="utf-8")
        with Replica(runtime_from_files([folder / "app-config.yaml"]), slack=True) as replica:
            assert replica.workspace is not None
            with Control(replica.workspace.url) as control:
                yield Company(folder, replica, control, github)


def choose(company: Company, template: str) -> dict[str, Any]:
    control = company.control
    control.command(NORA, company.channels["team-checkout"], "/callboard create")
    picker = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.picker")
    offered = next(b for b in picker["blocks"] if f"/{template}" in str(b.get("accessory")))
    button = offered["accessory"]
    control.action(NORA, button["action_id"], view_id=picker["id"], block_id=offered["block_id"], value=button["value"])
    return control.wait_for_modal(NORA, lambda v: v["callback_id"] != "create.picker")


def click(company: Company, text: str) -> None:
    view = company.control.modal(NORA)
    assert view is not None
    for block in view["blocks"]:
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]:
            if element.get("text", {}).get("text") == text:
                company.control.action(
                    NORA, element["action_id"], view_id=view["id"], block_id=block["block_id"],
                    value=element.get("value"),
                )  # fmt: skip
                return
    raise AssertionError(f"no button {text}: {view['blocks']}")


def enter(company: Company, name: str, value: str) -> None:
    view = company.control.wait_for_modal(NORA, lambda v: f"f:{name}" in str(v["blocks"]))
    company.control.fill(NORA, "create.value", view_id=view["id"], block_id=f"f:{name}", value=value)


def buttons(message: dict[str, Any]) -> list[str]:
    return [e["text"]["text"] for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]


def give_secret(view: dict[str, Any], value: str) -> str:
    """Open the page that a window leads to, and send its form as a browser does."""
    found = re.search(r"http://[^\"']+/secrets/[\w-]+", json.dumps(view))
    assert found is not None
    url = found[0]
    origin = "/".join(url.split("/")[:3])
    with httpx.Client(trust_env=False) as browser:
        assert 'type="password"' in browser.get(url).text
        answer = browser.post(url, data={"token": value}, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200, answer.text
    return url


def kept(company: Company, words: str) -> bool:
    """Whether a draft has these words by now: what is closed is kept after it was acknowledged."""
    with company.replica.runtime.database.read() as connection:
        return any(words in str(values) for values in connection.execute(select(drafts.c["values"])).scalars())


def test_a_form_that_was_closed_is_found_again(company: Company) -> None:
    control = company.control
    choose(company, "secretive")
    enter(company, "name", "typed before closing")
    control.close(NORA)
    control.wait_until(lambda: kept(company, "typed before closing"), what="the draft")
    found = choose(company, "secretive")
    assert found["callback_id"] == "create.found"
    click(company, "Continue where you left")
    page = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.form")

    assert "typed before closing" in str(page)


def test_a_choice_keeps_what_is_typed_beside_it(company: Company) -> None:
    control = company.control
    page = choose(company, "secretive")
    enter(company, "name", "half a name")
    block = next(b for b in page["blocks"] if b["block_id"] == "f:kind")
    control.action(NORA, block["element"]["action_id"], view_id=page["id"], block_id="f:kind", value="1")
    after = control.wait_for_modal(NORA, lambda v: "f:colour" in str(v["blocks"]))

    assert after["state"]["values"]["f:name"]["create.value"]["value"] == "half a name"


def test_secrets_go_by_the_browser_and_are_asked_again_for_a_retry(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    choose(company, "secretive")
    enter(company, "name", "vault")
    control.submit(NORA)
    review = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.review")
    control.submit(NORA)
    refused = control.wait_for_modal(NORA, lambda v: "Enter Token first" in str(v["blocks"]))
    give_secret(refused, "correct-horse-battery")
    control.submit(NORA)
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.started")
    failed = control.wait_for_message(channel, lambda m: "failed" in m["text"], timeout=20)
    assert buttons(failed) == ["Retry", "Run again", "Log"]

    control.click(NORA, failed, "run.retry")
    asked = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "run.secrets")
    give_secret(asked, "correct-horse-battery")
    control.submit(NORA)
    control.wait_for_message(channel, lambda m: "attempt 2" in str(m["blocks"]) and "failed" in m["text"], timeout=20)
    control.click(NORA, failed, "run.log")
    posted = control.wait_for_message(channel, lambda m: bool(m.get("files")), timeout=10)
    workspace = company.replica.workspace
    assert workspace is not None
    token = {"Authorization": f"Bearer {workspace.bot_token}"}
    log = httpx.get(posted["files"][0]["url_private"], headers=token, trust_env=False).text

    assert "token ***" in log
    assert "correct-horse" not in json.dumps([log, review, control.log()])


def test_a_run_again_is_one_click_from_done(company: Company) -> None:
    control, channel = company.control, company.channels["team-checkout"]
    choose(company, "new-docs-site")
    enter(company, "name", "on-sale-guide")
    enter(company, "title", "On-sale guide")
    view = control.modal(NORA)
    assert view is not None
    action = next(b["element"]["action_id"] for b in view["blocks"] if b.get("block_id") == "f:owner")
    offered = control.suggest(NORA, action, "checkout", view_id=view["id"], block_id="f:owner")
    option = offered["options"][0]
    control.action(NORA, action, view_id=view["id"], block_id="f:owner", selected_option=option)
    control.submit(NORA)
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.review")
    control.submit(NORA)
    done = control.wait_for_message(channel, lambda m: "is done" in m["text"], timeout=20)
    card = control.wait_for_message(channel, lambda m: "is in the catalog" in m["text"], timeout=20)
    control.close(NORA, everything=True)
    control.click(NORA, done, "run.again")
    review = control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.review")

    assert card["thread_ts"] == done["ts"]
    assert "on-sale-guide" in str(review["blocks"])
    assert buttons(done)[-2:] == ["Run again", "Log"]


def test_a_preview_is_sent_before_anything_happens(company: Company) -> None:
    control = company.control
    choose(company, "secretive")
    enter(company, "name", "vault")
    control.submit(NORA)
    control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.review")
    click(company, "Preview")
    control.wait_for_modal(NORA, lambda v: "send you the files and changes" in str(v["blocks"]))
    direct = next(c["id"] for c in control.state()["channels"] if c.get("is_im") and c.get("user") == NORA)
    posted = control.wait_for_message(direct, lambda m: bool(m.get("files")), timeout=20)

    workspace = company.replica.workspace
    assert workspace is not None
    token = {"Authorization": f"Bearer {workspace.bot_token}"}
    text = httpx.get(posted["files"][0]["url_private"], headers=token, trust_env=False).text
    assert text.startswith("Preview of Secretive. Nothing has happened.\nIt would fail: ENOENT")
    assert "token ***" in text
