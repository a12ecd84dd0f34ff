"""`python -m tests.standins.github --root demo/github --org acme --port 7009`: runs until it is told to stop."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

import tests.scaffolder.github_routes  # noqa: F401 - teaches the stand-in pull requests and issues
from tests.standins.github.server import GithubStandIn


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.standins.github", description=__doc__)
    parser.add_argument("--root", type=Path, help="each folder in it is a repository")
    parser.add_argument("--org", default="acme")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7009)
    parser.add_argument("--token-env", default="GITHUB_TOKEN", help="the variable that holds the token to accept")
    given = parser.parse_args()
    options = {"token": os.environ[given.token_env]} if os.environ.get(given.token_env) else {}
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with GithubStandIn(org=given.org, root=given.root, host=given.host, port=given.port, **options) as standin:
        sys.stdout.write(f"{standin.url}/{given.org}  API {standin.api_url}  token {standin.token}\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
