"""The /_control API: act as a person, order trouble, read what there is. For tests and for the browser page."""

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from playground import acting, submitting
from playground.errors import CannotActError, Json
from playground.faults import Fault
from playground.records import Message
from playground.workspace import Workspace

LONGEST_WAIT = 60.0
Act = Callable[[Workspace, Json], Awaitable[Json]]


def need(body: Json, *names: str) -> list[str]:
    missing = [name for name in names if not body.get(name)]
    if missing:
        raise CannotActError(f"missing {', '.join(missing)}; this call needs {', '.join(names)}")
    return [str(body[name]) for name in names]


async def _command(ws: Workspace, body: Json) -> Json:
    user, channel, text = need(body, "user", "channel", "text")
    return await acting.command(ws, user=user, channel=channel, text=text)


async def _message(ws: Workspace, body: Json) -> Json:
    user, channel, text = need(body, "user", "channel", "text")
    return await acting.post(ws, user=user, channel=channel, text=text, thread_ts=body.get("thread_ts"))


async def _action(ws: Workspace, body: Json) -> Json:
    return await acting.act(ws, user=need(body, "user", "action_id")[0], body=body)


async def _fill(ws: Workspace, body: Json) -> Json:
    return acting.fill(ws, user=need(body, "user", "action_id")[0], body=body)


async def _suggest(ws: Workspace, body: Json) -> Json:
    return await acting.suggest(ws, user=need(body, "user", "action_id")[0], body=body)


async def _shortcut(ws: Workspace, body: Json) -> Json:
    user, callback_id = need(body, "user", "callback_id")
    place = {"channel": str(body.get("channel", "")), "ts": str(body.get("ts", ""))}
    return await acting.shortcut(ws, user=user, callback_id=callback_id, **place)


async def _submit(ws: Workspace, body: Json) -> Json:
    user = need(body, "user")[0]
    return await submitting.submit(ws, user=user, view_id=body.get("view_id"), values=body.get("values"))


async def _close(ws: Workspace, body: Json) -> Json:
    user = need(body, "user")[0]
    return submitting.close(ws, user=user, view_id=body.get("view_id"), everything=bool(body.get("everything")))


async def _home(ws: Workspace, body: Json) -> Json:
    return acting.home(ws, user=need(body, "user")[0], tab=str(body.get("tab", "home")))


async def _invite(ws: Workspace, body: Json) -> Json:
    user, channel = need(body, "user", "channel")
    return acting.invite(ws, user=user, channel=channel, invited=body.get("invited"))


async def _react(ws: Workspace, body: Json) -> Json:
    user, channel, ts, name = need(body, "user", "channel", "ts", "name")
    return acting.react(ws, user=user, channel=channel, ts=ts, name=name)


async def _fault(ws: Workspace, body: Json) -> Json:
    ws.faults.add(Fault.from_json(body))
    return {"ok": True, "planned": len(ws.faults.planned)}


async def _calm(ws: Workspace, _body: Json) -> Json:
    """No trouble that was ordered comes any more."""
    ws.faults.clear()
    return {"ok": True}


async def _reset(ws: Workspace, _body: Json) -> Json:
    ws.reset()
    return {"ok": True}


async def _app(ws: Workspace, body: Json) -> Json:
    """Where the app is reached; without a request_url over its sockets."""
    ws.connect_over_http(body.get("request_url"), body.get("options_url"))
    return {"ok": True, "transport": "http" if ws.speaks_http else "socket"}


ACTS: dict[str, Act] = {
    "command": _command,
    "message": _message,
    "action": _action,
    "fill": _fill,
    "suggest": _suggest,
    "shortcut": _shortcut,
    "submit": _submit,
    "close": _close,
    "home": _home,
    "invite": _invite,
    "react": _react,
    "fault": _fault,
    "calm": _calm,
    "reset": _reset,
    "app": _app,
}


def shown(ws: Workspace, message: Message) -> Json:
    body = ws.show_message(message, with_metadata=True) | {"channel": message.channel}
    return body | {"ephemeral_to": message.ephemeral_to, "state": {"values": message.values}}


