"""chat.*: posting, changing and unfurling."""

from typing import Any

from playground import events
from playground.errors import Json, SlackError
from playground.forms import initial_values, with_block_ids
from playground.records import Channel, Message
from playground.webapi import checks
from playground.webapi.args import Args
from playground.workspace import Workspace

MOST_TEXT = 40_000


def writable(ws: Workspace, reference: str) -> Channel:
    if not reference:
        raise SlackError("channel_not_found")
    channel = ws.store.find_channel(reference)
    if ws.app.bot_user_id not in channel.members:
        raise SlackError("channel_not_found" if channel.kind == "group" else "not_in_channel")
    return channel


def content(ws: Workspace, args: Args) -> Json:
    """Text, blocks and attachments of a call, refused where Slack would."""
    blocks, attachments = args.blocks(), args.json("attachments")
    text = args.text("text")
    if args.has("markdown_text"):
        if blocks or text:
            raise SlackError("markdown_text_conflict")
        blocks = [{"type": "markdown", "text": args.text("markdown_text")}]
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > MOST_TEXT:
        raise SlackError("msg_too_long")
    payload = {"text": text, "blocks": blocks, "attachments": attachments}
    checks.message(ws, {key: value for key, value in payload.items() if value})
    return {"text": text, "blocks": with_block_ids(ws.store, blocks) or None, "attachments": attachments or None}


def metadata(args: Args) -> Json | None:
    value = args.json("metadata", error="invalid_metadata_format")
    if value is None:
        return None
    shaped = isinstance(value, dict) and isinstance(value.get("event_type"), str) and value["event_type"]
    if not shaped or not isinstance(value.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return {"event_type": value["event_type"], "event_payload": value["event_payload"]}


def thread_of(channel: Channel, thread_ts: str) -> str | None:
    """The first message of the thread, also when a reply was named."""
    if not thread_ts:
        return None
    parent = channel.message(thread_ts)
    if parent is None or parent.ephemeral_to:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def new_message(ws: Workspace, channel: Channel, parts: Json, **more: Any) -> Message:
    message = Message(
        ts=ws.store.next_ts(),
        channel=channel.id,
        user=ws.app.bot_user_id,
        bot_id=ws.app.bot_id,
        app_id=ws.app.id,
        **parts,
        **more,
    )
    message.values = initial_values(message.blocks or [], {})
    return ws.store.add_message(message)


def own_message(ws: Workspace, channel: Channel, ts: str, refusal: str) -> Message:
    message = channel.message(ts)
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    if message.bot_id != ws.app.bot_id:
        raise SlackError(refusal)
    return message


async def post_message(ws: Workspace, args: Args) -> Json:
    channel = writable(ws, args.text("channel"))
    message = new_message(
        ws,
        channel,
        content(ws, args),
        metadata=metadata(args),
        thread_ts=thread_of(channel, args.text("thread_ts")),
        reply_broadcast=args.flag("reply_broadcast"),
        username=args.text("username") or None,
    )
    events.message_posted(ws, message)
    shown = ws.show_message(message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


async def update(ws: Workspace, args: Args) -> Json:
    channel = writable(ws, args.text("channel"))
    message = own_message(ws, channel, args.required("ts"), "cant_update_message")
    before = ws.show_message(message)
    edit(ws, message, content(ws, args))
    if args.has("metadata"):
        message.metadata = metadata(args)
    events.message_changed(ws, message, before=before)
    shown = ws.show_message(message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}


def edit(ws: Workspace, message: Message, parts: Json) -> None:
    """Blocks that aren't sent again are gone; attachments stay."""
    message.text, message.blocks = parts["text"], parts["blocks"]
    message.attachments = parts["attachments"] or message.attachments
    message.values = initial_values(message.blocks or [], message.values)
    message.edited = ws.store.next_ts()


async def delete(ws: Workspace, args: Args) -> Json:
    channel = writable(ws, args.text("channel"))
    message = own_message(ws, channel, args.required("ts"), "cant_delete_message")
    before = ws.show_message(message)
    channel.remove(message)
    events.message_deleted(ws, message, before=before)
    return {"channel": channel.id, "ts": message.ts}


async def post_ephemeral(ws: Workspace, args: Args) -> Json:
    channel = writable(ws, args.text("channel"))
    user = args.required("user")
    if user not in ws.store.users or user not in channel.members:
        raise SlackError("user_not_in_channel")
    thread_ts = thread_of(channel, args.text("thread_ts"))
    message = new_message(ws, channel, content(ws, args), ephemeral_to=user, thread_ts=thread_ts)
    events.message_posted(ws, message)
    return {"message_ts": message.ts}


async def get_permalink(ws: Workspace, args: Args) -> Json:
    channel = ws.store.find_channel(args.text("channel"))
    ts = args.required("message_ts")
    if channel.message(ts) is None:
        raise SlackError("message_not_found")
    link = f"{ws.base_url}/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


async def unfurl(ws: Workspace, args: Args) -> Json:
    unfurls = args.json("unfurls", error="invalid_unfurls_format")
    if not isinstance(unfurls, dict):
        raise SlackError("missing_unfurls")
    message = _unfurled(ws, args)
    for number, body in enumerate(unfurls.values()):
        if not isinstance(body, dict):
            raise SlackError("invalid_unfurls_format", f"[ERROR] must be an object [json-pointer:/unfurls/{number}]")
        checks.message(ws, {"blocks": body.get("blocks") or []})
    if missing := [url for url in unfurls if url.replace("&", "&amp;") not in message.text and url not in message.text]:
        raise SlackError("cannot_unfurl_url", f"[ERROR] not in the message: {missing[0]}")
    message.unfurls |= {
        url: body | {"blocks": with_block_ids(ws.store, body.get("blocks"))} for url, body in unfurls.items()
    }
    ws.changes.announce(f"channel:{message.channel}")
    return {}


def _unfurled(ws: Workspace, args: Args) -> Message:
    if args.has("unfurl_id"):
        found = (m for c in ws.store.channels.values() for m in c.messages if m.unfurl_id == args.text("unfurl_id"))
        message = next(found, None)
        if not args.has("source") or message is None:
            raise SlackError("invalid_unfurl_id")
        return message
    message = ws.store.find_channel(args.text("channel")).message(args.required("ts"))
    if message is None:
        raise SlackError("cannot_find_message")
    return message


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": get_permalink,
    "chat.unfurl": unfurl,
}
