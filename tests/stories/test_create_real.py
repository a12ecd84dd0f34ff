"""Real templates, filled in and submitted in the workspace, each to the end of its run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.replica import Replica
from bot.runtime import runtime_from_files
from callboard.chat import Interaction, Reply
from playground.client import Control
from playground.forms import elements
from tests.handlers.filling import complete, fill
from tests.handlers.person import Person
from tests.handlers.real import FILES, SHARES, STEPS, patterns, templates
from tests.stories.conftest import NORA, ROOT

pytestmark = pytest.mark.skipif(not FILES, reason="needs a folder of real templates, named by CALLBOARD_REAL")
CHANNEL = "C07GENERAL0"


class Member(Person):
    """The same person, this time in the workspace: what they do goes to the app as Slack sends it."""

    def __init__(self, replica: Replica, control: Control) -> None:
        super().__init__(replica.runtime.services)
        self.control = control

    def look(self, after: str = "") -> None:
        """Take over the window on top, once it is another one than before."""
        view = self.control.wait_for_modal(NORA, lambda v: str(v.get("hash")) != after)
        self.view, self.errors = view, view.get("errors") or {}
        self.state = {b: dict(entries) for b, entries in view["state"]["values"].items()}

    def begin(self, template: str) -> None:
        self.control.command(NORA, CHANNEL, "/callboard create")
        self.control.wait_for_modal(NORA, lambda v: v["callback_id"] == "create.picker")
        self.look()
        value = f'{{"v":1,"t":"{template}"}}'
        button = next((b for b in self.view["blocks"] if (b.get("accessory") or {}).get("value") == value), None)
        if button is None:
            assert any(b["type"] == "actions" for b in self.view["blocks"]), self.text[:600]
            search = next(b for b in self.view["blocks"] if b["type"] == "actions")
            option = self.control.suggest(NORA, "create.template:search", template, view_id=self.view["id"])["options"]
            self._act("create.template:search", search["block_id"], selected_option=option[0])
        else:
            self._act("create.template", button["block_id"], value=value)

    def _act(self, action: str, block_id: str, **what: Any) -> None:
        before = str(self.view.get("hash"))
        self.control.action(NORA, action, view_id=self.view["id"], block_id=block_id, **what)
        self.look(before)

    def click(self, text: str) -> None:
        for block in self.view["blocks"]:
            for element in elements(block):
                if element["type"] == "button" and element["text"]["text"] == text:
                    self._act(element["action_id"], block["block_id"], value=element.get("value"))
                    return
        raise AssertionError(f"there is no button {text!r}")

    def submit(self) -> bool:
        answer = self.control.submit(NORA, self.state, self.view["id"])
        assert "error" not in answer, answer
        self.errors = answer["errors"]
        if not self.errors:
            self.look()
        return not self.errors

    def run(self, handler: Any, interaction: Interaction) -> Reply | None:  # noqa: ARG002 - the other person's
        where = {"view_id": self.view["id"], "block_id": interaction.block}
        found = self.control.suggest(NORA, interaction.action, interaction.text, **where)
        return Reply(options=found["options"])

    def wait_until_done(self, run: str) -> None:
        def is_done(message: dict[str, Any]) -> bool:
            return run in str(message.get("blocks")) and "is done" in message["text"]

        self.control.wait_for_message(CHANNEL, is_done, timeout=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalog").mkdir()
    config = {
        "callboard": {"dataDir": str(tmp_path / "data"), "secretKey": "a key for this test"},
        "backend": {"listen": {"host": "127.0.0.1", "port": 0}},
        "playground": {"listen": {"port": 0}, "seed": str(ROOT / "demo" / "workspace.json")},
        "catalog": {
            "rules": [{"allow": ["Template", "Component", "Group", "User"]}],
            "locations": [{"type": "file", "target": str(tmp_path / "catalog" / "*.yaml")}],
        },
    }
    (tmp_path / "app-config.yaml").write_text(json.dumps(config))
    return tmp_path


@pytest.fixture
def member(folder: Path, share: int) -> Iterator[Member]:
    for number, (where, spec) in enumerate(templates(share)):
        document = {
            "apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template",
            "metadata": {"name": f"t{number}", "description": where[-100:]},
            "spec": {"type": "service", "parameters": spec.get("parameters"), "steps": STEPS},
        }  # fmt: skip
        (folder / "catalog" / f"t{number}.yaml").write_text(yaml.safe_dump(document))
    with Replica(runtime_from_files([folder / "app-config.yaml"]), slack=True, listen=False) as replica:
        assert replica.workspace is not None
        with Control(replica.workspace.url) as control:
            yield Member(replica, control)


@pytest.mark.parametrize("share", [0, *(pytest.param(n, marks=pytest.mark.soak) for n in range(1, SHARES))])
def test_every_real_template_ends_in_a_run_that_is_done(member: Member, share: int) -> None:
    wrong: list[str] = []
    for number, (where, spec) in enumerate(templates(share)):
        try:
            member.begin(f"template:default/t{number}")
            fill(member, patterns(spec.get("parameters")))
            complete(member)
            member.submit()
            assert member.callback == "create.started", member.text[:1_000]
            run = member.text.rpartition("Run `")[2][:8]
            member.wait_until_done(run)
        except (AssertionError, TimeoutError) as error:
            wrong.append(f"{where}: {str(error)[:1_000]}")
        member.control.close(NORA, everything=True)
    assert not wrong, "\n\n".join(wrong)
