"""Which events a change in the workspace causes, and whether the app asked for them."""

import re

from playground import payloads
from playground.errors import Json
from playground.records import Message
from playground.workspace import Workspace

_LINK = re.compile(r"<(https?://([^/|>\s:]+)[^|>\s]*)(?:\|[^>]*)?>")


def emit(ws: Workspace, subscription: str, body: Json) -> None:
    if subscription in ws.app.events:
        ws.delivery.spawn(ws.delivery.send_event(payloads.event(ws, body)))


def message_posted(ws: Workspace, message: Message) -> None:
    """Everything the app hears about a new message in a conversation it is in."""
    ws.changes.announce(f"channel:{message.channel}")
    channel = ws.store.channels[message.channel]
    if message.ephemeral_to or ws.app.bot_user_id not in channel.members:
        return
    emit(ws, _message_subscription(channel.kind), payloads.message_event(ws, message))
    mentioned = f"<@{ws.app.bot_user_id}>" in message.text
    if mentioned and channel.kind != "im" and message.bot_id is None:
        body = payloads.message_event(ws, message) | {"type": "app_mention"}
        body.pop("channel_type")
        emit(ws, "app_mention", body)
    if message.bot_id is None:
        _links_shared(ws, message)


def message_changed(ws: Workspace, message: Message, *, before: Json) -> None:
    _hidden(ws, message, "message_changed", {"message": ws.show_message(message), "previous_message": before})


def message_deleted(ws: Workspace, message: Message, *, before: Json) -> None:
    _hidden(ws, message, "message_deleted", {"deleted_ts": message.ts, "previous_message": before})


def _hidden(ws: Workspace, message: Message, subtype: str, more: Json) -> None:
    ws.changes.announce(f"channel:{message.channel}")
    channel = ws.store.channels[message.channel]
    if message.ephemeral_to or ws.app.bot_user_id not in channel.members:
        return
    ts = ws.store.next_ts()
    body: Json = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": ts,
        "event_ts": ts,
        **more,
    }
    emit(ws, _message_subscription(channel.kind), body)


def home_opened(ws: Workspace, user: str, tab: str) -> None:
    body: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": ws.store.direct(user).id,
        "tab": tab,
        "event_ts": ws.store.next_ts(),
    }
    view = ws.store.home(user)
    if tab == "home" and view is not None:
        body["view"] = ws.show_view(view)
    emit(ws, "app_home_opened", body)


def reaction_changed(ws: Workspace, *, user: str, message: Message, name: str, kind: str) -> None:
    ws.changes.announce(f"channel:{message.channel}")
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    body: Json = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": item,
        "item_user": message.user,
        "event_ts": ws.store.next_ts(),
    }
    emit(ws, kind, body)


def _links_shared(ws: Workspace, message: Message) -> None:
    links = [
        {"url": url.replace("&amp;", "&"), "domain": domain}
        for url, domain in _LINK.findall(message.text)
        if any(domain == known or domain.endswith(f".{known}") for known in ws.app.unfurl_domains)
    ]
    if not links:
        return
    message.unfurl_id = ws.store.next_id("UF")
    body: Json = {
        "type": "link_shared",
        "user": message.user,
        "channel": message.channel,
        "message_ts": message.ts,
        "links": links,
        "source": "conversations_history",
        "unfurl_id": message.unfurl_id,
        "is_bot_user_member": True,
        "event_ts": message.ts,
    }
    if message.is_reply:
        body["thread_ts"] = message.thread_ts
    emit(ws, "link_shared", body)


def _message_subscription(kind: str) -> str:
    return f"message.{ {'channel': 'channels', 'group': 'groups'}.get(kind, kind) }"
