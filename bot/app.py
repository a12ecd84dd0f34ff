"""The Bolt app: listeners that acknowledge, hand over to the scope and send what comes back.

Commands, events, shortcuts and clicks are acknowledged before anything else. For a submitted form and for a
picker's options the acknowledgement is the answer, so those run on executors of their own against a deadline.
"""

import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import partial
from typing import Any, Final

from slack_bolt import Ack, App

from blocks import views
from bot import interactions, routing
from bot.budget import BudgetedClient
from bot.chat import SlackChat
from bot.interactions import Body, Build
from bot.replies import Replies, submission_answer
from bot.scope import Handler, Runner
from bot.slack_errors import TooLateError
from callboard import turns
from callboard.chat import Actor, Interaction, Reply
from callboard.logs import get_logger
from handlers import ask, commands, home, unfurl

_ANYTHING: Final = re.compile(r".*", re.DOTALL)
_DEADLINE: Final = 2.0
_LOADING_AFTER: Final = 1.0
_THREADS: Final = 32
_PATIENCE: Final = 10.0
Respond = Callable[..., Any]
_log = get_logger("slack")


class SlackApp:
    """Our routes on a Bolt `App`; one for Socket Mode and HTTP alike."""

    def __init__(self, *, client: BudgetedClient, signing_secret: str, runner: Runner, command: str) -> None:
        self.runner = runner
        self.chat = SlackChat(client)
        self.replies = Replies(client, self.chat)
        self._command = command
        self._work = ThreadPoolExecutor(_THREADS, thread_name_prefix="work")
        self._windows = ThreadPoolExecutor(8, thread_name_prefix="windows")
        self._patient = ThreadPoolExecutor(4, thread_name_prefix="patient")
        self._open: set[Future[Any]] = set()
        self._answers = ThreadPoolExecutor(8, thread_name_prefix="forms")
        self._views = ThreadPoolExecutor(8, thread_name_prefix="views")
        self.bolt = App(
            client=client,
            signing_secret=signing_secret,
            listener_executor=ThreadPoolExecutor(_THREADS, thread_name_prefix="slack"),
            raise_error_for_unhandled_request=False,
        )
        self._route()

    def close(self) -> None:
        """What was acknowledged isn't sent again: it is finished first, if it ends in time."""
        ends = time.monotonic() + _PATIENCE
        while self._open and (left := ends - time.monotonic()) > 0:
            wait(list(self._open), timeout=left)
        for pool in (self._work, self._windows, self._patient, self._answers, self._views):
            pool.shutdown(wait=False, cancel_futures=True)

    def _route(self) -> None:
        self.bolt.command(self._command)(self._on_command)
        self.bolt.event("app_mention")(self._on_mention)
        self.bolt.event("message")(self._on_message)
        self.bolt.event("app_home_opened")(self._on_home)
        self.bolt.event("link_shared")(self._on_links)
        self.bolt.action(_ANYTHING)(self._on_action)
        self.bolt.view(_ANYTHING)(self._on_submission)
        self.bolt.view_closed(_ANYTHING)(self._on_closed)
        self.bolt.options(_ANYTHING)(self._on_options)
        self.bolt.shortcut(_ANYTHING)(self._on_shortcut)

    def _on_command(self, ack: Ack, body: dict[str, Any], respond: Callable[..., Any]) -> None:
        ack()
        handler, text = commands.find(body.get("text") or "", is_name=self.runner.services.names.knows_word)
        self._hand_over(handler, interactions.from_command(body, text), body["user_id"], _trigger(body), respond)

    def _on_mention(self, ack: Ack, body: dict[str, Any]) -> None:
        ack()
        event = body["event"]
        if not event.get("bot_id") and event.get("user"):
            self._hand_over(
                ask.message, interactions.from_message(event, mention=True), event["user"], body["event_id"]
            )

    def _on_message(self, ack: Ack, body: dict[str, Any]) -> None:
        """Direct messages only: what is said in a channel concerns us when we are mentioned."""
        ack()
        event = body["event"]
        by_person = event.get("user") and not (event.get("bot_id") or event.get("subtype"))
        if event.get("channel_type") == "im" and by_person:
            self._hand_over(
                ask.message, interactions.from_message(event, mention=False), event["user"], body["event_id"]
            )

    def _on_home(self, ack: Ack, body: dict[str, Any]) -> None:
        ack()
        event = body["event"]
        if event.get("tab") == "home":
            self._hand_over(home.publish, interactions.from_home(event), event["user"], body["event_id"])

    def _on_links(self, ack: Ack, body: dict[str, Any]) -> None:
        ack()
        event = body["event"]
        self._hand_over(unfurl.links, interactions.from_links(event), event.get("user", ""), body["event_id"])

    def _on_action(self, ack: Ack, body: dict[str, Any], respond: Callable[..., Any]) -> None:
        ack()
        action = body["actions"][0]["action_id"]
        if action.partition(":")[0] not in routing.SILENT:
            handler = routing.find(routing.ACTIONS, action)
            where = respond if body.get("response_url") else None
            self._hand_over(handler, interactions.from_action(body), body["user"]["id"], _trigger(body), where)

    def _on_shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        ack()
        handler = routing.find(routing.SHORTCUTS, body["callback_id"])
        self._hand_over(handler, interactions.from_shortcut(body), body["user"]["id"], _trigger(body))

    def _on_closed(self, ack: Ack, body: dict[str, Any]) -> None:
        """What a form held when it was closed is kept; nobody is there any more to read a reply."""
        ack()
        handler = routing.CLOSED.get(body["view"]["callback_id"])
        if handler is not None:
            self._hand_over(handler, interactions.from_view(body, "closed"), body["user"]["id"], "", silent=True)

    def _on_submission(self, ack: Ack, body: dict[str, Any]) -> None:
        handler = routing.find(routing.SUBMISSIONS, body["view"]["callback_id"])
        build = interactions.from_view(body, "submission")
        running = self._submit(self._answers, handler, build, body)
        try:
            interaction, reply = running.result(timeout=_DEADLINE)
        except FutureTimeoutError:
            ack(response_action="update", view=views.working())
            running.add_done_callback(self._finish_late)
            return
        if reply is not None and reply.message and not (reply.errors or reply.view or reply.clear):
            ack(response_action="update", view=views.note(reply.message.text))
            return
        ack(**submission_answer(reply))
        if reply is not None and reply.message:
            self.replies.send(Reply(reply.message, to=reply.to), interaction)

    def _on_options(self, ack: Ack, body: dict[str, Any]) -> None:
        handler = routing.find(routing.OPTIONS, body["action_id"])
        running = self._submit(self._answers, handler, interactions.from_options(body), body)
        try:
            _interaction, reply = running.result(timeout=_DEADLINE)
        except FutureTimeoutError:
            ack(options=[])
        else:
            ack(options=[dict(o) for o in reply.options or ()] if reply else [])

    def _hand_over(
        self, handler: Handler, build: Build, user: str, delivery: str, respond: Respond | None = None,
        *, silent: bool = False,
    ) -> None:  # fmt: skip
        """Do it on threads of its own: an acknowledgement must never wait for somebody else's answer."""
        act: Callable[[], Any] = partial(self._act, handler, build, user, delivery, respond, time.monotonic())
        if silent:
            act = partial(self._run, handler, build, user, delivery)
        running = self._pool_for(handler).submit(self._logged, act)
        self._open.add(running)
        running.add_done_callback(self._open.discard)

    def _pool_for(self, handler: Handler) -> ThreadPoolExecutor:
        """A trigger expires, a question can wait for others, and neither waits for what may take minutes."""
        if handler in routing.WINDOWS:
            return self._windows
        return self._patient if handler in routing.PATIENT else self._work

    @staticmethod
    def _logged(act: Callable[[], Any]) -> None:
        try:
            act()
        except Exception:  # noqa: BLE001 - nobody waits for this thread, where an error would vanish
            _log.exception("not answered")

    def _submit(
        self, pool: ThreadPoolExecutor, handler: Handler, build: Build, body: Body
    ) -> "Future[tuple[Interaction, Reply | None]]":
        user = body["user"]["id"]
        delivery = "" if body["type"] == "block_suggestion" else _trigger(body)
        run = self._run if handler in routing.PATIENT else self._run_first
        running = pool.submit(run, handler, build, user, delivery)
        self._open.add(running)
        running.add_done_callback(self._open.discard)
        return running

    def _run_first(self, *given: Any) -> tuple[Interaction, Reply | None]:
        """For what Slack itself waits for."""
        with turns.first():
            return self._run(*given)

    def _run(self, handler: Handler, build: Build, user: str, delivery: str) -> tuple[Interaction, Reply | None]:
        seen: list[Interaction] = []

        def note(actor: Actor) -> Interaction:
            seen.append(build(actor))
            return seen[-1]

        reply = self.runner.run(handler, note, user=user, delivery=delivery)
        return (seen[-1] if seen else build(Actor(user))), reply

    def _act(
        self, handler: Handler, build: Build, user: str, delivery: str, respond: Respond | None, arrived: float
    ) -> None:
        """Run and reply; where a modal may come of it, one that takes long opens with a loading view first."""
        if handler not in routing.WINDOWS:
            interaction, reply = self._run(handler, build, user, delivery)
            self.replies.send(reply, interaction, respond)
            return
        running = self._views.submit(self._run, handler, build, user, delivery)
        try:
            interaction, reply = running.result(timeout=max(0.0, arrived + _LOADING_AFTER - time.monotonic()))
            self.replies.send(reply, interaction, respond)
        except FutureTimeoutError:
            opener = build(Actor(user))
            try:
                view_id = self.replies.show(Reply(view=views.loading()), opener)
            except TooLateError as error:
                self.replies.tell_too_late(error, opener, respond)
                return
            interaction, reply = running.result()
            if reply is None or reply.view is None:
                said = reply.message.text if reply is not None and reply.message else "Done."
                reply = Reply(view=views.note(said))
            self.replies.show(reply, interaction, view_id=view_id)

    def _finish_late(self, running: "Future[tuple[Interaction, Reply | None]]") -> None:
        """A submission that took longer than Slack waits: its form shows "working" and gets the result now."""
        interaction, reply = running.result()
        if reply is None or not interaction.view_id:
            return
        if reply.errors:
            reply = Reply(view=views.note(" ".join(reply.errors.values())))
        elif reply.view is None:
            reply = Reply(message=reply.message, view=views.note(reply.message.text if reply.message else "Done."))
        try:
            self.replies.show(reply, interaction, view_id=interaction.view_id)
        except Exception:  # noqa: BLE001 - this runs in a callback, where an error would vanish
            _log.exception("late answer not shown", view=interaction.view_id)


def _trigger(body: Mapping[str, Any]) -> str:
    return str(body.get("trigger_id") or "")
