"""Requests to `POST /slack/events`: forged ones are refused, repeated ones act once."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from api.slack_events import MAX_BYTES
from bot.replica import Replica
from bot.runtime import Runtime
from callboard.config.build import build_config
from callboard.config.load import RawConfig
from callboard.errors import ConfigError
from playground.client import Control
from playground.seed import WorkspaceSeed
from playground.server import serve
from tests.catalog.petstore import SHOP
from tests.stories.conftest import free_port

PERSON = "U0PERSON"
KINDS = ["Component", "API", "Resource", "System", "Domain", "Group", "User"]
SEED: dict[str, Any] = {
    "users": [{"name": "person", "id": PERSON, "real_name": "A Person", "is_admin": True}],
    "channels": [{"name": "general", "id": "C0GENERAL", "members": [PERSON, "U0CALLBOARD"]}],
    "app": {
        "name": "Callboard", "bot_user_id": "U0CALLBOARD", "bot_user_name": "callboard",
        "commands": [{"command": "/callboard"}],
    },
}  # fmt: skip


@dataclass
class Door:
    """The replica's HTTP, and what Slack would sign its requests with."""

    client: httpx.Client
    control: Control
    secret: str
    channel: str

    def send(
        self, body: str, *, secret: str | None = None, age: float = 0, altered: str = "", form: bool = False
    ) -> int:
        stamp = str(int(time.time() - age))
        key = (self.secret if secret is None else secret).encode()
        signature = hmac.new(key, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signature}",
            "Content-Type": "application/x-www-form-urlencoded" if form else "application/json",
        }
        return self.client.post("/slack/events", content=body + altered, headers=headers).status_code

    def event(self, text: str, number: int) -> str:
        message = {"type": "message", "channel_type": "im", "user": PERSON, "channel": self.channel, "text": text}
        event = {**message, "ts": f"{time.time():.6f}", "event_ts": f"{time.time():.6f}"}
        return json.dumps({"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": event})

    def answers(self) -> list[str]:
        return [m["text"] for m in self.control.messages(self.channel) if m.get("bot_id") or m.get("user") != PERSON]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    port = free_port()
    app = {**SEED["app"], "request_url": f"http://127.0.0.1:{port}/slack/events"}
    seed = {**SEED, "app": app}
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    (folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    config = {
        "backend": {"listen": {"host": "127.0.0.1", "port": port}},
        "callboard": {"dataDir": str(folder / "data")},
        "playground": {"listen": {"port": 0}, "seed": str(folder / "seed.json")},
        "catalog": {
            "rules": [{"allow": KINDS}],
            "locations": [{"type": "file", "target": str(folder / "shop.yaml")}],
        },
    }
    with Replica(Runtime(build_config(RawConfig(config))), slack=True) as replica:
        workspace = replica.workspace
        assert workspace is not None
        with Control(workspace.url) as control, httpx.Client(base_url=replica.url, trust_env=False) as client:
            yield Door(client, control, workspace.signing_secret, "C0GENERAL")


def test_what_slack_signed_is_answered(door: Door) -> None:
    before = len(door.answers())
    assert door.send(door.event("who owns petstore?", 1)) == 200
    door.control.wait_until(lambda: len(door.answers()) == before + 1 or None, what="the answer")


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "guessed"},
        {"secret": "-"},
        {"altered": " "},
        {"age": 301},
        {"age": -301},
    ],
    ids=["another secret", "no secret at all", "another body", "old", "from the future"],
)
def test_a_forged_request_is_refused_and_does_nothing(door: Door, forged: dict[str, Any]) -> None:
    before = door.answers()
    assert door.send(door.event("who owns petstore?", 100), **forged) == 401
    unsigned = door.client.post("/slack/events", content=door.event("who owns petstore?", 101))
    assert unsigned.status_code == 401
    assert "petstore" not in unsigned.text
    assert door.answers() == before


def test_a_replayed_event_acts_once(door: Door) -> None:
    before = len(door.answers())
    body = door.event("who owns petstore?", 2)
    assert [door.send(body) for _ in range(4)] == [200] * 4
    marker = door.event("what depends on petstore?", 3)
    door.send(marker)
    door.control.wait_until(lambda: len(door.answers()) >= before + 2 or None, what="both answers")
    assert len(door.answers()) == before + 2


def test_a_replayed_command_acts_once(door: Door) -> None:
    before = len(door.answers())
    fields = {
        "command": "/callboard", "text": "feedback", "user_id": PERSON, "channel_id": door.channel, "team_id": "T1",
        "trigger_id": "1.2.replayed", "response_url": f"{door.client.base_url}healthz",
    }  # fmt: skip
    statuses = [door.send(urlencode(fields), form=True) for _ in range(3)]
    assert statuses == [200] * 3
    assert len(door.answers()) == before


def test_a_body_that_is_too_large_is_not_read_to_its_end(door: Door) -> None:
    assert door.client.post("/slack/events", content=b"x" * (MAX_BYTES + 1)).status_code == 413


def test_without_a_signing_secret_nothing_is_taken_over_http(tmp_path: Path) -> None:
    """Over Socket Mode alone nothing could tell a request of Slack's from anybody's."""
    seed = WorkspaceSeed.from_json(SEED)
    running = serve(seed)
    slack = {"botToken": running.bot_token, "appToken": running.app_token, "apiUrl": running.api_url}
    config = {
        "backend": {"listen": {"host": "127.0.0.1", "port": 0}},
        "callboard": {"dataDir": str(tmp_path / "data")},
        "slack": slack,
    }
    try:
        with Replica(Runtime(build_config(RawConfig(config))), slack=True) as replica:
            assert httpx.post(f"{replica.url}/slack/events", content=b"{}", trust_env=False).status_code == 401
    finally:
        running.stop()


@pytest.mark.parametrize(("token", "key"), [("botToken", "slack.botToken"), ("appToken", "slack.appToken")])
def test_a_token_that_slack_refuses_ends_the_start_with_its_name_and_without_its_value(
    tmp_path: Path, token: str, key: str
) -> None:
    running = serve(WorkspaceSeed.from_json(SEED))
    slack = {"botToken": running.bot_token, "appToken": running.app_token, "apiUrl": running.api_url}
    slack[token] = "xoxb-revoked-long-ago"
    replica = Replica(
        Runtime(build_config(RawConfig({"callboard": {"dataDir": str(tmp_path / "data")}, "slack": slack}))),
        slack=True,
        listen=False,
    )
    try:
        with pytest.raises(ConfigError) as refused, replica:
            pass
        assert key in refused.value.user_text
        assert "revoked-long-ago" not in refused.value.user_text
    finally:
        running.stop()
