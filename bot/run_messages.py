"""The one message per run that always shows the run's true state.

A thread of its own does all the talking, so that no run waits for Slack. Changes of a run are shown one by one while
the workspace's budget for updates lasts; past it the newest state waits its turn, and final states go first.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final, Literal

import orjson

from blocks import runs as drawing
from bot import repository
from bot.chat import SlackChat
from bot.run_follow_up import FollowUp
from bot.run_previews import Previews
from bot.runtime import Runtime
from bot.slack_errors import SlackBusyError
from callboard.chat import Message
from callboard.errors import CallboardError, NotAllowedError, NotFoundError
from callboard.logs import get_logger
from handlers.run_jobs import FOLLOW_UP, POST_LOG, PREVIEW, SHOW
from jobs.queue import Task
from scaffolder import queries
from scaffolder.model import FINAL, RunView

_RETRY: Final = 2.0
_BEAT: Final = 2.0
_PATIENCE: Final = 0.5
_QUICK: Final = 0.1
"""Seconds: a run waits for its message only while Slack answers faster than this."""
_RECENT: Final = 86_400.0
_log = get_logger("runs")
Outcome = Literal["shown", "later"]


class RunMessages:
    """Told of changes by the runner, from any thread."""

    def __init__(self, runtime: Runtime, chat: SlackChat) -> None:
        self._runtime = runtime
        self._chat = chat
        self._follow_up = FollowUp(runtime, chat)
        self._previews = Previews(runtime, chat)
        self._guard = threading.Condition()
        self._waiting: dict[str, None] = {}
        self._working: str | None = None
        self._open: set[str] = set()
        self._held_until: dict[str, float] = {}
        self._quiet_until = self._took = 0.0
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="run-messages", daemon=True)
        self._thread.start()

    def handlers(self) -> Mapping[str, Callable[[Task], None]]:
        """The jobs that handlers leave for us."""
        return {
            SHOW: lambda task: self._ask(str(task.spec["run"])),
            POST_LOG: self._follow_up.post_log,
            FOLLOW_UP: self._follow_up.post_card,
            PREVIEW: self._previews.post,
        }

    def changed(self, run_id: str) -> None:
        """Show the run as it is now. While there is little to say, wait a moment so that this state is seen."""
        self._ask(run_id)
        deadline = time.monotonic() + _PATIENCE
        with self._guard:
            while self._is_calm() and (run_id in self._waiting or self._working == run_id):
                if not self._guard.wait(max(0.0, deadline - time.monotonic())):
                    return

    def close(self) -> None:
        """Say what can be said at once, and stop."""
        with self._guard:
            self._closed = True
            self._guard.notify_all()
        self._thread.join(5.0)

    def _is_calm(self) -> bool:
        now = time.monotonic()
        is_quick = self._took < _QUICK and now > self._quiet_until and self._chat.updates_left() >= 1
        return is_quick and not self._closed and len(self._waiting) < 5

    def _ask(self, run_id: str) -> None:
        with self._guard:
            self._waiting[run_id] = None
            self._guard.notify_all()

    def _work(self) -> None:
        self._safely(self._resume)
        while True:
            with self._guard:
                if not self._waiting and not self._closed:
                    self._guard.wait(_BEAT)
                if self._closed and not self._waiting:
                    return
            if not self._waiting:
                self._safely(self._look)
                continue
            pause = self._step()
            with self._guard:
                if self._closed and pause:
                    return
                if pause and not self._closed:
                    self._guard.wait(pause)

    def _step(self) -> float:
        """Show one of the waiting runs; how long to wait before the next one."""
        now = time.monotonic()
        if now < self._quiet_until:
            return self._quiet_until - now
        run_id = self._next(now)
        if run_id is None:
            return min(self._held_until.values(), default=now + _RETRY) - now
        with self._guard:
            self._waiting.pop(run_id, None)
            self._working = run_id
        outcome = self._show_safely(run_id)
        with self._guard:
            self._working, self._took = None, time.monotonic() - now
            if outcome != "shown":
                self._waiting[run_id] = None
            self._guard.notify_all()
        return 0.0

    def _next(self, now: float) -> str | None:
        with self._guard:
            self._held_until = {r: t for r, t in self._held_until.items() if t > now}
            ready = [r for r in self._waiting if r not in self._held_until]
        if len(ready) < 2:
            return next(iter(ready), None)
        final = {r for r, status in self._statuses(ready).items() if status in FINAL}
        return next((r for r in ready if r in final), ready[0])

    def _statuses(self, run_ids: list[str]) -> dict[str, str]:
        try:
            with self._runtime.database.read() as connection:
                rows = {r: queries.run_row(connection, r) for r in run_ids}
        except Exception:  # noqa: BLE001 - the order doesn't matter while the database is away
            return {}
        return {r: row["status"] for r, row in rows.items() if row is not None}

    def _look(self) -> None:
        """Runs that somebody else moves on: a worker without Slack, an API call, another replica."""
        for run_id in list(self._open):
            self._ask(run_id)

    def _resume(self) -> None:
        """After a start: messages that may say less than is true, or that nobody came to post."""
        with self._runtime.database.read() as connection:
            found = repository.recent_run_messages(connection, time.time() - _RECENT)
            found += [r.id for r in queries.run_list(connection, statuses=("open", "processing"), limit=500).items]
        for run_id in dict.fromkeys(found):
            self._ask(run_id)

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception:  # noqa: BLE001 - the database may be away for a minute; the thread must outlive it
            if not self._runtime.database.outage.lasts:
                _log.warning("run messages not looked at", exc_info=True)

    def _show_safely(self, run_id: str) -> Outcome:
        try:
            return self._show(run_id)
        except SlackBusyError as error:
            self._quiet_until = time.monotonic() + max(error.retry_after, 0.05)
            return "later"
        except CallboardError as error:
            _log.warning("run message not updated", run=run_id, reason=error.message)
            if not error.transient:
                self._open.discard(run_id)
                return "shown"
        except Exception:  # noqa: BLE001 - a message must never stop the run it reports
            if not self._runtime.database.outage.lasts:
                _log.exception("run message not updated", run=run_id)
        self._held_until[run_id] = time.monotonic() + _RETRY
        return "later"

    def _show(self, run_id: str) -> Outcome:
        with self._runtime.database.read() as connection:
            run = queries.run_view(connection, run_id)
            known = repository.run_message(connection, run_id)
        if run is None or _place(run) is None:
            return "shown"
        (self._open.discard if run.is_final else self._open.add)(run_id)
        if known is None or not known[1]:
            return self._post(run)
        channel, ts, shown = known
        message = drawing.render(run, note=_note(run, channel))
        digest = _digest(message)
        if shown == digest:
            return "shown"
        self._chat.update(channel, ts, message)
        self._save(run, channel, ts, digest)
        return "shown"

    def _post(self, run: RunView) -> Outcome:
        """The first message; reserved in the database first, so that of two replicas one posts it."""
        with self._runtime.database.write() as connection:
            claimed = repository.claim_run_message(connection, run.id, time.time())
        if claimed == "theirs":
            self._held_until[run.id] = time.monotonic() + _RETRY
            return "later"
        try:
            posted = self._posted_before(run) if claimed == "left" else None
            channel, ts = posted or self._say(run)
        except CallboardError as error:
            if not getattr(error, "may_have_happened", False):  # else it is looked for, once the reservation is old
                with self._runtime.database.write() as connection:
                    repository.release_run_message(connection, run.id)
            raise
        shown = "" if posted else _digest(drawing.render(run, note=_note(run, channel)))
        self._save(run, channel, ts, shown)
        return "later" if posted else "shown"

    def _posted_before(self, run: RunView) -> tuple[str, str] | None:
        """What a process posted that ended before it could write that down."""
        for place in (_place(run), (run.conversation or {}).get("user")):
            try:
                found = self._chat.find(str(place), {"run": run.id}, since=run.created_at - 60) if place else None
            except (NotAllowedError, NotFoundError):
                continue
            if found:
                return found
        return None

    def _say(self, run: RunView) -> tuple[str, str]:
        place, user = str(_place(run)), (run.conversation or {}).get("user")
        try:
            return self._chat.post(place, drawing.render(run))
        except (NotAllowedError, NotFoundError) as error:
            if not user or place == user:
                raise
            _log.info("run reported in person", run=run.id, channel=place, reason=error.message)
            return self._chat.post(str(user), drawing.render(run, note=_refused(place)))

    def _save(self, run: RunView, channel: str, ts: str, digest: str) -> None:
        with self._runtime.database.write() as connection:
            repository.save_run_message(connection, run.id, channel, ts, digest, time.time())
            if run.status == "completed":
                self._follow_up.plan(connection, run)
        if not run.is_final:
            self._ask_if_changed(run)

    def _ask_if_changed(self, run: RunView) -> None:
        """What happened while Slack was taking this state must not be left unsaid."""
        status = self._statuses([run.id]).get(run.id)
        if status is not None and status != run.status:
            self._ask(run.id)


def _place(run: RunView) -> str | None:
    """Where the run was asked to report: a channel, else the person."""
    conversation = run.conversation or {}
    place = conversation.get("channel") or conversation.get("user")
    return str(place) if place else None


def _note(run: RunView, channel: str) -> str:
    """Why a message isn't where it was asked for."""
    asked = (run.conversation or {}).get("channel")
    return _refused(str(asked)) if asked and channel != asked and str(asked)[:1] in "CG" else ""


def _refused(channel: str) -> str:
    return f"I may not post in <#{channel}>, so this is here; with `/invite @callboard` I can next time."


def _digest(message: Message) -> str:
    packed = orjson.dumps([message.text, list(message.blocks)])
    return hashlib.sha1(packed, usedforsecurity=False).hexdigest()
