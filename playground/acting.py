"""What a person does: typing, clicking, choosing, and opening tabs. Each call returns what they see at once."""

from typing import Any

from playground import events, payloads
from playground.choices import chosen, locate, option, source_id
from playground.delivery import Ack
from playground.errors import CannotActError, Json
from playground.forms import STATEFUL
from playground.records import Channel, Message, Options, User, View
from playground.respond import acknowledged, private_note
from playground.typed import encode, rich_text
from playground.workspace import Workspace


def failure_name(ack: Ack) -> str:
    return "operation_timeout" if ack.timed_out else "dispatch_failed"


def shown_ack(ack: Ack) -> Json:
    return {"ok": ack.ok, "payload": ack.payload, "failure": ack.failure}


def person(ws: Workspace, name: str) -> User:
    wanted = name.removeprefix("@")
    for user in ws.store.people:
        if wanted in {user.id, user.name}:
            return user
    known = ", ".join(f"{user.id} ({user.name})" for user in ws.store.people)
    raise CannotActError(f"nobody here is {name!r}; people are {known}")


def conversation(ws: Workspace, user: User, name: str) -> Channel:
    """A channel by id or name; "app" is the person's own conversation with the app."""
    if name in {"app", "@app", ws.app.bot_user_id}:
        return ws.store.direct(user.id)
    wanted = name.removeprefix("#")
    for channel in ws.store.channels.values():
        if wanted in {channel.id, channel.name} and wanted:
            return channel
    known = ", ".join(f"{c.id} (#{c.name})" for c in ws.store.channels.values() if c.kind != "im")
    raise CannotActError(f"there is no channel {name!r}; channels are {known}, or 'app' for the app's messages")


def visible(user: User, channel: Channel, ts: str) -> Message:
    message = channel.message(ts)
    if message is None or message.ephemeral_to not in {None, user.id}:
        raise CannotActError(f"{user.name} sees no message {ts} in {channel.name or channel.id}")
    return message


async def command(ws: Workspace, *, user: str, channel: str, text: str) -> Json:
    who = person(ws, user)
    where = conversation(ws, who, channel)
    name, _, rest = text.strip().partition(" ")
    known = ws.app.command(name)
    if known is None:
        note = f"{name} is not a valid command. There is: {', '.join(each.command for each in ws.app.commands)}"
        private_note(ws, user=who.id, channel=where, text=note)
        return {"ok": False, "error": "invalid_command", "message": note}
    trigger = ws.store.new_trigger(who.id)
    url = ws.store.new_response_url(channel=where.id, user=who.id)
    typed = encode(ws.store, rest.strip(), with_names=True) if known.should_escape else rest.strip()
    payload = payloads.command(ws, name=name, text=typed, user_id=who.id, channel=where, trigger=trigger, url=url)
    ack = await ws.delivery.send("slash_commands", payload)
    result: Json = {"ok": ack.ok, "trigger_id": trigger.id, "ack": shown_ack(ack)}
    wrong = failure_name(ack) if not ack.ok else acknowledged(ws, url, ack.payload)
    if wrong:
        private_note(ws, user=who.id, channel=where, text=f'{name} failed with the error "{wrong}"')
        result |= {"ok": False, "error": wrong}
    return result


async def post(ws: Workspace, *, user: str, channel: str, text: str, thread_ts: str | None = None) -> Json:
    who = person(ws, user)
    where = conversation(ws, who, channel)
    if not text.strip():
        raise CannotActError("an empty message can't be sent")
    if where.kind != "channel" and who.id not in where.members:
        raise CannotActError(f"{who.name} isn't in {where.name or where.id}")
    if who.id not in where.members:
        where.members.append(who.id)
    parent = where.message(thread_ts) if thread_ts else None
    if thread_ts and parent is None:
        raise CannotActError(f"there is no message {thread_ts} to reply to")
    typed = encode(ws.store, text.strip())
    root = (parent.thread_ts or parent.ts) if parent else None
    message = Message(
        ts=ws.store.next_ts(), channel=where.id, user=who.id, text=typed, blocks=rich_text(typed), thread_ts=root
    )
    ws.store.add_message(message)
    events.message_posted(ws, message)
    if f"<@{ws.app.bot_user_id}>" in typed and ws.app.bot_user_id not in where.members:
        _offer_invite(ws, who, where)
    return {"ok": True, "channel": where.id, "ts": message.ts, "message": ws.show_message(message)}


