"""The start commands of the image, in a clean folder, by somebody who may write nothing but the data folder."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

from tests.catalog.petstore import SHOP
from tests.deploy.test_container import command_of, compose

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that others may look into too; pytest's own are for one user alone."""
    folder = Path(tempfile.mkdtemp(prefix="callboard-deploy-"))
    folder.chmod(0o755)
    yield folder
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def package() -> Iterator[Path]:
    """What a wheel of this repository installs, in a folder that nobody may write."""
    with open_folder() as folder:
        yield unpacked_wheel(folder)


def unpacked_wheel(folder: Path) -> Path:
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "tests", "docs", "*.egg-info", "build"))
    build: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        source,
    ]
    subprocess.run(build, check=True, capture_output=True)
    code = folder / "code"
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(code)
    for path in (code, *code.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return code


def as_nobody() -> list[str]:
    """A prefix that takes away everything but reading: the interpreter itself may lie where only root looks."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root, and no setpriv to become somebody else")
    user = pwd.getpwnam("nobody")
    reading = "-all,+dac_read_search"
    return [
        setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
        f"--inh-caps={reading}", f"--ambient-caps={reading}",
    ]  # fmt: skip


@pytest.fixture
def folder() -> Iterator[Path]:
    """A working directory, and beside it a data folder of nobody's."""
    with open_folder() as folder:
        (folder / "cwd").mkdir(mode=0o555)
        for name in ("data", "tmp"):
            (folder / name).mkdir()
            if os.geteuid() == 0:
                os.chown(folder / name, pwd.getpwnam("nobody").pw_uid, -1)
        (folder / "catalog-info.yaml").write_text(SHOP, encoding="utf-8")
        (folder / "app-config.yaml").write_text(json.dumps(config_in(folder)), encoding="utf-8")
        yield folder


def config_in(folder: Path) -> dict[str, Any]:
    nowhere = {"host": "127.0.0.1", "port": 0}
    return {
        "backend": {"listen": nowhere, "auth": {"dangerouslyDisableDefaultAuthPolicy": True}},
        "playground": {"listen": nowhere},
        "callboard": {"dataDir": str(folder / "data")},
        "catalog": {
            "locations": [{"type": "file", "target": str(folder / "catalog-info.yaml")}],
            "rules": [{"allow": ["Component", "API", "Resource", "System", "Domain", "Group", "User"]}],
        },
    }


class Started:
    """One process of ours; its output is read as it comes."""

    def __init__(self, package: Path, folder: Path, command: str) -> None:
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(folder / "tmp"), "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        words = [sys.executable, "-m", "bot.main", "--config", str(folder / "app-config.yaml"), "--log-json", command]
        self.process = subprocess.Popen(
            [*as_nobody(), *words], cwd=folder / "cwd", env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.errors: list[str] = []
        assert self.process.stderr is not None
        self._reader = threading.Thread(target=self._read, args=(self.process.stderr,), daemon=True)
        self._reader.start()

    def _read(self, stream: IO[str]) -> None:
        self.errors.extend(stream)

    def line_with(self, words: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if words in line:
                return line.strip()
        raise AssertionError("".join(self.errors))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def started(package: Path, folder: Path) -> Iterator[list[Started]]:
    running: list[Started] = []
    yield running
    for one in running:
        one.close()


def test_the_images_commands_run_as_nobody_and_write_only_data(
    package: Path, folder: Path, started: list[Started]
) -> None:
    before = {p: p.stat().st_mtime_ns for p in package.rglob("*")}
    where = subprocess.run(
        [*as_nobody(), sys.executable, "-c", "import bot, os; print(bot.__file__, os.getuid())"],
        capture_output=True, text=True, check=True, cwd=folder / "cwd",
        env={"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"},
    ).stdout.split()  # fmt: skip
    assert Path(where[0]).is_relative_to(package)
    assert where[1] != "0"

    commands = {name: command_of(s["command"]) for name, s in compose()["services"].items() if "build" in s}
    bot = Started(package, folder, commands["bot"])
    started.append(bot)
    url = bot.line_with("API: ").removeprefix("API: ")
    assert httpx.get(f"{url}/healthz", timeout=10).status_code == 200
    found = httpx.get(f"{url}/api/catalog/entities/by-name/component/default/petstore", timeout=10)
    assert found.json()["metadata"]["name"] == "Petstore"
    worker = Started(package, folder, commands["worker"])
    started.append(worker)
    worker.line_with("Working")
    assert [worker.stop(), bot.stop()] == [0, 0], bot.errors + worker.errors

    assert {p: p.stat().st_mtime_ns for p in package.rglob("*")} == before
    assert list((folder / "cwd").iterdir()) == []
    assert (folder / "data" / "callboard.db").exists()
    assert not [line for line in bot.errors + worker.errors if "Traceback" in line]
