"""The closed vocabulary of compositions that every view is made of, each with Slack's limits built in.

Blocks are plain dicts: the SDK's models drop blocks they don't know and let half of Slack's limits pass, so the
limits stand here and `blocks.limits` checks the result in tests and in the local workspace.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

Block = dict[str, Any]
Element = dict[str, Any]
Style = Literal["primary", "danger"]

MAX_SECTION: Final = 3_000
MAX_HEADER: Final = 150
MAX_FIELDS: Final = 10
MAX_FIELD: Final = 2_000
MAX_BUTTON: Final = 75
MAX_OPTION: Final = 75
MAX_OPTION_VALUE: Final = 150
MAX_OPTIONS: Final = 100
MAX_TITLE: Final = 24
MAX_MESSAGE_BLOCKS: Final = 50
MAX_VIEW_BLOCKS: Final = 100
_PING = re.compile(r"@(?=(?:channel|here|everyone)\b)")


def escape(text: str) -> str:
    """Text from a catalog or a person for mrkdwn: no link, mention or ping comes out of it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _PING.sub("@\u200b", escaped)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis where something is missing."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def bold(text: str) -> str:
    """Escaped and bold; a mark inside that would end it early is taken out."""
    return f"*{escape(text).replace('*', '∗')}*"  # noqa: RUF001 - looks like one and isn't one


def code(text: str) -> str:
    return f"`{escape(text).replace(chr(96), chr(39))}`"


def link(url: str, text: str) -> str:
    """A link where the URL is safe to follow, else its text alone."""
    if not re.match(r"https?://", url):
        return escape(text)
    address = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{address}|{escape(text).replace('|', '¦')}>"


def plain(text: str, limit: int = MAX_SECTION) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(text, limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int = MAX_SECTION) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": cut(text, limit) or " "}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, MAX_HEADER)}


def divider() -> Block:
    return {"type": "divider"}


def section(text: str, *, accessory: Element | None = None) -> Block:
    """A paragraph of mrkdwn; what isn't ours in it has been escaped by the caller."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | ({"accessory": accessory} if accessory else {})


def fields(pairs: Sequence[tuple[str, str]]) -> list[Block]:
    """Labelled values two abreast; the values are mrkdwn, already escaped."""
    texts = [mrkdwn(f"*{label}*\n{value}", MAX_FIELD) for label, value in pairs]
    return [{"type": "section", "fields": texts[i : i + MAX_FIELDS]} for i in range(0, len(texts), MAX_FIELDS)]


def day(at: float) -> str:
    """A date, in the reader's own zone."""
    moment = datetime.fromtimestamp(at, UTC).strftime("%d %b %Y")
    return f"<!date^{int(at)}^{{date_short_pretty}}|{moment}>"


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(t, 2_000) for t in texts[:10]]}


def actions(*elements: Element, block_id: str | None = None) -> Block:
    block: Block = {"type": "actions", "elements": list(elements)[:25]}
    return block | ({"block_id": block_id} if block_id else {})


def button(
    text: str, action_id: str, value: str = "", *, style: Style | None = None, url: str | None = None
) -> Element:
    element: Element = {"type": "button", "text": plain(text, MAX_BUTTON), "action_id": action_id}
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if url and url.startswith(("http://", "https://")):
        element["url"] = url[:3_000]
    return element


def search_menu(placeholder: str, action_id: str, *, chosen: Mapping[str, Any] | None = None) -> Element:
    """A menu whose options come from us as somebody types."""
    menu: Element = {"type": "external_select", "action_id": action_id, "min_query_length": 0}
    menu["placeholder"] = plain(placeholder, MAX_OPTION_VALUE)
    return menu | ({"initial_option": dict(chosen)} if chosen else {})


def feedback(action_id: str, helpful: str, unhelpful: str) -> Block:
    """Thumbs up and down below an answer; messages only."""
    buttons = {
        "type": "feedback_buttons",
        "action_id": action_id,
        "positive_button": {"text": plain("Helpful", MAX_BUTTON), "value": helpful},
        "negative_button": {"text": plain("Not helpful", MAX_BUTTON), "value": unhelpful},
    }
    return {"type": "context_actions", "elements": [buttons]}


def option(text: str, value: str, *, description: str = "") -> dict[str, Any]:
    """A choice; a value past Slack's limit is the caller's to shorten, because it must be found again."""
    choice: dict[str, Any] = {"text": plain(text, MAX_OPTION), "value": value}
    return choice | ({"description": plain(description, MAX_OPTION)} if description else {})


def input_block(
    label: str, element: Element, *, block_id: str, hint: str = "", optional: bool = False, dispatch: bool = False
) -> Block:
    block: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2_000), "element": element}
    if hint:
        block["hint"] = plain(hint, 2_000)
    return block | {"optional": optional} | ({"dispatch_action": True} if dispatch else {})


def modal(
    title: str,
    blocks: Sequence[Mapping[str, Any]],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Close",
    metadata: str = "",
    notify_on_close: bool = False,
) -> dict[str, Any]:
    """A modal view; `submit` is needed as soon as there is an input."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, MAX_TITLE),
        "close": plain(close, MAX_TITLE),
        "blocks": list(blocks)[:MAX_VIEW_BLOCKS],
        "private_metadata": metadata,
        "notify_on_close": notify_on_close,
    }
    return view | ({"submit": plain(submit, MAX_TITLE)} if submit else {})
