"""`python -m playground`: the workspace alone, for any app."""

import argparse
import sys
import threading
from dataclasses import replace
from pathlib import Path

from playground.errors import SeedError
from playground.seed import WorkspaceSeed, default_seed
from playground.server import RunningWorkspace, serve
from playground.timing import quick


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="playground", description="A local Slack workspace for any app.")
    parser.add_argument("--seed", type=Path, help="people, channels and the app, as JSON")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7700)
    parser.add_argument("--request-url", help="call the app over HTTP here instead of over Socket Mode")
    parser.add_argument("--impatient", action="store_true", help="deliver again after tenths of a second, not minutes")
    return parser.parse_args()


def _told(running: RunningWorkspace) -> str:
    return (
        f"Workspace      {running.url}\nWeb API        {running.api_url}\nbot token      {running.bot_token}\n"
        f"app token      {running.app_token}\nsigning secret {running.signing_secret}\n"
    )


def main() -> int:
    arguments = _arguments()
    try:
        seed = default_seed() if arguments.seed is None else WorkspaceSeed.load(arguments.seed)
    except (OSError, ValueError, SeedError) as error:
        sys.stderr.write(f"The seed can't be used: {error}\n")
        return 2
    if arguments.request_url:
        seed = replace(seed, app=replace(seed.app, request_url=arguments.request_url))
    timing = quick() if arguments.impatient else None
    with serve(seed, arguments.host, arguments.port, timing=timing) as running:
        sys.stdout.write(_told(running))
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
