"""A source of catalog files that a plugin brings, as docs/extending.md shows it."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.process import Process
from bot.runtime import Runtime
from callboard.config.model import AppConfig
from tests.conftest import ALL_KINDS

DOCS = Path(__file__).parents[2] / "docs" / "extending.md"
FILE = b"""\
{apiVersion: backstage.io/v1alpha1, kind: Component, metadata: {name: %s},
 spec: {type: service, owner: x, lifecycle: new}}
"""


class Remote:
    """The inventory that the example asks; `files` by their names."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def get(self, url: str) -> httpx.Response:
        request = httpx.Request("GET", url)
        name = url.rpartition("/files/")[2]
        if url.endswith("/files"):
            return httpx.Response(200, json=list(self.files), request=request)
        if not self.files[name]:
            return httpx.Response(503, request=request)
        return httpx.Response(200, content=self.files[name], request=request)


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Remote:
    made = Remote()
    monkeypatch.setattr(httpx, "get", made.get)
    return made


@pytest.fixture
def process(tmp_path: Path, remote: Remote) -> Any:
    example = next(b for b in re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL) if "class Inventory" in b)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own page
    settings = {"callboard": {"dataDir": str(tmp_path)}, "catalog": {"rules": [{"allow": ALL_KINDS}]}}
    runtime = Runtime(AppConfig.model_validate(settings))
    runtime.plugins.register(
        type("Plugin", (), {"callboard_catalog_providers": staticmethod(names["callboard_catalog_providers"])})()
    )
    runtime.migrate()
    yield Process(runtime)
    runtime.close()


def names_in(process: Process) -> set[str]:
    process.runtime.names.refresh()
    return {n for n in ("a", "b") if f"component:default/{n}" in process.runtime.names}


def test_what_a_plugins_provider_lists_is_in_the_catalog(process: Process, remote: Remote) -> None:
    remote.files = {"a.yaml": FILE % b"a", "b.yaml": FILE % b"b"}
    counts = process.runtime.catalog.sync_provider("inventory:default")

    assert (counts.created, names_in(process)) == (2, {"a", "b"})


def test_what_it_cant_read_stays(process: Process, remote: Remote) -> None:
    remote.files = {"a.yaml": FILE % b"a"}
    process.runtime.catalog.sync_provider("inventory:default")
    remote.files = {"a.yaml": b""}
    process.runtime.catalog.sync_provider("inventory:default")
    assert names_in(process) == {"a"}


def test_it_runs_on_its_schedule(process: Process) -> None:
    process._schedule()
    assert "provider:inventory:default" in process.clock._jobs