def _offer_invite(ws: Workspace, who: User, where: Channel) -> None:
    text = f"You mentioned <@{ws.app.bot_user_id}>, but they're not in this channel. Type /invite to add them."
    private_note(ws, user=who.id, channel=where, text=text)


def invite(ws: Workspace, *, user: str, channel: str, invited: str | None = None) -> Json:
    """A person adds the app, or somebody else, to a channel."""
    where = conversation(ws, person(ws, user), channel)
    joining = ws.app.bot_user_id if invited in {None, "", "app"} else person(ws, str(invited)).id
    if joining not in where.members:
        where.members.append(joining)
    body = {"type": "member_joined_channel", "user": joining, "channel": where.id, "event_ts": ws.store.next_ts()}
    events.emit(ws, "member_joined_channel", body)
    ws.changes.announce("channels")
    return {"ok": True, "channel": where.id, "members": where.members}


def react(ws: Workspace, *, user: str, channel: str, ts: str, name: str) -> Json:
    """The same reaction a second time takes it back."""
    who = person(ws, user)
    message = visible(who, conversation(ws, who, channel), ts)
    people = message.reactions.setdefault(name.strip(":"), [])
    kind = "reaction_removed" if who.id in people else "reaction_added"
    people.remove(who.id) if who.id in people else people.append(who.id)
    message.reactions = {key: users for key, users in message.reactions.items() if users}
    events.reaction_changed(ws, user=who.id, message=message, name=name.strip(":"), kind=kind)
    return {"ok": True, "reactions": message.reactions}


def home(ws: Workspace, *, user: str, tab: str = "home") -> Json:
    who = person(ws, user)
    if tab not in {"home", "messages"}:
        raise CannotActError(f"the app has no tab {tab!r}; it has home and messages")
    events.home_opened(ws, who.id, tab)
    view = ws.store.home(who.id)
    return {"ok": True, "view": None if view is None else ws.show_view(view)}


def source_of(ws: Workspace, who: User, body: Json) -> View | Message:
    """The view (`view_id`, or "home") or message (`channel` and `ts`) that is acted on."""
    if view_id := body.get("view_id"):
        view = ws.store.home(who.id) if view_id == "home" else ws.store.views.get(str(view_id))
        if view is None or view.user != who.id:
            raise CannotActError(f"{who.name} has no view {view_id!r} open")
        return view
    if not body.get("channel") or not body.get("ts"):
        raise CannotActError("say where: either view_id, or channel and ts")
    return visible(who, conversation(ws, who, str(body["channel"])), str(body["ts"]))


def fill(ws: Workspace, *, user: str, body: Json) -> Json:
    """Enter something without telling the app, as people do in inputs before they submit."""
    who = person(ws, user)
    source = source_of(ws, who, body)
    block, element = locate(source, str(body.get("action_id", "")), body.get("block_id"))
    if element["type"] not in STATEFUL:
        raise CannotActError(f"{body.get('action_id')!r} is a {element['type']}; nothing can be entered there")
    state = chosen(ws.store, source, element, body)
    source.values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return {"ok": True, "state": state}


async def act(ws: Workspace, *, user: str, body: Json) -> Json:
    """Click or choose. An input that doesn't dispatch only keeps what was entered."""
    who = person(ws, user)
    source = source_of(ws, who, body)
    block, element = locate(source, str(body.get("action_id", "")), body.get("block_id"))
    if element["type"] in STATEFUL:
        fill(ws, user=user, body=body | {"block_id": block["block_id"]})
        if block["type"] == "input" and not block.get("dispatch_action"):
            return {"ok": True, "sent": False}
    trigger = ws.store.new_trigger(who.id, source.id if isinstance(source, View) else None)
    action = _action(ws, source, block, element, body)
    if isinstance(source, View):
        payload = payloads.view_action(ws, user_id=who.id, view=source, action=action, trigger=trigger)
    else:
        url = ws.store.new_response_url(channel=source.channel, user=who.id, message_ts=source.ts)
        payload = payloads.message_action(ws, user_id=who.id, message=source, action=action, trigger=trigger, url=url)
    ack = await ws.delivery.send("interactive", payload)
    result: Json = {"ok": ack.ok, "sent": True, "trigger_id": trigger.id, "ack": shown_ack(ack)}
    result |= {"url": element["url"]} if element.get("url") else {}
    return result if ack.ok else result | {"error": failure_name(ack)}


