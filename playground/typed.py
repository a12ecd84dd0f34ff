"""From what a person types to the text an app receives: mentions, channels and links become Slack's tokens."""

import re

from playground.errors import Json
from playground.store import Store

_TOKEN = re.compile(
    r"<(?P<known>@[UW]\w+|#[CG]\w+)(?:\|[^<>]*)?>|(?P<link>https?://[^\s<>]+)|(?P<mark>[@#])(?P<name>[\w.-]+)"
)
_PART = re.compile(r"<@(?P<user>\w+)(?:\|[^>]*)?>|<#(?P<channel>\w+)(?:\|[^>]*)?>|<(?P<url>https?://[^>|]+)[^>]*>")


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def encode(store: Store, text: str, *, with_names: bool = False) -> str:
    """`with_names` is how slash commands get them: <@U1|ada>, where messages have <@U1>."""
    parts: list[str] = []
    position = 0
    for match in _TOKEN.finditer(text):
        parts.extend((escape(text[position : match.start()]), _encoded(store, match, with_names=with_names)))
        position = match.end()
    return "".join([*parts, escape(text[position:])])


def _encoded(store: Store, match: re.Match[str], *, with_names: bool) -> str:
    if known := match["known"]:
        exists = known[1:] in (store.users if known[0] == "@" else store.channels)
        return _token(store, known[0], known[1:], "", with_names=with_names) if exists else escape(match[0])
    if link := match["link"]:
        bare = link.rstrip(".,;:!?)'\"")
        return f"<{escape(bare)}>{escape(link[len(bare) :])}"
    name = match["name"].rstrip(".-")
    rest = match["name"][len(name) :]
    found = _user_named(store, name) if match["mark"] == "@" else _channel_named(store, name)
    return _token(store, match["mark"], found, rest, with_names=with_names) if found else escape(match[0])


def _token(store: Store, mark: str, identifier: str, rest: str, *, with_names: bool) -> str:
    if mark == "@":
        name = f"|{store.users[identifier].name}" if with_names else ""
        return f"<@{identifier}{name}>{rest}"
    return f"<#{identifier}|{store.channels[identifier].name}>{rest}"


def _user_named(store: Store, name: str) -> str | None:
    wanted = name.lower()
    for user in store.users.values():
        if wanted in {user.name.lower(), user.real_name.lower()} and not user.deleted:
            return user.id
    return None


def _channel_named(store: Store, name: str) -> str | None:
    return next((c.id for c in store.channels.values() if c.name and c.name == name.lower()), None)


def rich_text(text: str) -> list[Json]:
    """The block that Slack adds to every message somebody typed."""
    parts: list[Json] = []
    position = 0
    for match in _PART.finditer(text):
        if plain := unescape(text[position : match.start()]):
            parts.append({"type": "text", "text": plain})
        parts.append(_rich_part(match))
        position = match.end()
    if plain := unescape(text[position:]):
        parts.append({"type": "text", "text": plain})
    section = {"type": "rich_text_section", "elements": parts}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def _rich_part(match: re.Match[str]) -> Json:
    if match["user"]:
        return {"type": "user", "user_id": match["user"]}
    if match["channel"]:
        return {"type": "channel", "channel_id": match["channel"]}
    return {"type": "link", "url": unescape(match["url"])}
