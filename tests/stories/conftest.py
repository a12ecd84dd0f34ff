"""The demo company in a local workspace, with the real app connected to it as to Slack."""

import json
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.replica import Replica
from bot.runtime import runtime_from_files
from playground.client import Control
from tests.standins.github import GithubStandIn

ROOT = Path(__file__).resolve().parents[2]
NORA = "U07FINCH000"
TOKEN = "stand-in-token"


@dataclass
class Company:
    """The running demo: its folder, the app, and a person's hands in the workspace."""

    folder: Path
    replica: Replica
    control: Control
    github: GithubStandIn

    @property
    def channels(self) -> dict[str, str]:
        return {c["name"]: c["id"] for c in self.control.state()["channels"] if c.get("name")}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def company(tmp_path: Path, transport: str) -> Iterator[Company]:
    folder = tmp_path / "demo"
    for name in ("catalog", "templates", "github", "github-later"):
        shutil.copytree(ROOT / "demo" / name, folder / name)
    port = free_port()
    seed = json.loads((ROOT / "demo" / "workspace.json").read_text(encoding="utf-8"))
    if transport == "http":
        seed["app"]["request_url"] = f"http://127.0.0.1:{port}/slack/events"
    (folder / "workspace.json").write_text(json.dumps(seed), encoding="utf-8")
    with GithubStandIn(org="gods-and-stalls", root=folder / "github", token=TOKEN) as github:
        config = folder / "app-config.yaml"
        config.write_text(json.dumps(_config(folder, github, port)), encoding="utf-8")
        runtime = runtime_from_files([config])
        with Replica(runtime, slack=True) as replica:
            assert replica.workspace is not None
            with Control(replica.workspace.url) as control:
                yield Company(folder, replica, control, github)


def _config(folder: Path, github: GithubStandIn, port: int) -> dict[str, object]:
    kinds = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"]
    return {
        "backend": {"listen": {"host": "127.0.0.1", "port": port}, "baseUrl": f"http://127.0.0.1:{port}"},
        "callboard": {"dataDir": str(folder / "data")},
        "playground": {"listen": {"port": 0}, "seed": str(folder / "workspace.json")},
        "notifications": {
            "groupingWindow": "1s",
            "failingAfter": "1s",
            "quietHours": False,
            "workingDays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        },
        "catalog": {
            "rules": [{"allow": kinds}],
            "locations": [{"type": "file", "target": str(folder / "catalog" / "all.yaml")}],
            "providers": {
                "github": {
                    "organization": "gods-and-stalls",
                    "host": github.host,
                    "schedule": {"frequency": {"seconds": 1}, "timeout": {"minutes": 1}},
                }
            },
        },
        "integrations": {
            "github": [{"host": github.host, "apiBaseUrl": github.api_url, "token": TOKEN}],
            "git": [{"host": "local", "directory": str(folder / "git")}],
        },
    }
