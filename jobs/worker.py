"""Threads that claim tasks and run their handlers."""

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence

from callboard.errors import CallboardError
from callboard.logs import get_logger, redact
from jobs.queue import MAX_ATTEMPTS, Queue, Task

Handler = Callable[[Task], None]
_log = get_logger("jobs")
_IDLE = 0.25


class Worker:
    """A pool on some queues. A handler that raises is tried again later, unless the error says it is for good."""

    def __init__(
        self, queue: Queue, handlers: Mapping[str, Handler], *, queues: Sequence[str], threads: int = 2
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._queue = queue
        self._handlers = handlers
        self.queues = queues
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._running: dict[int, Task] = {}
        self._threads = [
            threading.Thread(target=self._loop, name=f"worker-{queues[0]}-{n}", daemon=True) for n in range(threads)
        ]
        self._threads.append(threading.Thread(target=self._beat, name=f"heartbeat-{queues[0]}", daemon=True))

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
        self._running[task.id] = task
        try:
            self._run(task)
        finally:
            self._running.pop(task.id, None)
        return True

    def _loop(self) -> None:
        while not self._stopped.is_set():
            try:
                busy = self.run_one()
            except Exception:  # noqa: BLE001 - the database may be away for a minute; the pool must outlive it
                _log.exception("no task could be claimed")
                busy = False
            if not busy:
                self._wake.wait(_IDLE)
                self._wake.clear()

    def _run(self, task: Task) -> None:
        handler = self._handlers.get(task.kind)
        if handler is None:
            self._queue.fail(task, self.name, f"no handler for {task.kind}", retry_in=None)
            return
        try:
            handler(task)
        except Exception as error:  # noqa: BLE001 - a task's failure is its own
            permanent = isinstance(error, CallboardError) and not error.transient
            last = permanent or task.attempt >= MAX_ATTEMPTS
            retry_in = None if last else min(2.0**task.attempt, 300.0)
            _log.warning("task failed", kind=task.kind, task=task.id, attempt=task.attempt, final=last, exc_info=True)
            self._queue.fail(task, self.name, redact(str(error)), retry_in=retry_in)
        else:
            self._queue.finish(task, self.name)

    def _beat(self) -> None:
        while not self._stopped.wait(self._queue.lease / 3):
            for task in list(self._running.values()):
                try:
                    self._queue.heartbeat(task, self.name)
                except Exception:  # noqa: BLE001 - the next beat may reach the database again
                    _log.warning("heartbeat not written", task=task.id)
