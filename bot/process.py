"""One running replica: HTTP, the clock, the workers, the outbox and, unless it is switched off, Slack."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from bot.consumers import begin_history
from bot.notices import job_handlers
from bot.runtime import Runtime
from callboard.db import Connection, insist
from callboard.durations import Schedule
from callboard.errors import CallboardError
from callboard.logs import get_logger
from callboard.outbox import Consumer, Pump
from catalog.github.errors import RateLimitError
from catalog.ingest.source import Provider
from jobs.clock import Clock, enqueue_run
from jobs.queue import NotOursError, Queue, Task
from jobs.worker import Worker

_log = get_logger("process")
_FILES_EVERY = 0.5
_KEEP_WORKSPACES = 7 * 86_400.0
_DOCS_FIRST = 5.0
"""Seconds that a start waits for the docs."""
CATALOG_QUEUE = "catalog"
SYNC_LOCATIONS = "catalog.sync-locations"
SYNC_PROVIDER = "catalog.sync-provider"
ASK_PROVIDER = "catalog.ask-provider"
_AGAIN = 2.0
"""Seconds until somebody who wants a run looks again whether the one under way is over."""
HOUSEKEEPING = "housekeeping"
GITHUB_QUEUE = "github"
GITHUB_PUSH = "github.push"
LOCATIONS_SCHEDULE = "catalog-locations"


class Process:
    """Built from a runtime, started once, stopped once. `slack` is added by the commands that want it."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        queue = runtime.queue
        self.clock = Clock(runtime.database, queue, poke=self.poke)
        self.handlers: dict[str, Callable[[Task], None]] = {
            SYNC_LOCATIONS: self._sync_locations,
            SYNC_PROVIDER: self._sync_provider,
            ASK_PROVIDER: self._ask_provider,
            HOUSEKEEPING: self._housekeeping,
            GITHUB_PUSH: self._read_push,
            "scaffolder.run": self._run_template,
            "techdocs.index": self._index_docs,
            **job_handlers(runtime),
        }
        self.workers = [
            Worker(queue, self.handlers, queues=["catalog", "techdocs"], threads=1, gave_up=self._gave_up),
            Worker(queue, self.handlers, queues=[GITHUB_QUEUE], threads=1),
            Worker(queue, self.handlers, queues=["notifications"], threads=2),
            Worker(queue, self.handlers, queues=["scaffolder"], threads=self._runs_at_once()),
        ]
        self.pump = Pump(runtime.database, self._consumers())
        self._stopped = threading.Event()
        self._failing: set[str] = set()
        self._watcher = threading.Thread(target=self._watch_files, name="file-watch", daemon=True)
        self.on_run_change: Callable[[str], None] = lambda _run: None

    def prepare(self) -> None:
        """Migrate and read every location once; afterwards questions can be answered."""
        database = self.runtime.database
        self.runtime.migrate()
        counts = insist(database, self.runtime.catalog.sync_locations)
        insist(database, partial(begin_history, self.runtime))
        reading = threading.Thread(target=self._read_docs, name="docs", daemon=True)
        reading.start()
        reading.join(_DOCS_FIRST)
        insist(database, self.runtime.names.refresh)
        threading.Thread(target=self.runtime.names.warm, name="names", daemon=True).start()
        _log.info("catalog ready", entities=len(self.runtime.names), errors=counts.errors)

    def _read_docs(self) -> None:
        """A large company's docs take a while: its questions about the catalog are answered meanwhile."""
        try:
            self.runtime.docs.sync_all()
        except Exception:  # noqa: BLE001 - the schedule reads them again
            _log.exception("docs not read")

    def start(self) -> None:
        insist(self.runtime.database, self._schedule)
        self.pump.start()
        if "notifications.deliver" not in self.handlers:  # no Slack here: whoever has it delivers
            self.workers = [w for w in self.workers if "notifications" not in w.queues]
        for worker in self.workers:
            worker.start()
        self.clock.start()
        self._watcher.start()

    def stop(self) -> None:
        self._stopped.set()
        self.clock.stop()
        for worker in self.workers:
            worker.stop()
        self.pump.stop()

    def poke(self) -> None:
        """Something was written: don't wait for the next beat."""
        self.pump.poke()
        for worker in self.workers:
            worker.poke()

    def _runs_at_once(self) -> int:
        return min(self.runtime.config.scaffolder.concurrent_tasks_limit or 10, 16)

    def _consumers(self) -> Sequence[Consumer]:
        from bot.consumers import consumers

        return consumers(self.runtime)

    def _schedule(self) -> None:
        settings = self.runtime.config.catalog
        if settings.processing_interval is not None:
            schedule = Schedule(settings.processing_interval, None, timedelta(minutes=15), settings.processing_interval)
            self.clock.add(LOCATIONS_SCHEDULE, schedule, queue=CATALOG_QUEUE, kind=SYNC_LOCATIONS)
        for provider in self.runtime.providers:
            self.clock.add(f"provider:{provider.key}", provider.schedule, queue=CATALOG_QUEUE, kind=SYNC_PROVIDER)
        hourly = Schedule(timedelta(hours=1), None, timedelta(minutes=10))
        often = Schedule(timedelta(seconds=20), None, timedelta(minutes=10))
        self.clock.add("notifications", often, queue="notifications", kind="notifications.tick")
        self.clock.add(HOUSEKEEPING, hourly, queue=CATALOG_QUEUE, kind=HOUSEKEEPING)

    def _watch_files(self) -> None:
        """Local files are looked at twice a second, less often when there are so many that a look takes long."""
        while not self._stopped.wait(_FILES_EVERY):
            began = time.monotonic()
            looked = 0.0
            try:
                changed = self.runtime.catalog.note_files()
                looked = time.monotonic() - began
                if changed:
                    self.runtime.catalog.sync_locations()
                    self.poke()  # their docs are read by jobs that the events lead to
            except Exception:  # noqa: BLE001 - the database may be away for a minute
                if not self.runtime.database.outage.lasts:
                    _log.exception("local files not looked at")
            self._stopped.wait(min(10.0, 5 * looked))

    def _sync_locations(self, _task: Task) -> None:
        self.runtime.catalog.sync_locations()
        self.runtime.docs.sync_all()
        self.pump.poke()

    def _sync_provider(self, task: Task) -> None:
        """A run that fails is tried again at its next slot; the log tells when it begins and when it ends.

        One that hit a limit goes on as soon as it may, and not before, whatever the schedule says.
        """
        key = str(task.spec["schedule"]).removeprefix("provider:")
        try:
            counts = self.runtime.catalog.sync_provider(key)
        except NotOursError:
            raise
        except CallboardError as error:
            if key not in self._failing:
                _log.warning("provider can't be read", provider=key, reason=error.user_text)
            self._failing.add(key)
            if isinstance(error, RateLimitError):
                raise
        else:
            if key in self._failing:
                _log.info("provider can be read again", provider=key)
            self._failing.discard(key)
            _log.debug("provider read", provider=key, created=counts.created, updated=counts.updated)
        self.pump.poke()

    def _ask_provider(self, task: Task) -> None:
        provider = self.runtime.catalog.provider(str(task.spec["schedule"]).removeprefix("provider:"))
        with self.runtime.database.write() as connection:
            queue_provider(self.runtime.queue, connection, provider)
        self.poke()

    def _gave_up(self, task: Task) -> None:
        """A run that takes longer than its schedule allows counts as failed; the next slot begins anew."""
        if task.kind == SYNC_PROVIDER:
            key = str(task.spec["schedule"])
            self._failing.add(key.removeprefix("provider:"))
            reason = f"It took longer than the {task.timeout:g} seconds of its `timeout` and was given up."
            self.runtime.catalog.ledger.source_failed(key, reason)

    def _read_push(self, task: Task) -> None:
        from bot.github import apply_push_task

        apply_push_task(self.runtime.catalog, task.spec)
        self.poke()

    def _housekeeping(self, _task: Task) -> None:
        from answers import repository as memory
        from bot.creation import build_runner
        from bot.repository import forget_deliveries
        from insights import repository as insights
        from scaffolder.drafts import repository as drafts

        self.runtime.queue.prune()
        now = time.time()
        with self.runtime.database.write() as connection:
            forget_deliveries(connection, now)
            memory.forget_old(connection, now=now)
            insights.forget_old(connection, now=now)
            drafts.forget_old(connection, now=now)
        build_runner(self.runtime).prune(before=now - _KEEP_WORKSPACES)

    def _run_template(self, task: Task) -> None:
        from bot.creation import run_template

        run_template(self.runtime, task.spec, self.on_run_change)
        self.poke()

    def _index_docs(self, task: Task) -> None:
        self.runtime.docs.index(str(task.spec["ref"]))


def queue_provider(queue: Queue, connection: Connection, provider: Provider) -> None:
    """Let a provider run soon, and once, however many ask: after the run that is under way, if there is one."""
    name = f"provider:{provider.key}"
    if enqueue_run(queue, connection, name, provider.schedule, queue=CATALOG_QUEUE, kind=SYNC_PROVIDER):
        return
    if queue.is_running(connection, f"schedule:{name}"):
        look = int(time.time() // _AGAIN) + 1  # all who ask between two looks are one, and none is the look under way
        again = {"schedule": name}
        queue.enqueue(connection, CATALOG_QUEUE, ASK_PROVIDER, again, delay=_AGAIN, dedup=f"again:{name}:{look}")
