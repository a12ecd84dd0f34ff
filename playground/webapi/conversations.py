"""conversations.*"""

from playground.errors import Json, SlackError
from playground.records import Channel, Message
from playground.webapi.args import Args
from playground.webapi.paging import page
from playground.workspace import Workspace

_TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im", "mpim": "mpim"}


def _visible(ws: Workspace, reference: str) -> Channel:
    channel = ws.store.find_channel(reference)
    if channel.kind != "channel" and ws.app.bot_user_id not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def _joined(ws: Workspace, reference: str) -> Channel:
    channel = _visible(ws, reference)
    if ws.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


async def list_(ws: Workspace, args: Args) -> Json:
    wanted = set((args.text("types") or "public_channel").replace(" ", "").split(","))
    if wrong := wanted - set(_TYPES.values()):
        raise SlackError("invalid_types", f"[ERROR] unknown type: {min(wrong)}")
    bot = ws.app.bot_user_id
    channels = [
        channel
        for channel in ws.store.channels.values()
        if _TYPES[channel.kind] in wanted and (channel.kind == "channel" or bot in channel.members)
    ]
    shown, following = page(channels, args)
    return {"channels": [ws.show_channel(channel) for channel in shown], **following}


async def info(ws: Workspace, args: Args) -> Json:
    return {"channel": ws.show_channel(_visible(ws, args.required("channel")))}


def _between(messages: list[Message], args: Args) -> list[Message]:
    oldest, latest = args.text("oldest") or "0", args.text("latest") or "9999999999"
    inclusive = args.flag("inclusive")
    low, high = float(oldest), float(latest)
    return [m for m in messages if low < float(m.ts) < high or (inclusive and m.ts in {oldest, latest})]


async def history(ws: Workspace, args: Args) -> Json:
    channel = _joined(ws, args.required("channel"))
    posted = [m for m in channel.messages if not m.ephemeral_to and (not m.is_reply or m.reply_broadcast)]
    shown, following = page(_between(posted, args)[::-1], args)
    with_metadata = args.flag("include_all_metadata")
    messages = [ws.show_message(message, with_metadata=with_metadata) for message in shown]
    return {"messages": messages, "has_more": bool(following["response_metadata"]["next_cursor"]), **following}


async def replies(ws: Workspace, args: Args) -> Json:
    channel = _joined(ws, args.required("channel"))
    named = channel.message(args.required("ts"))
    if named is None or named.ephemeral_to:
        raise SlackError("thread_not_found")
    root = channel.message(named.thread_ts or named.ts)
    thread = [message for message in (root, *channel.replies(named.thread_ts or named.ts)) if message is not None]
    shown, following = page(_between(thread, args), args)
    with_metadata = args.flag("include_all_metadata")
    messages = [ws.show_message(message, with_metadata=with_metadata) for message in shown]
    return {"messages": messages, "has_more": bool(following["response_metadata"]["next_cursor"]), **following}


async def members(ws: Workspace, args: Args) -> Json:
    shown, following = page(_visible(ws, args.required("channel")).members, args)
    return {"members": shown, **following}


async def join(ws: Workspace, args: Args) -> Json:
    channel = _visible(ws, args.required("channel"))
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    _add(ws, channel, ws.app.bot_user_id)
    return {"channel": ws.show_channel(channel)}


async def invite(ws: Workspace, args: Args) -> Json:
    channel = _joined(ws, args.required("channel"))
    for user_id in args.required("users").replace(" ", "").split(","):
        if user_id in channel.members:
            raise SlackError("already_in_channel")
        _add(ws, channel, ws.store.find_user(user_id).id)
    return {"channel": ws.show_channel(channel)}


def _add(ws: Workspace, channel: Channel, user_id: str) -> None:
    if user_id not in channel.members:
        channel.members.append(user_id)
        ws.changes.announce("channels")


async def open_(ws: Workspace, args: Args) -> Json:
    """With one person the conversation with the app; with several a group conversation."""
    if args.has("channel"):
        return {"channel": ws.show_channel(_visible(ws, args.text("channel")))}
    users = [each for each in args.required("users").replace(" ", "").split(",") if each]
    for user_id in users:
        ws.store.find_user(user_id)
    if len(users) == 1:
        return {"channel": ws.show_channel(ws.store.direct(users[0]))}
    everyone = sorted({*users, ws.app.bot_user_id})
    for channel in ws.store.channels.values():
        if channel.kind == "mpim" and sorted(channel.members) == everyone:
            return {"channel": ws.show_channel(channel)}
    names = "--".join(ws.store.users[user_id].name for user_id in everyone)
    channel = Channel(ws.store.next_id("G"), f"mpdm-{names}-1", "mpim", everyone)
    ws.store.channels[channel.id] = channel
    ws.changes.announce("channels")
    return {"channel": ws.show_channel(channel)}


async def create(ws: Workspace, args: Args) -> Json:
    name = args.required("name")
    if name != name.lower() or len(name) > 80 or not all(c.isalnum() or c in "-_" for c in name):
        raise SlackError("invalid_name_specials")
    if any(channel.name == name for channel in ws.store.channels.values()):
        raise SlackError("name_taken")
    kind = "group" if args.flag("is_private") else "channel"
    channel = Channel(ws.store.next_id("C"), name, kind, [ws.app.bot_user_id])  # type: ignore[arg-type]  # a literal
    ws.store.channels[channel.id] = channel
    ws.changes.announce("channels")
    return {"channel": ws.show_channel(channel)}


METHODS = {
    "conversations.list": list_,
    "conversations.info": info,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.members": members,
    "conversations.join": join,
    "conversations.invite": invite,
    "conversations.open": open_,
    "conversations.create": create,
}
