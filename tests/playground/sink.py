"""An app that writes down what it is sent and answers as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from playground.errors import Json


@dataclass(frozen=True)
class Seen:
    headers: dict[str, str]
    raw: bytes

    @property
    def payload(self) -> Json:
        if self.headers["content-type"].startswith("application/json"):
            body: Json = json.loads(self.raw)
            return body
        form = {key: values[0] for key, values in parse_qs(self.raw.decode(), keep_blank_values=True).items()}
        return json.loads(form["payload"]) if "payload" in form else form


@dataclass
class Sink:
    """`answers` are used up one by one; then 200 with nothing. A number is a status, else a JSON body."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    answer_headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event = field(default_factory=threading.Event)

    def payloads(self, kind: str) -> list[Json]:
        payloads = [each.payload for each in self.seen]
        return [each for each in payloads if kind in {each.get("type"), each.get("event", {}).get("type")}]


class Server(ThreadingHTTPServer):
    """Takes many connections at once; the standard one makes the sixth wait a second."""

    request_queue_size = 128
    daemon_threads = True


@contextmanager
def sink() -> Iterator[Sink]:
    app = Sink()
    app.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            app.seen.append(Seen({key.lower(): value for key, value in self.headers.items()}, raw))
            answer = app.answers.pop(0) if app.answers else 200
            app.hold.wait(10)
            body = b"" if isinstance(answer, int) else json.dumps(answer).encode()
            self.send_response(answer if isinstance(answer, int) else 200)
            for key, value in {"Content-Type": "application/json", **app.answer_headers}.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    app.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield app
    finally:
        app.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()