def state(ws: Workspace) -> Json:
    store, app = ws.store, ws.app
    channels = [
        {**ws.show_channel(channel), "members": channel.members, "messages": [shown(ws, m) for m in channel.messages]}
        for channel in store.channels.values()
    ]
    modals = {user: modals_of(ws, user) for user, stack in store.stacks.items() if stack}
    return {
        "ok": True,
        "version": ws.changes.version,
        "team": {"id": ws.seed.team.id, "name": ws.seed.team.name},
        "app": {
            "id": app.id,
            "name": app.name,
            "bot_user_id": app.bot_user_id,
            "commands": [each.command for each in app.commands],
            "shortcuts": [each.callback_id for each in app.shortcuts],
            "transport": "http" if ws.speaks_http else "socket",
            "connections": ws.sockets.count,
        },
        "users": [ws.show_user(user) for user in store.users.values()],
        "channels": channels,
        "modals": modals,
        "homes": {user: ws.show_view(store.views[view_id]) for user, view_id in store.homes.items()},
        "files": [file.to_api(ws.base_url) for file in store.files.values() if file.completed_at],
    }


def modals_of(ws: Workspace, user: str) -> list[Json]:
    """From the bottom of the stack to its top."""
    return [{**ws.show_view(v), "errors": v.errors, "trouble": v.trouble} for v in ws.store.stack(user)]


def views(ws: Workspace, query: Json) -> Json:
    """What one person has open; far less than the whole state."""
    user = need(query, "user")[0]
    home = ws.store.homes.get(user)
    return {
        "ok": True,
        "modals": modals_of(ws, user),
        "home": ws.show_view(ws.store.views[home]) if home else None,
    }


async def messages(ws: Workspace, query: Json) -> Json:
    """Messages that are new or were edited after a time, the last `limit`; waits for the first if there is none yet."""
    channel = ws.store.find_channel(need(query, "channel")[0])
    after, thread = float(query.get("after") or 0), query.get("thread_ts")
    limit = int(query.get("limit") or 0)
    deadline = asyncio.get_running_loop().time() + min(float(query.get("wait") or 0), LONGEST_WAIT)
    while True:
        version = ws.changes.version
        fitting = [
            message
            for message in channel.messages
            if float(message.edited or message.ts) > after and thread in {None, "", message.thread_ts}
        ]
        found = [shown(ws, message) for message in (fitting[-limit:] if limit else fitting)]
        left = deadline - asyncio.get_running_loop().time()
        if found or left <= 0:
            return {"ok": True, "version": version, "messages": found}
        await ws.changes.wait_past(version, left)


async def wait(ws: Workspace, query: Json) -> Json:
    """Returns when anything changed since `version`, or when the time is over."""
    seconds = min(float(query.get("wait") or 10), LONGEST_WAIT)
    return {"ok": True, "version": await ws.changes.wait_past(int(query.get("version") or 0), seconds)}


def router(workspace: Callable[[], Workspace]) -> APIRouter:
    routes = APIRouter(prefix="/_control")

    @routes.get("/state")
    async def read_state() -> Response:
        return JSONResponse(state(workspace()))

    @routes.get("/log")
    async def read_log(after: int = 0) -> Response:
        return JSONResponse({"ok": True, "entries": workspace().journal.entries(after=after)})

    @routes.get("/messages")
    async def read_messages(request: Request) -> Response:
        return JSONResponse(await messages(workspace(), dict(request.query_params)))

    @routes.get("/views")
    async def read_views(request: Request) -> Response:
        return JSONResponse(views(workspace(), dict(request.query_params)))

    @routes.get("/wait")
    async def read_wait(request: Request) -> Response:
        return JSONResponse(await wait(workspace(), dict(request.query_params)))

    @routes.post("/{act}")
    async def act(act: str, request: Request) -> Response:
        if act not in ACTS:
            raise CannotActError(f"there is no /_control/{act}; there is: {', '.join(ACTS)}")
        body = await request.json()
        if not isinstance(body, dict):
            raise CannotActError("send a JSON object")
        return JSONResponse(await ACTS[act](workspace(), body))

    return routes
