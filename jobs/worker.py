"""Threads that claim tasks and run their handlers."""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from callboard.errors import CallboardError
from callboard.logs import get_logger, redact
from jobs.queue import MAX_ATTEMPTS, NotOursError, Queue, Task

Handler = Callable[[Task], None]
_log = get_logger("jobs")
_IDLE: Final = 0.25
_LOOK: Final = 1.0
"""Seconds between two looks at what is running: how late a task that takes too long may be given up."""
_AWAY: Final = 1.0
"""Seconds to wait while no task can be claimed."""


class Worker:
    """A pool on some queues. A handler that raises is tried again later, unless the error says it is for good.

    What a handler writes after its task was given up or taken over is refused.
    """

    def __init__(
        self,
        queue: Queue,
        handlers: Mapping[str, Handler],
        *,
        queues: Sequence[str],
        threads: int = 2,
        gave_up: Handler = lambda _task: None,
    ) -> None:
        """`gave_up` is called for a task that overran its timeout."""
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._queue = queue
        self._handlers = handlers
        self._gave_up = gave_up
        self.queues = queues
        self._looking = threading.Lock()
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._running: dict[int, tuple[Task, float]] = {}
        self._threads = [
            threading.Thread(target=self._loop, name=f"worker-{queues[0]}-{n}", daemon=True) for n in range(threads)
        ]
        self._threads.append(threading.Thread(target=self._watch, name=f"heartbeat-{queues[0]}", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout: float = 10.0) -> None:
        """Finish what is running, if it ends in time; its lease hands it over otherwise."""
        self._stopped.set()
        self._wake.set()
        deadline = time.monotonic() + timeout
        for thread in (t for t in self._threads if t.is_alive()):
            thread.join(max(0.0, deadline - time.monotonic()))

    def poke(self) -> None:
        """Something was enqueued here: look at once."""
        self._wake.set()

    def run_one(self) -> bool:
        """Claim and run one task in this thread; False when nothing is due."""
        task = self._queue.claim(self.queues, self.name)
        if task is None:
            return False
        self._carry_out(task)
        return True

    def _loop(self) -> None:
        while not self._stopped.is_set():
            try:
                if (task := self._next()) is not None:
                    self._carry_out(task)
            except Exception:  # noqa: BLE001 - the database may be away for a minute; the pool must outlive it
                if not self._queue.database.outage.lasts:
                    _log.exception("no task could be claimed")
                self._stopped.wait(_AWAY)

    def _next(self) -> Task | None:
        """Wait for a task, one thread for all: the others look when this one has something to do."""
        with self._looking:
            while not self._stopped.is_set():
                self._wake.clear()
                task = self._queue.claim(self.queues, self.name)
                if task is not None:
                    return task
                self._wake.wait(_IDLE)
        return None

    def _carry_out(self, task: Task) -> None:
        self._running[task.id] = task, time.monotonic()
        try:
            self._run(task)
        finally:
            self._running.pop(task.id, None)

    def _run(self, task: Task) -> None:
        handler = self._handlers.get(task.kind)
        if handler is None:
            self._queue.fail(task, self.name, f"no handler for {task.kind}", retry_in=None)
            return
        try:
            with self._queue.database.fenced(partial(self._queue.check, task=task)):
                handler(task)
        except NotOursError:
            _log.info("late task ended", kind=task.kind, task=task.id)
        except Exception as error:  # noqa: BLE001 - a task's failure is its own
            self._failed(task, error)
        else:
            self._queue.finish(task, self.name)

    def _failed(self, task: Task, error: Exception) -> None:
        """Later again: not before whoever was asked wants to be asked."""
        if self._queue.database.outage.lasts:
            raise error  # nothing can be noted; the lease runs out, and somebody takes the task up again
        permanent = isinstance(error, CallboardError) and not error.transient
        last = permanent or task.attempt >= MAX_ATTEMPTS
        asked = float(getattr(error, "retry_after", 0.0))
        wait = max(min(2.0**task.attempt, 300.0), asked)
        about = {"kind": task.kind, "task": task.id, "attempt": task.attempt}
        if asked and not last:
            _log.info("task waits", **about, seconds=wait, reason=redact(str(error)))
        else:
            _log.warning("task failed", **about, final=last, exc_info=error)
        self._queue.fail(task, self.name, redact(str(error)), retry_in=None if last else wait)

    def _watch(self) -> None:
        lease, beaten = self._queue.lease / 3, time.monotonic()
        while not self._stopped.wait(min(_LOOK, lease)):
            now = time.monotonic()
            late = [t for t, began in list(self._running.values()) if t.timeout is not None and now - began > t.timeout]
            beats = [t for t, _began in list(self._running.values()) if t not in late] if now - beaten >= lease else []
            beaten = now if beats else beaten
            for act, some in ((self._give_up, late), (self._beat, beats)):
                for task in some:
                    try:
                        act(task)
                    except Exception:  # noqa: BLE001 - the next look may reach the database again
                        _log.debug("running task not looked after", task=task.id, exc_info=True)

    def _beat(self, task: Task) -> None:
        if not self._queue.heartbeat(task, self.name):
            self._running.pop(task.id, None)  # somebody else has it

    def _give_up(self, task: Task) -> None:
        message = f"It didn't end within {task.timeout:g} seconds and was given up."
        if self._queue.fail(task, self.name, message, retry_in=None):
            _log.warning("task given up", kind=task.kind, task=task.id, timeout=task.timeout)
            self._gave_up(task)
        self._running.pop(task.id, None)
