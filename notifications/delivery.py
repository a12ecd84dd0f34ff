"""Brings notices to people: places each, posts it once, keeps what it shows true. Jobs call it.

Between Slack taking a message and the ledger saying so lies a crash. So an attempt is written down before it is
made, and one that follows it looks for the message first; where history can't be read, it says that it may repeat.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from callboard.chat import Message
from callboard.db import Database
from callboard.errors import CallboardError, ConfigError, NotAllowedError, NotFoundError
from callboard.logs import get_logger
from callboard.ports import Chat
from notifications import queries, repository
from notifications.desk import POST, QUEUE, Desk
from notifications.model import ADMINS, Notice, Post
from notifications.pace import Pace

EVENT: Final = "callboard_notice"
MAY_REPEAT: Final = "I was interrupted while sending this, so you may see it twice."
_GIVE_UP: Final = 3 * 86_400.0
_MONTH: Final = 30 * 86_400.0
_SKEW: Final = 120.0
_log = get_logger("notifications")


class Render(Protocol):
    def __call__(self, notice: Notice, *, note: str = "") -> Message: ...


@dataclass(frozen=True, slots=True)
class Deliverer:
    """`render` draws a notice. What Slack doesn't take now is tried again later, by the ledger's own clock."""

    database: Database
    chat: Chat
    render: Render
    desk: Desk
    clock: Callable[[], float]
    lease: float = 60.0
    pace: Pace = field(default_factory=Pace)

    def post(self, post_id: int) -> None:
        """One attempt at one place."""
        with self.database.read() as connection:
            known = queries.get_post(connection, post_id)
        if known is None or known.state != "planned":
            return
        if wait := self.pace.wait_for(known.address):
            self._later(known, wait)
            return
        with self.database.write() as connection:
            if not repository.claim_post(connection, post_id, now=self.clock() + 1.0, lease=self.lease):
                return
            post = queries.get_post(connection, post_id)
            notice = queries.get(connection, post.notice_id) if post else None
        if post is not None and notice is not None:
            if notice.state == "sent" or post.tried_at is not None:
                self._attempt(notice, post)
            else:
                self._forget(post, f"it was {notice.state} before it was said")

    def _forget(self, post: Post, why: str) -> None:
        with self.database.write() as connection:
            repository.change_post(connection, post.id, state="failed", due_at=None, error=why)

    def _attempt(self, notice: Notice, post: Post) -> None:
        try:
            channel, ts = self._sent_before(post) or self._send(notice, post)
        except (NotFoundError, NotAllowedError) as error:
            self._refused(notice, post, error)
        except CallboardError as error:
            self._failed(notice, post, error)
        else:
            with self.database.write() as connection:
                repository.change_post(
                    connection, post.id, state="sent", channel=channel, ts=ts, version=notice.version, due_at=None,
                    sent_at=self.clock(), error=None,
                )  # fmt: skip

    def _sent_before(self, post: Post) -> tuple[str, str] | None:
        """The message of an attempt that was cut off, if it went out."""
        if post.tried_at is None or post.note.endswith(MAY_REPEAT):
            return None
        try:
            return self.chat.find(
                post.address, {"post": post.id}, since=post.tried_at - _SKEW, thread=post.thread
            )  # fmt: skip
        except (NotAllowedError, NotFoundError):
            note = f"{post.note} {MAY_REPEAT}".strip()
            with self.database.write() as connection:
                repository.change_post(connection, post.id, note=note)
            return None

    def _send(self, notice: Notice, post: Post) -> tuple[str, str]:
        with self.database.write() as connection:
            repository.note_try(connection, post.id, self.clock())
            current = queries.get_post(connection, post.id)
        return self.chat.post(post.address, self._message(notice, current or post), thread=post.thread)

    def _message(self, notice: Notice, post: Post) -> Message:
        payload = {"notice": notice.id, "post": post.id}
        drawn = self.render(notice, note=post.note)
        return replace(drawn, metadata={"event_type": EVENT, "event_payload": payload})

    def _later(self, post: Post, wait: float) -> None:
        with self.database.write() as connection:
            repository.change_post(connection, post.id, due_at=self.clock() + wait)
            spec = {"post": post.id}
            key = f"post:{post.id}:{int(self.clock() + wait)}"
            self.desk.enqueue(connection, QUEUE, POST, spec, delay=wait, dedup=key)

    def _failed(self, notice: Notice, post: Post, error: CallboardError) -> None:
        """Slack is away or busy: again later, for three days."""
        now = self.clock()
        away = error.transient or isinstance(error, ConfigError)  # a token may be put right
        if not away and post.attempts >= 3:
            self._refused(notice, post, error)
            return
        wait = max(min(2.0**post.attempts, 600.0), float(getattr(error, "retry_after", 0.0)))
        _log.info("notice not sent yet", notice=notice.id, address=post.address, reason=error.message, again_in=wait)
        if now - notice.created_at > _GIVE_UP and post.attempts > 3:
            self._refused(notice, post, error)
            return
        with self.database.write() as connection:
            repository.change_post(connection, post.id, due_at=now + wait, error=error.message)
            if not getattr(error, "may_have_happened", True):
                repository.change_post(connection, post.id, tried_at=None)
            key = f"post:{post.id}:{post.attempts}"
            self.desk.enqueue(connection, QUEUE, POST, {"post": post.id}, delay=wait, dedup=key)

    def _refused(self, notice: Notice, post: Post, error: CallboardError) -> None:
        """That place doesn't take it: the next one does, and an admin is told once what to do."""
        _log.warning("notice refused there", notice=notice.id, address=post.address, reason=error.message)
        now = self.clock()
        with self.database.write() as connection:
            repository.change_post(connection, post.id, state="failed", due_at=None, error=error.message)
            if notice.recipient != ADMINS:
                self.desk.plan(connection, _unreachable(notice, post, error, now), delay=0.0)
            if repository.posts_left(connection, notice.id):
                return
            if notice.parent is not None and post.thread:
                repository.close(connection, notice.id, "dropped", now=now, error=error.message)
                return
            columns = {"state": "planned", "due_at": now, "step": notice.step + 1, "error": error.message}
            repository.set_columns(connection, notice.id, **columns)
            self.desk.deliver_later(connection, notice.id, 0.0)

    def refresh(self, notice_id: int) -> None:
        """Make every message of a notice show its present state; what can't be now is tried again by the job."""
        with self.database.read() as connection:
            notice = queries.get(connection, notice_id)
            posts = queries.posts_of(connection, notice_id) if notice else []
        for post in posts:
            if notice is None or post.state != "sent" or post.version >= notice.version or not post.ts:
                continue
            columns: dict[str, object] = {"version": notice.version}
            try:
                self.chat.update(post.channel or post.address, post.ts, self._message(notice, post))
            except CallboardError as error:
                if error.transient:
                    raise
                _log.warning("notice not updated", notice=notice_id, reason=error.message)
                columns["error"] = error.message
            with self.database.write() as connection:
                repository.change_post(connection, post.id, **columns)


def _unreachable(notice: Notice, post: Post, error: CallboardError, now: float) -> Notice:
    """To the admins, once a month for each place."""
    return Notice(
        kind="admin",
        key=f"unreachable:{post.address}:{int(now // _MONTH)}",
        recipient=ADMINS,
        subject="",
        subject_title="",
        title=f"I can't post to {post.address}, where {notice.recipient} reads.",
        text=f"{error.user_text} Until then its notices go to the next place: its members, or the group above.",
        facts=(("For", notice.recipient), ("Place", post.address)),
        reason="You look after this installation, and this needs an invitation or another `slack.com/channel`.",
    )