def _action(ws: Workspace, source: View | Message, block: Json, element: Json, given: Json) -> Json:
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ws.store.next_ts(),
    }
    kind = element["type"]
    if kind in STATEFUL:
        return {**action, **source.values[block["block_id"]][element["action_id"]]}
    if kind == "overflow":
        wanted = given.get("selected_option", given.get("value"))
        return action | {"selected_option": option(ws.store, source, element, wanted)}
    if kind == "feedback_buttons":
        return action | _feedback(element, given)
    return action | {key: element[key] for key in ("text", "value", "style", "url") if key in element}


def _feedback(element: Json, given: Json) -> Json:
    buttons = [element.get("positive_button", {}), element.get("negative_button", {})]
    for button in buttons:
        if given.get("value") == button.get("value"):
            return {"text": button.get("text"), "value": button.get("value")}
    there = ", ".join(repr(button.get("value")) for button in buttons)
    raise CannotActError(f"these feedback buttons have no value {given.get('value')!r}; they have {there}")


async def suggest(ws: Workspace, *, user: str, body: Json) -> Json:
    """Type into a select whose options come from the app."""
    who = person(ws, user)
    source = source_of(ws, who, body)
    block, element = locate(source, str(body.get("action_id", "")), body.get("block_id"))
    if "external" not in element["type"]:
        raise CannotActError(f"{body.get('action_id')!r} is a {element['type']}: its options don't come from the app")
    typed = str(body.get("value", ""))
    needed = element.get("min_query_length", 3)
    if len(typed) < needed:
        return {"ok": True, "sent": False, "options": [], "note": f"type {needed} characters or more"}
    payload = payloads.suggestion(
        ws,
        user_id=who.id,
        block_id=block["block_id"],
        action_id=element["action_id"],
        value=typed,
        source=source,
    )
    ack = await ws.delivery.send("options", payload)
    return _suggested(ws, source, element["action_id"], ack)


def _suggested(ws: Workspace, source: View | Message, action_id: str, ack: Ack) -> Json:
    offered = Options.of(ack.payload)
    wrong = "" if ack.ok else failure_name(ack)
    most = max((len(group) for _, group in offered.groups), default=0)
    if not wrong and (most > 100 or len(offered.groups) > 100):
        wrong, offered = f"too_many_options: {max(most, len(offered.groups))}, at most 100", Options([])
    ws.store.suggested[source_id(source), action_id] = offered
    flat: list[Any] = [o for _, group in offered.groups for o in group]
    groups = [{"label": label, "options": group} for label, group in offered.groups if label]
    result: Json = {"ok": not wrong, "sent": True, "options": flat, "option_groups": groups, "ack": shown_ack(ack)}
    return result | {"error": wrong} if wrong else result


async def shortcut(ws: Workspace, *, user: str, callback_id: str, channel: str = "", ts: str = "") -> Json:
    """A global one from anywhere, or one in the menu of a message."""
    who = person(ws, user)
    known = next((each for each in ws.app.shortcuts if each.callback_id == callback_id), None)
    if known is None:
        there = ", ".join(f"{each.callback_id} ({each.type})" for each in ws.app.shortcuts)
        raise CannotActError(f"the app has no shortcut {callback_id!r}; it has {there or 'none'}")
    trigger = ws.store.new_trigger(who.id)
    if known.type == "message":
        message = visible(who, conversation(ws, who, channel), ts)
        url = ws.store.new_response_url(channel=message.channel, user=who.id, message_ts=message.ts)
        payload = payloads.message_shortcut(
            ws, callback_id=callback_id, user_id=who.id, message=message, trigger=trigger, url=url
        )
    else:
        payload = payloads.global_shortcut(ws, callback_id=callback_id, user_id=who.id, trigger=trigger)
    ack = await ws.delivery.send("interactive", payload)
    result: Json = {"ok": ack.ok, "trigger_id": trigger.id, "ack": shown_ack(ack)}
    return result if ack.ok else result | {"error": failure_name(ack)}
