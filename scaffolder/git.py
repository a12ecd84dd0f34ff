"""Runs git as a child process that asks nobody anything and reads nobody's configuration."""

import base64
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from callboard.errors import CallboardError, ServiceUnavailableError
from callboard.logs import redact
from scaffolder.child import finished

_SETTINGS: Final = {
    "core.hooksPath": os.devnull,
    "core.autocrlf": "false",
    "core.symlinks": "true",
    "commit.gpgSign": "false",
    "gc.auto": "0",
    "safe.directory": "*",
    "advice.detachedHead": "false",
    "init.defaultBranch": "main",
    "credential.helper": "",
}
_AWAY: Final = (
    "could not resolve", "connection refused", "failed to connect", "timed out", "returned error: 5",
)  # fmt: skip


class GitError(CallboardError):
    """git couldn't do that."""


class GitUnreachableError(GitError, ServiceUnavailableError):
    """The git server doesn't answer."""

    name = "ServiceUnavailableError"
    status = 503
    transient = True


class Git:
    """git in one folder. `header` is an HTTP header for the remote; it travels in the environment only."""

    def __init__(
        self,
        folder: Path,
        *,
        check: Callable[[], None] = lambda: None,
        header: str | None = None,
        protocols: str = "file",
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._check = check
        self._environment = _environment(header, protocols) | dict(variables or {})

    def __call__(self, *arguments: str) -> str:
        """Standard output; raises GitError with what git said."""
        process = subprocess.Popen(  # noqa: S603 - a fixed program, arguments as a list
            ["git", *arguments],  # noqa: S607 - found on the PATH that we hand on
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        output, complaint = finished(process, self._check)
        if process.returncode:
            raise _explained(arguments, complaint)
        return output.strip()


def basic_header(token: str, user: str = "x-access-token") -> str:
    """The header by which git hosts take a token."""
    credentials = base64.b64encode(f"{user}:{token}".encode()).decode()
    return f"Authorization: Basic {credentials}"


def _environment(header: str | None, protocols: str) -> dict[str, str]:
    settings = _SETTINGS | ({"http.extraHeader": header} if header else {})
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_ALLOW_PROTOCOL": protocols,
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for index, (key, value) in enumerate(settings.items()):
        environment |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "no_proxy"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _explained(arguments: Sequence[str], complaint: str) -> GitError:
    said = redact(" ".join(line.strip() for line in complaint.splitlines()[-4:] if line.strip()))
    message = f"git {arguments[0]} failed: {said or 'without a word'}"
    if any(sign in said.lower() for sign in _AWAY):
        return GitUnreachableError(message)
    return GitError(message)
