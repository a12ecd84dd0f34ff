"""Replies of handlers as calls to Slack."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient

from blocks import notes
from bot.chat import SlackChat, call, payload
from bot.slack_errors import TooLateError
from callboard.chat import Attachment, Blocks, Interaction, Message, Reply
from callboard.errors import CallboardError, InputError
from callboard.logs import get_logger

if TYPE_CHECKING:
    from bot.later import Later

_log = get_logger("replies")
Respond = Callable[..., Any]


class Replies:
    """Puts a reply where the person expects it."""

    def __init__(self, client: WebClient, chat: SlackChat) -> None:
        self._client = client
        self._chat = chat
        self.later: Later | None = None

    def send(self, reply: Reply | None, interaction: Interaction, respond: Respond | None = None) -> None:
        """A window that came too late is told of; other errors are logged: there is nowhere left to tell the person."""
        if reply is None:
            return
        if reply.later is not None and self.later is not None:
            self.later.submit(reply.later, partial(self._say_late, interaction=interaction, respond=respond))
            return
        try:
            if reply.view is not None:
                self._open(reply, interaction, respond)
            if reply.unfurls:
                self._unfurl(reply.unfurls, interaction)
            if reply.message is not None:
                self._say(reply, reply.message, interaction, respond)
            if reply.file is not None:
                self._attach(reply.file, interaction)
        except CallboardError as error:
            _log.warning("reply not delivered", reason=error.message, channel=interaction.channel)

    def _open(self, reply: Reply, interaction: Interaction, respond: Respond | None) -> None:
        try:
            self.show(reply, interaction)
        except TooLateError as error:
            self.tell_too_late(error, interaction, respond)

    def tell_too_late(self, error: TooLateError, interaction: Interaction, respond: Respond | None) -> None:
        """Tell the person alone why no window opened."""
        _log.warning("window too late", user=interaction.actor.id)
        sorry = notes.refusal(error)
        if respond is None:
            self._chat.post(interaction.actor.id, sorry)
        else:
            _accepted(call(lambda: respond(**payload(sorry), response_type="ephemeral", replace_original=False)))

    def show(self, reply: Reply, interaction: Interaction, *, view_id: str | None = None) -> str | None:
        """Open, push, update or publish a view; its id."""
        view = dict(reply.view or {})
        target = view_id or interaction.view_id
        if reply.view_mode == "home":
            answer = call(lambda: self._client.views_publish(user_id=interaction.actor.id, view=view))
        elif target and (view_id or reply.view_mode == "update"):
            answer = call(lambda: self._client.views_update(view_id=target, view=view))
        elif reply.view_mode == "push":
            answer = call(lambda: self._client.views_push(trigger_id=interaction.trigger or "", view=view))
        else:
            answer = call(lambda: self._client.views_open(trigger_id=interaction.trigger or "", view=view))
        return str(answer["view"]["id"])

    def _unfurl(self, unfurls: Mapping[str, Blocks], interaction: Interaction) -> None:
        """The same link may be unfolded in the composer first and again when it is sent."""
        cards = {url: {"blocks": list(blocks)} for url, blocks in unfurls.items()}
        if interaction.value and interaction.action:
            call(
                lambda: self._client.chat_unfurl(unfurl_id=interaction.value, source=interaction.action, unfurls=cards)
            )
        else:
            channel, ts = interaction.channel or "", interaction.message or ""
            call(lambda: self._client.chat_unfurl(channel=channel, ts=ts, unfurls=cards))

    def _attach(self, file: Attachment, interaction: Interaction) -> None:
        if interaction.channel and (interaction.kind == "message" or not interaction.private):
            self._chat.upload(interaction.channel, file, thread=interaction.thread)
            return
        channel, ts = self._chat.post(interaction.actor.id, Message(f"{file.title}, as you asked:"))
        self._chat.upload(channel, file, thread=ts)

    def _say_late(self, reply: Reply, *, interaction: Interaction, respond: Respond | None) -> None:
        if reply.message is not None:
            self._say(reply, reply.message, interaction, respond)

    def _say(self, reply: Reply, message: Message, interaction: Interaction, respond: Respond | None) -> None:
        if respond is not None and (interaction.private or reply.replace or reply.to == "person"):
            kind = "in_channel" if reply.to == "channel" else "ephemeral"
            body = payload(message) | {"response_type": kind, "replace_original": reply.replace}
            _accepted(call(lambda: respond(**body)))
        elif reply.to == "person" and not interaction.channel:
            self._chat.post(interaction.actor.id, message)
        elif interaction.channel:
            self._chat.post(interaction.channel, message, thread=interaction.thread)


def _accepted(answer: Any) -> None:
    """A response URL doesn't raise: it answers 4xx, and names what was wrong in its body."""
    if getattr(answer, "status_code", 200) >= 400:
        raise InputError(f"Slack refused what we sent ({answer.status_code}). {answer.body[:300]}")


def submission_answer(reply: Reply | None) -> Mapping[str, Any]:
    """What acknowledges a form: errors beside fields, another view, or closing it."""
    if reply is None:
        return {}
    if reply.errors:
        return {"response_action": "errors", "errors": dict(reply.errors)}
    if reply.view is not None:
        action = "push" if reply.view_mode == "push" else "update"
        return {"response_action": action, "view": dict(reply.view)}
    return {"response_action": "clear"} if reply.clear else {}
