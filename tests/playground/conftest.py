import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from playground.client import Control
from playground.seed import WorkspaceSeed, default_seed
from playground.server import RunningWorkspace, serve
from playground.timing import Timing
from tests.playground import sample_app
from tests.playground.sink import Server, Sink, sink

TIMING = Timing(ack_seconds=1.0, retry_delays=(0.02, 0.05, 0.1))
Start = Callable[..., RunningWorkspace]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts workspaces that are gone after the test."""
    with ExitStack() as stack:

        def begin(seed: WorkspaceSeed | None = None, timing: Timing = TIMING) -> RunningWorkspace:
            return stack.enter_context(serve(seed or default_seed(), timing=timing))

        yield begin


@pytest.fixture
def running(start: Start) -> RunningWorkspace:
    return start()


@pytest.fixture
def control(running: RunningWorkspace) -> Iterator[Control]:
    with Control(running.url) as client:
        yield client


@pytest.fixture
def api(running: RunningWorkspace) -> WebClient:
    return WebClient(token=running.bot_token, base_url=running.api_url, retry_handlers=[])


def bolt_app(running: RunningWorkspace) -> App:
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)
    client = WebClient(token=running.bot_token, base_url=running.api_url)
    return sample_app.build(client=client, signing_secret=running.signing_secret)


@contextmanager
def over_sockets(app: App, running: RunningWorkspace) -> Iterator[None]:
    handler = SocketModeHandler(app, running.app_token, ping_interval=0.2)
    handler.connect()  # type: ignore[no-untyped-call]  # slack_bolt's signature
    try:
        yield
    finally:
        # The client waits 3 s for a message before it closes; a workspace that is gone spares that.
        handler.client.auto_reconnect_enabled = handler.client.default_auto_reconnect_enabled = False
        running.stop()
        handler.close()  # type: ignore[no-untyped-call]  # slack_bolt's signature


@contextmanager
def over_http(app: App) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The address of the app, and the headers of each request it got."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append({key.lower(): value for key, value in self.headers.items()})
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers: dict[str, Any] = {key.lower(): [value] for key, value in self.headers.items()}
            response = app.dispatch(BoltRequest(body=body, headers=headers))
            content = response.body.encode()
            self.send_response(response.status)
            for key, value in response.first_headers_without_set_cookie().items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/slack/events", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def app(control: Control) -> Iterator[Sink]:
    """An app over HTTP that does what the test says."""
    with sink() as recording:
        control.configure(request_url=recording.url)
        yield recording
