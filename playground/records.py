"""The things a workspace holds, and how the Web API shows them."""

import time
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.errors import Json


@dataclass
class User:
    id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    tz: str = "Etc/UTC"
    is_admin: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    bot_id: str | None = None

    def to_api(self, team_id: str) -> Json:
        profile: Json = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "title": self.title,
            "team": team_id,
        }
        if self.email:
            profile["email"] = self.email
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        return {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": self.tz,
            "profile": profile,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 0,
        }


@dataclass
class Message:
    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    username: str | None = None
    metadata: Json | None = None
    ephemeral_to: str | None = None
    subtype: str | None = None
    reply_broadcast: bool = False
    edited: str | None = None
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    unfurls: dict[str, Json] = field(default_factory=dict)
    unfurl_id: str | None = None
    values: dict[str, Json] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def to_api(self, *, team_id: str, with_metadata: bool = False) -> Json:
        body: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, "team": team_id}
        optional: Json = {
            "subtype": self.subtype,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "username": self.username,
        }
        body |= {key: value for key, value in optional.items() if value is not None}
        if self.edited:
            body["edited"] = {"user": self.user, "ts": self.edited}
        if self.reactions:
            body["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ]
        if with_metadata and self.metadata is not None:
            body["metadata"] = self.metadata
        return body


@dataclass
class Channel:
    """`kind` "im" is a conversation of one person with the app."""

    id: str
    name: str
    kind: Literal["channel", "group", "im", "mpim"] = "channel"
    members: list[str] = field(default_factory=list)
    topic: str = ""
    user: str | None = None
    messages: list[Message] = field(default_factory=list)
    _threads: dict[str, list[Message]] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        self.messages.append(message)
        if message.is_reply:
            self._threads.setdefault(str(message.thread_ts), []).append(message)

    def remove(self, message: Message) -> None:
        self.messages.remove(message)
        if message.is_reply:
            self._threads[str(message.thread_ts)].remove(message)

    def message(self, ts: str) -> Message | None:
        return next((message for message in reversed(self.messages) if message.ts == ts), None)

    def replies(self, ts: str) -> list[Message]:
        return [m for m in self._threads.get(ts, []) if m.ephemeral_to is None]

    def to_api(self, *, bot_user: str) -> Json:
        if self.kind == "im":
            return {"id": self.id, "created": 0, "is_im": True, "user": self.user, "is_archived": False}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_im": False,
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "channel",
            "is_archived": False,
            "is_general": self.name == "general",
            "is_member": bot_user in self.members,
            "num_members": len(self.members),
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass
class View:
    """One modal or Home tab of one person, with what was typed into it so far."""

    id: str
    user: str
    body: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    def to_api(self, *, team_id: str, app_id: str, bot_id: str) -> Json:
        body: Json = {
            "id": self.id,
            "team_id": team_id,
            "type": self.body["type"],
            "blocks": self.body.get("blocks", []),
            "private_metadata": self.body.get("private_metadata", ""),
            "callback_id": self.body.get("callback_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": self.body.get("title"),
            "clear_on_close": bool(self.body.get("clear_on_close", False)),
            "notify_on_close": bool(self.body.get("notify_on_close", False)),
            "close": self.body.get("close"),
            "submit": self.body.get("submit"),
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            "app_id": app_id,
            "external_id": self.body.get("external_id", ""),
            "app_installed_team_id": team_id,
            "bot_id": bot_id,
        }
        if self.body["type"] == "home":
            body["title"] = {"type": "plain_text", "text": "View Title", "emoji": True}
        return body


@dataclass
class StoredFile:
    id: str
    name: str
    title: str
    length: int
    ticket: str
    user: str
    alt_text: str = ""
    mimetype: str = "application/octet-stream"
    content: bytes | None = None
    completed_at: float | None = None
    channels: list[str] = field(default_factory=list)

    def to_api(self, base_url: str) -> Json:
        url = f"{base_url}/files/{self.id}/{self.name}"
        body: Json = {
            "id": self.id,
            "created": int(self.completed_at or time.time()),
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2].lower(),
            "user": self.user,
            "size": len(self.content or b""),
            "mode": "hosted",
            "is_external": False,
            "is_public": True,
            "url_private": url,
            "url_private_download": url,
            "permalink": url,
            "channels": self.channels,
        }
        if self.alt_text:
            body["alt_txt"] = self.alt_text
        return body


@dataclass
class Trigger:
    id: str
    user: str
    at: float
    view_id: str | None = None
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an app answers one command or click: a few uses, half an hour."""

    key: str
    channel: str
    user: str
    at: float
    message_ts: str | None = None
    uses: int = 0


@dataclass
class Options:
    """What an app offered in an external select, so that a choice can be looked up by its value."""

    groups: list[tuple[Json | None, list[Json]]]

    def find(self, value: str) -> Json | None:
        return next((o for _, options in self.groups for o in options if o.get("value") == value), None)

    @classmethod
    def of(cls, body: Any) -> "Options":
        if not isinstance(body, dict):
            return cls([])
        groups = body.get("option_groups")
        if isinstance(groups, list):
            return cls([(group.get("label"), list(group.get("options", []))) for group in groups])
        return cls([(None, list(body.get("options") or []))])
