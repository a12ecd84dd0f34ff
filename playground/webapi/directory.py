"""Who and what there is: auth, users, bots, team, user groups; and what is accepted without effect."""

from playground import events
from playground.errors import Json, SlackError
from playground.webapi.args import Args
from playground.webapi.paging import page
from playground.workspace import Workspace


async def api_test(_ws: Workspace, args: Args) -> Json:
    if args.has("error"):
        raise SlackError(args.text("error"))
    return {"args": {key: value for key, value in args.values.items() if key != "token"}}


async def auth_test(ws: Workspace, _args: Args) -> Json:
    return {
        "url": f"{ws.base_url}/",
        "team": ws.seed.team.name,
        "user": ws.app.bot_user_name,
        "team_id": ws.seed.team.id,
        "user_id": ws.app.bot_user_id,
        "bot_id": ws.app.bot_id,
        "is_enterprise_install": False,
    }


async def users_list(ws: Workspace, args: Args) -> Json:
    shown, following = page(list(ws.store.users.values()), args)
    return {"members": [ws.show_user(user) for user in shown], "cache_ts": 0, **following}


async def users_info(ws: Workspace, args: Args) -> Json:
    return {"user": ws.show_user(ws.store.find_user(args.required("user")))}


async def users_lookup_by_email(ws: Workspace, args: Args) -> Json:
    email = args.required("email").lower()
    for user in ws.store.users.values():
        if user.email.lower() == email and not user.deleted:
            return {"user": ws.show_user(user)}
    raise SlackError("users_not_found")


async def users_conversations(ws: Workspace, args: Args) -> Json:
    user = args.text("user") or ws.app.bot_user_id
    ws.store.find_user(user)
    channels = [c for c in ws.store.channels.values() if user in c.members and c.kind in {"channel", "group"}]
    shown, following = page(channels, args)
    return {"channels": [ws.show_channel(channel) for channel in shown], **following}


async def bots_info(ws: Workspace, args: Args) -> Json:
    if args.text("bot", ws.app.bot_id) != ws.app.bot_id:
        raise SlackError("bot_not_found")
    bot = {"id": ws.app.bot_id, "deleted": False, "name": ws.app.name, "updated": 0, "app_id": ws.app.id}
    return {"bot": bot | {"user_id": ws.app.bot_user_id, "icons": {}}}


async def team_info(ws: Workspace, _args: Args) -> Json:
    team = ws.seed.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


async def usergroups_list(ws: Workspace, args: Args) -> Json:
    groups = []
    for group in ws.seed.usergroups:
        shown: Json = {"id": group.id, "team_id": ws.seed.team.id, "name": group.name, "handle": group.handle}
        shown |= {"is_usergroup": True, "user_count": len(group.users), "date_delete": 0}
        groups.append(shown | {"users": list(group.users)} if args.flag("include_users") else shown)
    return {"usergroups": groups}


async def reactions_add(ws: Workspace, args: Args) -> Json:
    channel = ws.store.find_channel(args.required("channel"))
    message = channel.message(args.required("timestamp"))
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    name, me = args.required("name").strip(":"), ws.app.bot_user_id
    if me in message.reactions.get(name, []):
        raise SlackError("already_reacted")
    message.reactions.setdefault(name, []).append(me)
    events.reaction_changed(ws, user=me, message=message, name=name, kind="reaction_added")
    return {}


async def reactions_remove(ws: Workspace, args: Args) -> Json:
    message = ws.store.find_channel(args.required("channel")).message(args.required("timestamp"))
    name, me = args.required("name").strip(":"), ws.app.bot_user_id
    if message is None or me not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(me)
    message.reactions = {key: users for key, users in message.reactions.items() if users}
    events.reaction_changed(ws, user=me, message=message, name=name, kind="reaction_removed")
    return {}


async def assistant_call(ws: Workspace, args: Args) -> Json:
    """Status lines, titles and prompts of an agent's thread are taken, and shown by the inspector only."""
    ws.store.find_channel(args.required("channel_id"))
    return {}


METHODS = {
    "api.test": api_test,
    "auth.test": auth_test,
    "users.list": users_list,
    "users.info": users_info,
    "users.lookupByEmail": users_lookup_by_email,
    "users.conversations": users_conversations,
    "bots.info": bots_info,
    "team.info": team_info,
    "usergroups.list": usergroups_list,
    "reactions.add": reactions_add,
    "reactions.remove": reactions_remove,
    "assistant.threads.setStatus": assistant_call,
    "assistant.threads.setTitle": assistant_call,
    "assistant.threads.setSuggestedPrompts": assistant_call,
}
