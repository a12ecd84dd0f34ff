"""`git clone` and `git push` over HTTP, answered by git's own http-backend."""

import base64
import os
import subprocess
from collections.abc import Mapping

from tests.standins.github.organization import Repository
from tests.standins.github.traffic import Answer, Refusal, Traffic

_SERVICES = frozenset({"info/refs", "git-upload-pack", "git-receive-pack"})


def is_git(rest: str) -> bool:
    return rest in _SERVICES


def respond(
    traffic: Traffic, it: Repository, *, rest: str, method: str, query: str, headers: Mapping[str, str], body: bytes
) -> Answer:
    """Runs the CGI program for one request."""
    writes = "receive-pack" in rest or "git-receive-pack" in query
    _check(traffic, it, headers.get("authorization", ""), writes=writes)
    environment = {
        "PATH": os.environ.get("PATH", ""), "GIT_PROJECT_ROOT": str(it.git.folder), "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(it.git.folder), "PATH_INFO": f"/{rest}", "REQUEST_METHOD": method,
        "QUERY_STRING": query, "REMOTE_USER": "standin", "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers.get("content-type", ""), "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""), "GIT_PROTOCOL": headers.get("git-protocol", ""),
    }  # fmt: skip
    done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=environment, check=True)
    return _answer(done.stdout)


def _check(traffic: Traffic, it: Repository, authorization: str, *, writes: bool) -> None:
    if not authorization and not writes and it.visibility == "public":
        return
    try:
        _user, _, token = base64.b64decode(authorization.partition(" ")[2]).decode().partition(":")
    except ValueError:
        token = ""
    if not traffic.is_good(token):
        raise Refusal(401, "Authentication failed", {"www-authenticate": 'Basic realm="GitHub"'})


def _answer(output: bytes) -> Answer:
    head, _, body = output.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode().split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    status = int(headers.pop("status", "200").split(" ")[0])
    return Answer(body, status, headers, headers.pop("content-type", "text/plain"))
