"""The page for people: server-rendered, and told over a stream when to fetch a part of itself again."""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.staticfiles import StaticFiles

from playground.emoji import NAMES, with_emoji
from playground.errors import Json
from playground.mrkdwn import Mrkdwn, link, markdown
from playground.records import Channel, Message, Options, User
from playground.workspace import Workspace

HERE = Path(__file__).parent
SHOWN_ENTRIES = 80
SHOWN_MESSAGES = 200
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https: data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
PARTS = {
    "sidebar": "_sidebar.html",
    "main": "_main.html",
    "thread": "_thread.html",
    "modal": "_modal.html",
    "inspector": "_inspector.html",
}


class Page:
    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace
        loader = FileSystemLoader(HERE / "templates")
        self._jinja = Environment(loader=loader, autoescape=True, undefined=ChainableUndefined, trim_blocks=True)
        self._jinja.filters |= {"mrkdwn": self._mrkdwn(), "markdown": markdown, "emoji": with_emoji, "pretty": _pretty}
        self._jinja.globals |= {
            "person": self._person,
            "clock": _clock,
            "hue": _hue,
            "link": link,
            "emoji_names": NAMES,
            "conversation_name": self._conversation_name,
            "option_groups": lambda element: Options.of(element).groups,
        }

    def _mrkdwn(self) -> Mrkdwn:
        def group(group_id: str) -> str:
            return next((g.handle for g in self._ws.seed.usergroups if g.id == group_id), group_id)

        return Mrkdwn(user=lambda u: self._person(u).name, channel=self._conversation_name, group=group)

    def _person(self, user_id: str) -> User:
        return self._ws.store.users.get(user_id) or User(id=user_id, name=user_id, real_name=user_id)

    def _conversation_name(self, channel_id: str) -> str:
        channel = self._ws.store.channels.get(channel_id)
        return channel_id if channel is None else channel.name or self._ws.app.name

    def render(self, template: str, request: Request) -> Response:
        html = self._jinja.get_template(template).render(self._context(dict(request.query_params)))
        return HTMLResponse(html, headers=HEADERS)

    def _context(self, query: dict[str, str]) -> Json:
        ws = self._ws
        me = next((u for u in ws.store.people if u.id == query.get("user")), ws.store.people[0])
        tab = query.get("tab", "messages")
        channel = ws.store.channels.get(query.get("channel", "")) or self._first_channel(me)
        thread = query.get("thread", "")
        visible = [m for m in channel.messages if m.ephemeral_to in {None, me.id}]
        return {
            "ws": ws,
            "app": ws.app,
            "team": ws.seed.team,
            "me": me,
            "people": ws.store.people,
            "tab": tab if channel.kind == "im" else "messages",
            "channel": channel,
            "channels": [c for c in ws.store.channels.values() if c.kind == "channel" or me.id in c.members],
            "direct": ws.store.direct(me.id),
            "messages": [m for m in visible if not m.is_reply or m.reply_broadcast][-SHOWN_MESSAGES:],
            "thread": thread,
            "thread_messages": self._thread(visible, thread),
            "stack": ws.store.stack(me.id),
            "home": ws.store.home(me.id),
            "show": ws.show_message,
            "replies": lambda message: channel.replies(message.ts),
            "entries": ws.journal.entries()[-SHOWN_ENTRIES:][::-1],
            "connected": ws.speaks_http or ws.sockets.count > 0,
            "suggested": lambda source, action_id: ws.store.suggested.get((source, action_id)),
        }

    def _first_channel(self, me: User) -> Channel:
        own = [c for c in self._ws.store.channels.values() if me.id in c.members and c.kind == "channel"]
        with_app = [c for c in own if self._ws.app.bot_user_id in c.members]
        return next(iter([*with_app, *own]), self._ws.store.direct(me.id))

    @staticmethod
    def _thread(visible: list[Message], thread: str) -> list[Message]:
        return [m for m in visible if thread and thread in {m.ts, m.thread_ts}]

    async def stream(self) -> AsyncIterator[str]:
        """Topics that changed, several at once if they come quickly; a comment now and then keeps it open."""
        async with self._ws.changes.subscription() as queue:
            yield "retry: 500\n\n"
            while True:
                try:
                    async with asyncio.timeout(15):
                        topics = {await queue.get()}
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                await asyncio.sleep(0.02)
                while not queue.empty():
                    topics.add(queue.get_nowait())
                yield f"data: {json.dumps(sorted(topics))}\n\n"


def _clock(ts: str) -> str:
    return time.strftime("%H:%M", time.localtime(float(ts)))


def _hue(name: str) -> int:
    """A person's colour stays the same."""
    return hashlib.sha256(name.encode()).digest()[0] * 360 // 256


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def add_page(app: FastAPI, workspace: Workspace) -> None:
    page = Page(workspace)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")

    @app.get("/")
    async def whole(request: Request) -> Response:
        return page.render("workspace.html", request)

    @app.get("/_ui/stream")
    async def stream() -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(page.stream(), media_type="text/event-stream", headers=headers)

    @app.get("/_ui/{part}")
    async def part(part: str, request: Request) -> Response:
        if part not in PARTS:
            return HTMLResponse("There is no such part.", status_code=404)
        return page.render(PARTS[part], request)

    @app.get("/archives/{channel}/{stamp}")
    async def permalink(channel: str, stamp: str, request: Request) -> Response:
        ts = f"{stamp[1:-6]}.{stamp[-6:]}"
        known = workspace.store.channels.get(channel)
        message = known.message(ts) if known else None
        if message is None:
            return HTMLResponse("That message isn't here (any more).", status_code=404)
        request.scope["query_string"] = f"channel={channel}&thread={message.thread_ts or ''}".encode()
        return page.render("workspace.html", Request(request.scope))
