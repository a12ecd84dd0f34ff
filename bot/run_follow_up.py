"""What comes after a run's message, under it: the log as a file, and the cards of what the run brought about."""

import time
from typing import Final

from blocks import entities, kit
from blocks import notes as drawing
from bot import repository
from bot.chat import SlackChat
from bot.runtime import Runtime
from callboard.chat import Attachment, Message
from callboard.db import Connection
from callboard.errors import CallboardError, NotAllowedError, NotFoundError
from callboard.refs import parse_entity_ref
from catalog.queries.lookup import get_entity
from handlers.cards import contributed
from handlers.run_jobs import FOLLOW_UP, QUEUE
from jobs.queue import Task
from scaffolder.model import RunEvent, RunView

_MOST_CARDS: Final = 3
_GIVEN_UP_AFTER: Final = 3_600.0
_MADE_NEW: Final = frozenset({"repository", "catalog location"})


class FollowUp:
    """Jobs: they may run twice, on any replica."""

    def __init__(self, runtime: Runtime, chat: SlackChat) -> None:
        self._runtime = runtime
        self._chat = chat

    def plan(self, connection: Connection, run: RunView) -> None:
        """Look for the entities that a completed run says it made."""
        if not any(m.kind in _MADE_NEW for m in run.created):
            return
        for ref in _refs(run)[:_MOST_CARDS]:
            spec = {"run": run.id, "ref": ref, "since": time.time(), "wait": 0.5}
            self._runtime.queue.enqueue(connection, QUEUE, FOLLOW_UP, spec, dedup=f"{FOLLOW_UP}:{run.id}:{ref}")

    def post_card(self, task: Task) -> None:
        """The entity's card in the thread, as soon as the catalog has it; after an hour, that it never came."""
        spec = task.spec
        ref, age = str(spec["ref"]), time.time() - float(spec["since"])
        with self._runtime.database.read() as connection:
            message = self._card(connection, ref)
            place = repository.run_message(connection, str(spec["run"]))
        if message is None and age < _GIVEN_UP_AFTER:
            wait = min(float(spec["wait"]) * 1.5, 60.0)
            with self._runtime.database.write() as connection:
                self._runtime.queue.enqueue(connection, QUEUE, FOLLOW_UP, {**spec, "wait": wait}, delay=wait)
            return
        if place is not None and place[1]:
            missing = f"{ref} has not come into the catalog. Its source may be refused: ask me what is wrong with it."
            self._chat.post(place[0], message or drawing.note(missing, emoji=":warning:"), thread=place[1])

    def _card(self, connection: Connection, ref: str) -> Message | None:
        entity = get_entity(connection, ref)
        if entity is None:
            return None
        owner = get_entity(connection, entity.owner) if entity.owner else None
        runtime = self._runtime
        parts = contributed(entity, plugins=runtime.plugins, names=runtime.names, connection=connection)
        blocks = [*entities.card(entity, owner, parts), entities.ask_buttons(entity, *entities.link_buttons(parts))]
        return Message(f"{entity.title} is in the catalog", [kit.section("*It is in the catalog now*"), *blocks])

    def post_log(self, task: Task) -> None:
        """All lines of a run as a file, in the thread of its message or, where that is refused, in person."""
        run_id, user = str(task.spec["run"]), str(task.spec["user"])
        with self._runtime.database.read() as connection:
            run = self._runtime.scaffolder.run_view(connection, run_id)
            events = self._runtime.scaffolder.log(connection, run_id)
        text = _log_text(run, events)
        channel, thread = task.spec.get("channel"), task.spec.get("thread")
        try:
            self._upload(run, text, str(channel or ""), str(thread) if thread else None)
        except (NotAllowedError, NotFoundError):
            where, ts = self._chat.post(user, drawing.note(f"The log of {run.template_title}, run {run.id[:8]}:"))
            self._upload(run, text, where, ts)

    def _upload(self, run: RunView, text: str, channel: str, thread: str | None) -> None:
        file = Attachment(f"run-{run.id[:8]}.log", f"Log of {run.template_title}", text)
        comment = f"The log of run {run.id[:8]}, {len(text.splitlines())} lines"
        self._chat.upload(channel, file, thread=thread, comment=comment)


def _refs(run: RunView) -> list[str]:
    found: list[str] = []
    for link in run.output.links:
        if link.entity_ref:
            try:
                found.append(str(parse_entity_ref(link.entity_ref, default_kind="Component")).lower())
            except CallboardError:
                continue
    return list(dict.fromkeys(found))


def _log_text(run: RunView, events: list[RunEvent]) -> str:
    """A line for each event; never empty, because Slack takes no empty file."""
    head = f"{run.template_title} ({run.template_ref}), run {run.id}, {run.status}"
    return "\n".join([head, *(_line(e) for e in events)]) + "\n"


def _line(event: RunEvent) -> str:
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(event.at))
    level = str(event.body.get("level") or "info")
    step = f"[{event.step}] " if event.step else ""
    return f"{moment}Z {level:<5} {step}{event.body.get('message', '')}"
