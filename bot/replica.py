"""A running replica with its front doors: HTTP, Slack, and the local workspace where no Slack is configured."""

import os
import socket
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pydantic import SecretStr

from bot.process import Process
from bot.runtime import Runtime
from callboard.config.model import Slack as SlackSettings
from callboard.errors import ServiceUnavailableError
from callboard.logs import get_logger

if TYPE_CHECKING:
    from bot.slack import SlackConnection
    from playground.server import RunningWorkspace

_log = get_logger("replica")


class Replica:
    """Entered, it is migrated, has read its catalog, and answers; left, it has stopped."""

    def __init__(self, runtime: Runtime, *, slack: bool, listen: bool = True) -> None:
        self.runtime = runtime
        self.process = Process(runtime)
        self.workspace: RunningWorkspace | None = None
        self.slack: SlackConnection | None = None
        self.url = ""
        self._wants_slack = slack
        self._listens = listen
        self._server: Any = None
        self._ready = False

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self) -> None:
        self.process.prepare()
        if self._wants_slack:
            self._attach_slack()
        if self._listens:
            self._listen()
        self.process.start()
        if self.slack is not None:
            self.slack.connect()
        self._ready = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ready = False
        if self._server is not None:  # no more requests of Slack's before what was acknowledged is finished
            self._server.should_exit = True
            self._thread.join(10)
        if self.slack is not None:
            self.slack.close()
        self.process.stop()
        if self.workspace is not None:
            self.workspace.stop()
        self.runtime.close()

    def welcome(self) -> Iterator[str]:
        """Where to go now, for the person at the terminal."""
        if self.workspace is not None:
            yield f"Your local Slack workspace: {self.workspace.url}"
            yield "No Slack tokens are configured, so nothing leaves this machine."
        if self.url:
            yield f"API: {self.url}"

    def _attach_slack(self) -> None:
        from bot.slack import SlackConnection

        settings = self.runtime.config.slack
        if settings.bot_token is None and settings.app_token is None and settings.signing_secret is None:
            settings = self._start_workspace()
        self.slack = SlackConnection(self.runtime, self.process, settings)

    def _start_workspace(self) -> SlackSettings:
        from bot.local_workspace import installed, seed_for, start_workspace
        from playground.seed import WorkspaceSeed

        settings = self.runtime.config.playground
        seed = WorkspaceSeed.load(settings.seed) if settings.seed else seed_for(self.runtime)
        self.workspace = start_workspace(installed(seed, self.runtime), settings.listen.host, settings.listen.port)
        _log.info("local workspace", url=self.workspace.url)
        return SlackSettings(
            bot_token=SecretStr(self.workspace.bot_token),
            app_token=None if seed.app.request_url else SecretStr(self.workspace.app_token),
            signing_secret=SecretStr(self.workspace.signing_secret),
            api_url=self.workspace.api_url,
            command=self.runtime.config.slack.command,
        )

    def _listen(self) -> None:
        import uvicorn

        from api.server import settings
        from bot.http import build_app

        listen = self.runtime.config.backend.listen
        try:
            listener = socket.create_server((listen.host, listen.port))
        except OSError as error:
            raise ServiceUnavailableError(
                f"Can't listen on {listen.host}:{listen.port}: {os.strerror(error.errno or 0)}.",
                hint="Stop what uses that port, or set `backend.listen` to another one.",
            ) from None
        self.url = f"http://{listen.host}:{listener.getsockname()[1]}"
        app = build_app(
            self.runtime,
            handle_slack=self.slack.handle if self.slack and self.slack.takes_requests else None,
            is_ready=self._is_ready,
            poke=self.process.poke,
        )
        self._server = uvicorn.Server(settings(app))
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="http", daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            self._thread.join(0.01)

    def _is_ready(self) -> bool:
        return self._ready
