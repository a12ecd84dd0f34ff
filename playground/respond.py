"""response_url: an app's late answers to one command or click."""

from typing import Any

from playground import events
from playground.errors import Json, SlackError
from playground.forms import initial_values
from playground.records import Channel, Message, ResponseUrl
from playground.webapi.args import Args
from playground.webapi.chat import content, edit, metadata, new_message, thread_of
from playground.workspace import Workspace


def use(ws: Workspace, key: str, body: Json) -> tuple[int, Json]:
    """HTTP status and body."""
    started = ws.clock()
    try:
        url = _usable(ws, key)
        answer(ws, url, body)
        status, outcome = 200, {"ok": True}
    except SlackError as error:
        gone = error.code in {"used_url", "expired_url", "invalid_url", "message_not_found"}
        status, outcome = 404 if gone else 400, error.body()
    ws.journal.write(
        at=started,
        direction="from_app",
        kind="response_url",
        name="response_url",
        payload=body,
        outcome=outcome | {"key": key},
    )
    return status, outcome


def _usable(ws: Workspace, key: str) -> ResponseUrl:
    url = ws.store.response_urls.get(key)
    if url is None:
        raise SlackError("invalid_url")
    if ws.clock() - url.at > ws.timing.response_url_seconds:
        raise SlackError("expired_url")
    if url.uses >= ws.timing.response_url_uses:
        raise SlackError("used_url")
    url.uses += 1
    return url


def answer(ws: Workspace, url: ResponseUrl, body: Json) -> None:
    args = Args(body)
    channel = ws.store.channels[url.channel]
    original = channel.message(url.message_ts) if url.message_ts else None
    if args.flag("delete_original"):
        _delete(ws, channel, original)
    elif args.flag("replace_original") and url.message_ts:
        _replace(ws, original, args)
    else:
        _post(ws, channel, url, args)


def _delete(ws: Workspace, channel: Channel, original: Message | None) -> None:
    if original is None:
        raise SlackError("message_not_found")
    before = ws.show_message(original)
    channel.remove(original)
    events.message_deleted(ws, original, before=before)


def _replace(ws: Workspace, original: Message | None, args: Args) -> None:
    if original is None:
        raise SlackError("message_not_found")
    before = ws.show_message(original)
    edit(ws, original, content(ws, args))
    if args.has("metadata"):
        original.metadata = metadata(args)
    events.message_changed(ws, original, before=before)


def _post(ws: Workspace, channel: Channel, url: ResponseUrl, args: Args) -> None:
    public = args.text("response_type") == "in_channel"
    message = new_message(
        ws,
        channel,
        content(ws, args),
        ephemeral_to=None if public else url.user,
        metadata=metadata(args),
        thread_ts=thread_of(channel, args.text("thread_ts")),
    )
    events.message_posted(ws, message)


def acknowledged(ws: Workspace, url: ResponseUrl, payload: Any) -> str:
    """A command may be answered in its acknowledgement; the name of what was wrong with that, or nothing."""
    body = {"text": payload} if isinstance(payload, str) else payload
    if not isinstance(body, dict) or not any(body.get(key) for key in ("text", "blocks", "attachments")):
        return ""
    try:
        answer(ws, url, body)
    except SlackError as error:
        return error.code
    return ""


def private_note(ws: Workspace, *, user: str, channel: Channel, text: str, blocks: list[Json] | None = None) -> Message:
    """A word of Slack itself to one person."""
    message = Message(
        ts=ws.store.next_ts(), channel=channel.id, user="USLACKBOT", text=text, blocks=blocks, ephemeral_to=user
    )
    message.values = initial_values(blocks or [], {})
    ws.store.add_message(message)
    ws.changes.announce(f"channel:{channel.id}")
    return message
