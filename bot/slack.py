"""Connects the app to a workspace: over Socket Mode where there is an app token, else over HTTP."""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from slack_bolt import BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode import SocketModeClient

from bot.app import SlackApp
from bot.chat import SlackChat, call
from bot.identity import Identity
from bot.later import Later
from bot.notices import delivery_handlers
from bot.people import SlackDirectory
from bot.pictures import Pictures
from bot.process import Process
from bot.run_messages import RunMessages
from bot.runtime import Runtime
from bot.scope import Runner
from callboard.config.model import Slack as SlackSettings
from callboard.errors import ConfigError
from callboard.logs import get_logger

_log = get_logger("slack")
_SOCKET_WORKERS = 32
_PING_SECONDS = 3.0
"""A lost socket is noticed within so long; what is asked meanwhile Slack sends again after a minute only."""


class SlackConnection:
    """One replica's end of the Slack app."""

    def __init__(self, runtime: Runtime, process: Process, settings: SlackSettings) -> None:
        if settings.bot_token is None:
            raise ConfigError(
                ["slack.botToken: is missing; `callboard run` without any Slack token starts a local one"]
            )
        if settings.app_token is None and settings.signing_secret is None:
            raise ConfigError(["slack: needs `appToken` for Socket Mode or `signingSecret` for HTTP"])
        client = runtime.slack_client(token=settings.bot_token.get_secret_value(), api_url=settings.api_url)
        call(client.auth_test)  # Bolt asks too, but its complaint is no sentence for the person who starts us
        secret = settings.signing_secret.get_secret_value() if settings.signing_secret else ""
        identity = Identity(client, runtime.config.callboard)
        self._pictures = Pictures(client, runtime.config.callboard.data_dir)
        services = replace(runtime.services, pictures=self._pictures.file)
        runner = Runner(services, identity, after_write=process.poke)
        self.app = SlackApp(client=client, signing_secret=secret, runner=runner, command=settings.command)
        self._later = self.app.replies.later = Later(self._pictures)
        self._app_token = settings.app_token.get_secret_value() if settings.app_token else None
        self._socket: Any = None
        self._messages = attach_chat(runtime, process, self.app.chat)
        self.takes_requests = bool(secret)
        """Whether requests over HTTP can be told from forged ones; without a signing secret they can't."""

    def connect(self) -> None:
        """Open the socket; over HTTP there is nothing to open."""
        self._pictures.start()
        if self._app_token is not None:
            self._socket = SocketModeHandler(
                self.app.bolt, self._app_token, ping_interval=_PING_SECONDS, concurrency=_SOCKET_WORKERS
            )
            try:
                call(self._socket.connect)
            except ConfigError as error:
                raise ConfigError([p.replace("botToken", "appToken") for p in error.problems]) from None
            _log.info("connected to Slack", mode="socket")

    def close(self) -> None:
        if self._socket is not None:
            _hang_up(self._socket.client)
            self._socket.close()
        self._messages.close()
        self.app.close()
        self._later.close()
        self._pictures.close()

    def handle(self, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], str]:
        """One request of Slack's to `POST /slack/events`: status, headers and body of the answer."""
        request = BoltRequest(body=body.decode("utf-8", "replace"), headers={k: [v] for k, v in headers.items()})
        response = self.app.bolt.dispatch(request)
        return response.status, response.first_headers(), response.body


def _hang_up(client: SocketModeClient) -> None:
    """Let the thread that reads see its end at once: `close()` of the SDK waits for a lock that it holds while nothing
    comes, and takes again before anybody else; seconds, sometimes twenty.
    """
    client.auto_reconnect_enabled = False
    client.current_session_state.terminated = True
    connection = client.current_session
    if connection is not None and connection.sock is not None:
        with suppress(OSError):  # it is gone already
            socket.socket.shutdown(connection.sock, socket.SHUT_RD)  # TLS's own would forget its keys


def attach_chat(runtime: Runtime, process: Process, chat: SlackChat) -> RunMessages:
    """Let a process send: messages of runs, and notices. What it returns is to be closed."""
    messages = RunMessages(runtime, chat)
    process.on_run_change = messages.changed
    process.handlers.update(messages.handlers())
    process.handlers.update(delivery_handlers(runtime, chat, SlackDirectory(chat.client)))
    return messages


def attach_sender(runtime: Runtime, process: Process, settings: SlackSettings) -> None:
    """For a worker: it sends where there is a bot token, and leaves notices to others where there is none."""
    if settings.bot_token is not None:
        client = runtime.slack_client(token=settings.bot_token.get_secret_value(), api_url=settings.api_url)
        attach_chat(runtime, process, SlackChat(client))
