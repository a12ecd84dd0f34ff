"""An installation that is sound until a test plants a fault in it, with a Slack and a GitHub of its own."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bot.doctor import Check, examine
from bot.runtime import Runtime
from callboard.config.build import build_config
from callboard.config.load import RawConfig


@dataclass
class Service:
    """Answers like Slack's or GitHub's API, as well or as badly as it is told."""

    answers: dict[str, tuple[int, dict[str, Any], dict[str, str]]] = field(default_factory=dict)
    url: str = ""

    def reply(self, path: str) -> tuple[int, dict[str, Any], dict[str, str]]:
        return self.answers.get(path.partition("?")[0], (404, {"ok": False, "error": "unknown_method"}, {}))


@contextmanager
def listening(service: Service) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            status, body, headers = service.reply(self.path)
            content = json.dumps(body).encode()
            self.send_response_only(status)
            for name, value in {"Date": formatdate(usegmt=True), **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the base class's name

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}/"
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Installation:
    """A sound installation, as a test finds it before it plants its fault."""

    folder: Path
    slack: Service
    github: Service
    config: dict[str, Any]
    migrate: bool = True
    planted: list[Callable[[Runtime], None]] = field(default_factory=list)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def set(self, path: str, value: Any) -> None:
        *sections, last = path.split(".")
        node = self.config
        for section in sections:
            node = node.setdefault(section, {})
        node[last] = value

    def plant(self, fault: Callable[[Runtime], None]) -> None:
        """Something in the database, once everything has been read."""
        self.planted.append(fault)

    def checks(self) -> list[Check]:
        runtime = Runtime(build_config(RawConfig(self.config)))
        try:
            if self.migrate:
                runtime.migrate()
                runtime.catalog.sync_locations()
                for fault in self.planted:
                    fault(runtime)
            return list(examine(runtime))
        finally:
            runtime.close()
