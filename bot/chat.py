"""The Slack workspace behind the `Chat` port."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError

from blocks import kit
from bot.budget import BudgetedClient
from bot.slack_errors import SlackBusyError, translate
from callboard.chat import Attachment, Message
from callboard.errors import NotFoundError

_CHANNELS_FRESH = 300.0
_MOST_PAGES: Final = 20
_LISTED: Final[Mapping[str, Any]] = {"limit": 200, "exclude_archived": True, "types": "public_channel,private_channel"}


class SlackChat:
    """Posts and updates messages; channel names are looked up and remembered for a while."""

    def __init__(self, client: BudgetedClient) -> None:
        self.client = client
        self._channels: dict[str, str] = {}
        self._channels_at = -_CHANNELS_FRESH

    def post(self, channel: str, message: Message, *, thread: str | None = None) -> tuple[str, str]:
        """Post to a channel id, a `#name` or a user id (which opens the direct conversation)."""
        target = self.resolve(channel)
        answer = call(
            lambda: self.client.chat_postMessage(
                channel=target, thread_ts=thread, unfurl_links=False, unfurl_media=False, **payload(message)
            )
        )
        return str(answer["channel"]), str(answer["ts"])

    def update(self, channel: str, timestamp: str, message: Message) -> None:
        call(lambda: self.client.chat_update(channel=channel, ts=timestamp, **payload(message)))

    def upload(self, channel: str, file: Attachment, *, thread: str | None = None, comment: str = "") -> None:
        """Share a text file in a channel or a thread; Slack takes no empty one."""
        target = self.resolve(channel)
        call(
            lambda: self.client.files_upload_v2(
                channel=target,
                thread_ts=thread,
                content=file.content or "\n",
                filename=file.name,
                title=file.title,
                initial_comment=comment,
            )
        )

    def updates_left(self) -> float:
        """How many updates could be made at once."""
        return self.client.budgets.left("chat.update")

    def find(
        self, channel: str, metadata: Mapping[str, Any], *, since: float, thread: str | None = None
    ) -> tuple[str, str] | None:
        """The message of ours whose metadata has these values; raises NotAllowedError where we can't look."""
        target = self.resolve(channel)
        if target.startswith(("U", "W")):
            target = str(call(lambda: self.client.conversations_open(users=target))["channel"]["id"])
        read: Callable[..., Any] = self.client.conversations_history
        options: dict[str, Any] = {"oldest": f"{max(since, 0.0):.6f}", "limit": 200, "include_all_metadata": True}
        if thread is not None:
            read = self.client.conversations_replies
            options["ts"] = thread
        cursor = ""
        for _page in range(_MOST_PAGES):
            answer = call(partial(read, channel=target, cursor=cursor, **options))
            for message in answer["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if all(payload.get(k) == v for k, v in metadata.items()):
                    return target, str(message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return None

    def resolve(self, channel: str) -> str:
        """The id of a channel named `#name` or `name`; ids pass. Raises NotFoundError."""
        if not channel.startswith("#") and channel[:1] in "CDGU" and channel.isupper() and channel.isalnum():
            return channel
        name = channel.removeprefix("#").lower()
        if name not in self._channels and time.monotonic() - self._channels_at > 1.0:
            self._load_channels()
        if name not in self._channels:
            raise NotFoundError(f"There is no channel #{name}, or it is private and I am not in it.")
        return self._channels[name]

    def _load_channels(self) -> None:
        cursor = ""
        found: dict[str, str] = {}
        while True:
            answer = call(partial(self.client.conversations_list, cursor=cursor, **_LISTED))
            found.update((c["name"].lower(), c["id"]) for c in answer["channels"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        self._channels, self._channels_at = found, time.monotonic()


def payload(message: Message) -> dict[str, Any]:
    """A message as Slack's methods take it; the text is what notifications and screen readers say.

    It is plain: what people and catalogs wrote in it must not become a mention of everybody.
    """
    body: dict[str, Any] = {"text": kit.escape(message.text), "blocks": list(message.blocks)}
    return body | ({"metadata": dict(message.metadata)} if message.metadata else {})


def call(method: Callable[[], Any]) -> Any:
    """Call Slack, with its errors as ours; a connection that fails is Slack being away."""
    try:
        return method()
    except SlackApiError as error:
        raise translate(error) from None
    except (SlackClientError, SlackRequestError, OSError) as error:
        heard = not isinstance(error, URLError)  # the connection was never made
        raise SlackBusyError(f"Slack can't be reached ({type(error).__name__}).", may_have_happened=heard) from None
