"""Replies that take longer than an interaction may: made and sent by threads that answer nobody else."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from blocks import notes
from bot.pictures import Pictures, patiently, stale
from callboard.chat import Reply
from callboard.errors import CallboardError
from callboard.logs import get_logger

_THREADS: Final = 3
_log = get_logger("later")
Send = Callable[[Reply], None]


class Later:
    """`send` posts one reply and raises when Slack refuses it."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="later")

    def submit(self, make: Callable[[], Reply], send: Send) -> None:
        self._pool.submit(self._run, make, send)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, make: Callable[[], Reply], send: Send) -> None:
        """Whatever goes wrong, the person who waits is told."""
        try:
            reply = make()
            patiently(lambda: send(reply))
        except CallboardError as error:
            gone = stale(error)
            if gone:
                self._pictures.forget()
            _log.warning("not delivered", reason=error.message)
            self._apologize(send, Reply(notes.refusal(gone or error)))
        except Exception:  # noqa: BLE001 - nobody reads the pool's futures
            reference = uuid.uuid4().hex[:8]
            _log.exception("not delivered", reference=reference)
            self._apologize(send, Reply(notes.defect(reference)))

    @staticmethod
    def _apologize(send: Send, reply: Reply) -> None:
        try:
            send(reply)
        except CallboardError as error:
            _log.warning("apology not delivered", reason=error.message)
