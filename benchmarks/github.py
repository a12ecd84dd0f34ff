"""Reading an organisation of 10,000 repositories from our GitHub stand-in, which runs in a process of its own.

The figures are for SQLite, with entities stored; requests are counted by the stand-in.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.rows import Row, cpu_seconds
from callboard.config.model import AppConfig
from callboard.db import open_database
from callboard.db.migrate import upgrade
from catalog.ingest.target import Counts
from catalog.ingest.urls import HttpUrlReader
from catalog.providers.github import GithubProvider
from catalog.service import Catalog, build_catalog

REPOSITORIES: Final = 10_000
CHANGED: Final = 10
_REQUESTS: Final = REPOSITORIES // 100 + 1
_SECONDS: Final = 30.0


def run() -> Iterator[Row]:
    """The first run, one that finds everything as it was, one that finds ten files changed."""
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder, _stand_in() as github, \
            _catalog(Path(folder), github.about) as catalog:  # fmt: skip
        key = catalog.providers[0].key
        yield from _measured(
            "first run", github, catalog, key, Counts(created=REPOSITORIES), 3 * REPOSITORIES // 100 + 1
        )
        unchanged = Counts(unchanged=REPOSITORIES)
        yield from _measured("nothing changed", github, catalog, key, unchanged, _REQUESTS, _SECONDS)
        github.ask("change")
        some = Counts(updated=CHANGED, unchanged=REPOSITORIES - CHANGED)
        yield from _measured(f"{CHANGED} files changed", github, catalog, key, some, _REQUESTS)


def _measured(
    label: str,
    github: "_StandIn",
    catalog: Catalog,
    key: str,
    expected: Counts,
    most: int,
    seconds: float | None = None,
) -> Iterator[Row]:
    github.ask("count")
    began, cpu = time.perf_counter(), cpu_seconds()
    found = catalog.sync_provider(key)
    took, used = time.perf_counter() - began, cpu_seconds() - cpu
    if found != expected:
        raise RuntimeError(f"{label}: {found} instead of {expected}")
    requests = sum(github.ask("count").values())
    yield Row(f"{REPOSITORIES:,} repositories, {label}", "s", took, seconds, f"{used:.1f} s of CPU")
    yield Row(f"{REPOSITORIES:,} repositories, {label}: requests", "", requests, most)


@contextlib.contextmanager
def _catalog(folder: Path, about: dict[str, str]) -> Iterator[Catalog]:
    integration = {"host": about["host"], "apiBaseUrl": about["api"], "token": about["token"]}
    plain = {"organization": "acme", "host": about["host"]}
    data = {"integrations": {"github": [integration]}, "catalog": {"providers": {"github": plain}}}
    config = AppConfig.model_validate(data)
    (settings,) = config.catalog.providers.github.values()
    provider = GithubProvider(id="bench", settings=settings, integration=config.integrations.github[0])
    database = open_database(f"sqlite:///{folder}/bench.db")
    upgrade(database)
    yield build_catalog(database, config, urls=HttpUrlReader(config), providers=[provider])
    database.dispose()


class _StandIn:
    """The other process, asked over its standard input."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.about: dict[str, str] = self._answer()

    def ask(self, what: str) -> dict[str, int]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the stand-in has ended")
        found: dict[str, Any] = json.loads(line)
        return found


@contextlib.contextmanager
def _stand_in() -> Iterator[_StandIn]:
    command = [sys.executable, "-m", "benchmarks.github"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            yield _StandIn(process)
        finally:
            process.terminate()


def _file(name: str, lifecycle: str) -> str:
    metadata = f"metadata:\n  name: {name}\n  description: What {name} does.\n  tags: [java, tier1]\n"
    spec = f"spec:\n  type: service\n  lifecycle: {lifecycle}\n  owner: team-{int(name[-5:]) % 40}\n  system: shop\n"
    return f"apiVersion: backstage.io/v1alpha1\nkind: Component\n{metadata}{spec}"


def _serve() -> None:
    """The stand-in's side: fill it, say where it is, do what the lines of the standard input ask for."""
    from tests.standins.github import GithubStandIn

    names = [f"service-{number:05}" for number in range(REPOSITORIES)]
    with GithubStandIn(org="acme") as github:
        for name in names:
            github.add_repository(name, {"catalog-info.yaml": _file(name, "production"), "README.md": f"# {name}\n"})
        _say({"host": github.host, "api": github.api_url, "token": github.token})
        for line in sys.stdin:
            if line.strip() == "change":
                for name in names[:: REPOSITORIES // CHANGED]:
                    github.put_file(name, "catalog-info.yaml", _file(name, "deprecated"))
            _say(github.counted())


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
