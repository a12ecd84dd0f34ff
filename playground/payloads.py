"""The shapes of what Slack sends to an app."""

from typing import Any

from playground.errors import Json
from playground.records import Channel, Message, ResponseUrl, Trigger, View
from playground.workspace import Workspace


def team(ws: Workspace) -> Json:
    return {"id": ws.seed.team.id, "domain": ws.seed.team.domain}


def user(ws: Workspace, user_id: str) -> Json:
    name = ws.store.users[user_id].name
    return {"id": user_id, "username": name, "name": name, "team_id": ws.seed.team.id}


def channel_name(channel: Channel) -> str:
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)


def response_url(ws: Workspace, url: ResponseUrl, kind: str) -> str:
    return f"{ws.base_url}/{kind}/{ws.seed.team.id}/{url.key}"


def _common(ws: Workspace, kind: str, user_id: str) -> Json:
    return {
        "type": kind,
        "team": team(ws),
        "user": user(ws, user_id),
        "api_app_id": ws.app.id,
        "token": ws.app.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(
    ws: Workspace, *, name: str, text: str, user_id: str, channel: Channel, trigger: Trigger, url: ResponseUrl
) -> Json:
    return {
        "token": ws.app.verification_token,
        "team_id": ws.seed.team.id,
        "team_domain": ws.seed.team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user_id,
        "user_name": ws.store.users[user_id].name,
        "command": name,
        "text": text,
        "api_app_id": ws.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url(ws, url, "commands"),
        "trigger_id": trigger.id,
    }


def event(ws: Workspace, body: Json) -> Json:
    authorization = {
        "enterprise_id": None,
        "team_id": ws.seed.team.id,
        "user_id": ws.app.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": ws.app.verification_token,
        "team_id": ws.seed.team.id,
        "context_team_id": ws.seed.team.id,
        "context_enterprise_id": None,
        "api_app_id": ws.app.id,
        "event": body,
        "type": "event_callback",
        "event_id": ws.store.next_id("Ev"),
        "event_time": int(ws.clock()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": ws.store.next_id("4-"),
    }


def message_action(
    ws: Workspace, *, user_id: str, message: Message, action: Json, trigger: Trigger, url: ResponseUrl
) -> Json:
    """A click in a message. One that only the clicker sees comes without its text, as in Slack."""
    channel = ws.store.channels[message.channel]
    body = _common(ws, "block_actions", user_id) | {
        "container": _message_container(message),
        "trigger_id": trigger.id,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": message.values},
        "response_url": response_url(ws, url, "actions"),
        "actions": [action],
    }
    if message.ephemeral_to is None:
        body["message"] = ws.show_message(message)
    return body


def _message_container(message: Message) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    return container


def view_action(ws: Workspace, *, user_id: str, view: View, action: Json, trigger: Trigger) -> Json:
    return _common(ws, "block_actions", user_id) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger.id,
        "view": ws.show_view(view),
        "actions": [action],
    }


def suggestion(
    ws: Workspace, *, user_id: str, block_id: str, action_id: str, value: str, source: View | Message
) -> Json:
    body = _common(ws, "block_suggestion", user_id) | {
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
    }
    if isinstance(source, View):
        return body | {"container": {"type": "view", "view_id": source.id}, "view": ws.show_view(source)}
    channel = ws.store.channels[source.channel]
    body |= {
        "container": _message_container(source),
        "channel": {"id": channel.id, "name": channel_name(channel)},
    }
    return body if source.ephemeral_to else body | {"message": ws.show_message(source)}


def submission(ws: Workspace, *, user_id: str, view: View, trigger: Trigger, urls: list[Json]) -> Json:
    return _common(ws, "view_submission", user_id) | {
        "trigger_id": trigger.id,
        "view": ws.show_view(view),
        "response_urls": urls,
    }


def closed(ws: Workspace, *, user_id: str, view: View, is_cleared: bool) -> Json:
    return _common(ws, "view_closed", user_id) | {"view": ws.show_view(view), "is_cleared": is_cleared}


def global_shortcut(ws: Workspace, *, callback_id: str, user_id: str, trigger: Trigger) -> Json:
    body = _common(ws, "shortcut", user_id)
    return body | {"action_ts": ws.store.next_ts(), "callback_id": callback_id, "trigger_id": trigger.id}


def message_shortcut(
    ws: Workspace, *, callback_id: str, user_id: str, message: Message, trigger: Trigger, url: ResponseUrl
) -> Json:
    channel = ws.store.channels[message.channel]
    return _common(ws, "message_action", user_id) | {
        "action_ts": ws.store.next_ts(),
        "callback_id": callback_id,
        "trigger_id": trigger.id,
        "response_url": response_url(ws, url, "app"),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": ws.show_message(message),
    }


def message_event(ws: Workspace, message: Message, **more: Any) -> Json:
    channel = ws.store.channels[message.channel]
    body = ws.show_message(message) | {
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": channel.kind,
        **more,
    }
    if message.is_reply and (parent := channel.message(str(message.thread_ts))):
        body["parent_user_id"] = parent.user
    return body
