"""Slack's payloads as Interactions."""

from collections.abc import Callable, Mapping
from typing import Any

from callboard.chat import Actor, Interaction

Body = Mapping[str, Any]
Build = Callable[[Actor], Interaction]


def from_command(body: Body, text: str) -> Build:
    """`text` is what was typed after the command, as it was meant."""
    return lambda actor: Interaction(
        "command",
        actor,
        text=text,
        channel=body["channel_id"],
        trigger=body.get("trigger_id"),
        private=True,
    )


def from_message(event: Body, *, mention: bool) -> Build:
    """A mention or a direct message. A mention opens a thread under itself; a direct message needs none."""
    thread = event.get("thread_ts") or (event["ts"] if mention else None)
    return lambda actor: Interaction(
        "mention" if mention else "message",
        actor,
        text=event.get("text") or "",
        channel=event["channel"],
        thread=thread,
        message=event["ts"],
        private=not mention,
    )


def from_action(body: Body) -> Build:
    """A click or a choice, on a message or in a view."""
    action = body["actions"][0]
    container, message = body.get("container") or {}, body.get("message") or {}
    view = body.get("view") or {}
    return lambda actor: Interaction(
        "action",
        actor,
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id"),
        thread=message.get("thread_ts") or container.get("thread_ts"),
        message=container.get("message_ts"),
        action=action["action_id"],
        block=action.get("block_id", ""),
        value=chosen(action),
        values=_values(view or body),
        metadata=view.get("private_metadata", ""),
        view_id=view.get("id"),
        view_hash=view.get("hash"),
        trigger=body.get("trigger_id"),
        private=bool(container.get("is_ephemeral")),
    )


def from_view(body: Body, kind: str) -> Build:
    view = body["view"]
    return lambda actor: Interaction(
        "closed" if kind == "closed" else "submission",
        actor,
        action=view["callback_id"],
        values=_values(view),
        metadata=view.get("private_metadata", ""),
        view_id=view.get("id"),
        view_hash=view.get("hash"),
        trigger=body.get("trigger_id"),
        private=True,
    )


def from_options(body: Body) -> Build:
    view = body.get("view") or {}
    return lambda actor: Interaction(
        "options",
        actor,
        text=body.get("value") or "",
        action=body["action_id"],
        block=body.get("block_id", ""),
        values=_values(view),
        metadata=view.get("private_metadata", ""),
        view_id=view.get("id"),
        private=True,
    )


def from_shortcut(body: Body) -> Build:
    message = body.get("message") or {}
    return lambda actor: Interaction(
        "shortcut",
        actor,
        text=message.get("text") or "",
        channel=(body.get("channel") or {}).get("id"),
        thread=message.get("thread_ts"),
        message=message.get("ts"),
        action=body["callback_id"],
        trigger=body.get("trigger_id"),
        private=True,
    )


def from_links(event: Body) -> Build:
    """Links that somebody shared; `message` is the timestamp, or the id of a draft in the composer."""
    return lambda actor: Interaction(
        "links",
        actor,
        text="\n".join(link["url"] for link in event.get("links") or ()),
        channel=event.get("channel"),
        message=event.get("message_ts"),
        value=event.get("unfurl_id") or "",
        action=event.get("source") or "",
    )


def from_home(event: Body) -> Build:
    return lambda actor: Interaction("home", actor, action=event.get("tab", "home"), private=True)


def chosen(action: Body) -> str:
    """The value of whatever kind of element was used; several values are joined by a comma."""
    if "selected_option" in action:
        return str((action["selected_option"] or {}).get("value", ""))
    if "selected_options" in action:
        return ",".join(o["value"] for o in action["selected_options"])
    keys = ("value", "selected_date", "selected_time", "selected_user", "selected_channel", "selected_conversation")
    return str(next((action[k] for k in keys if action.get(k)), ""))


def _values(holder: Body) -> Mapping[str, Any]:
    values: Mapping[str, Any] = (holder.get("state") or {}).get("values") or {}
    return values
