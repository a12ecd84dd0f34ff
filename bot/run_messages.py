"""The one message per run that always shows the run's true state.

A change is shown at once while the workspace's budget for updates lasts; past it the newest state waits its turn,
and final states go first.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from typing import Final

import orjson

from blocks import runs as drawing
from bot import repository
from bot.chat import SlackChat
from bot.runtime import Runtime
from callboard.chat import Message
from callboard.errors import CallboardError
from callboard.logs import get_logger
from scaffolder.model import RunView

_PER_MINUTE: Final = 45
_BURST: Final = 15.0
_RETRY: Final = 2.0
_log = get_logger("runs")


class RunMessages:
    """Told of changes by the runner, from any thread; `changed` may post at once or leave it to the background."""

    def __init__(self, runtime: Runtime, chat: SlackChat) -> None:
        self._runtime = runtime
        self._chat = chat
        self._tokens = _BURST
        self._counted_at = time.monotonic()
        self._guard = threading.Lock()
        self._one_writer = threading.Lock()
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._wake = threading.Event()
        threading.Thread(target=self._catch_up, name="run-messages", daemon=True).start()

    def changed(self, run_id: str) -> None:
        """Show the run as it is now, or as soon as the budget allows."""
        if run_id in self._waiting or not self._take() or not self._show_safely(run_id):
            self._wait(run_id)

    def _wait(self, run_id: str) -> None:
        with self._guard:
            self._waiting[run_id] = None
        self._wake.set()

    def _take(self) -> bool:
        with self._guard:
            now = time.monotonic()
            self._tokens = min(_BURST, self._tokens + (now - self._counted_at) * _PER_MINUTE / 60)
            self._counted_at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True

    def _catch_up(self) -> None:
        while True:
            self._wake.wait()
            with self._guard:
                run_id = next(iter(self._waiting), None)
                if run_id is None:
                    self._wake.clear()
                    continue
            if not self._take():
                time.sleep(0.2)
                continue
            with self._guard:
                self._waiting.pop(run_id, None)
            if not self._show_safely(run_id):
                time.sleep(_RETRY)
                self._wait(run_id)

    def _show_safely(self, run_id: str) -> bool:
        try:
            with self._one_writer:
                self._show(run_id)
        except CallboardError as error:
            _log.warning("run message not updated", run=run_id, reason=error.message)
            return not error.transient
        except Exception:  # noqa: BLE001 - a message must never stop the run it reports
            _log.exception("run message not updated", run=run_id)
        return True

    def _show(self, run_id: str) -> None:
        with self._runtime.database.read() as connection:
            run = self._runtime.scaffolder.run_view(connection, run_id)
            known = repository.run_message(connection, run_id)
        place = _place(run)
        if place is None:
            return
        message = drawing.render(run)
        digest = _digest(message)
        if known and known[2] == digest:
            return
        if known is None:
            channel, ts = self._chat.post(place, message)
        else:
            channel, ts = known[0], known[1]
            self._chat.update(channel, ts, message)
        with self._runtime.database.write() as connection:
            repository.save_run_message(connection, run_id, channel, ts, digest, time.time())


def _place(run: RunView) -> str | None:
    """Where the run was asked to report: a channel, else the person."""
    conversation = run.conversation or {}
    place = conversation.get("channel") or conversation.get("user")
    return str(place) if place else None


def _digest(message: Message) -> str:
    packed = orjson.dumps([message.text, list(message.blocks)])
    return hashlib.sha1(packed, usedforsecurity=False).hexdigest()
