"""Sends one notice: finds where its recipient reads, posts, and writes down that it did."""

import time
from collections.abc import Callable, Iterator

from callboard import entities
from callboard.chat import Message
from callboard.db import Connection, Database
from callboard.errors import CallboardError, NotAllowedError, NotFoundError
from callboard.logs import get_logger
from callboard.ports import Chat
from catalog.queries import lookup, people
from notifications import repository
from notifications.model import Notice

_log = get_logger("notifications")
_MAX_PARENTS = 10


class Deliverer:
    """`render` draws a notice; what can't be posted now is raised, so that the job is tried again."""

    def __init__(self, database: Database, chat: Chat, render: Callable[[Notice], Message]) -> None:
        self._database = database
        self._chat = chat
        self._render = render

    def deliver(self, notice_id: int) -> None:
        with self._database.read() as connection:
            notice = repository.get_planned(connection, notice_id)
            places = list(_places(connection, notice.recipient)) if notice else []
        if notice is None:
            return
        refused: CallboardError | None = None
        for place in places:
            try:
                channel, ts = self._chat.post(place, self._render(notice))
            except (NotFoundError, NotAllowedError) as error:
                refused = error
                _log.warning("notice refused there", notice=notice_id, place=place, reason=error.message)
            else:
                with self._database.write() as connection:
                    repository.mark_sent(connection, notice_id, channel, ts, now=time.time())
                return
        why = refused.message if refused else f"{notice.recipient} has no channel and no members in Slack"
        with self._database.write() as connection:
            repository.mark_undeliverable(connection, notice_id, "dropped", why)
        _log.warning("notice not delivered", notice=notice_id, recipient=notice.recipient, reason=why)


def _places(connection: Connection, recipient: str) -> Iterator[str]:
    """Where a recipient can be reached: its channel, its members, then the same for the group above it."""
    current: str | None = recipient
    for _level in range(_MAX_PARENTS):
        found = lookup.get_entity(connection, current) if current else None
        if current is None or found is None:
            return
        yield from _own_places(connection, current, found.annotations)
        current = people.parent_group(connection, current) if current.startswith("group:") else None


def _own_places(connection: Connection, ref: str, annotations: object) -> Iterator[str]:
    known = annotations if isinstance(annotations, dict) else {}
    if ref.startswith("user:"):
        if user := known.get(entities.SLACK_USER):
            yield user
        return
    if channel := known.get(entities.SLACK_CHANNEL):
        yield channel
    for member in people.members_of(connection, ref):
        person = lookup.get_entity(connection, member)
        if person and (user := person.annotations.get(entities.SLACK_USER)):
            yield user
            return
