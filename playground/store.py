"""The workspace's memory. Everything that changes it runs on one event loop, so nothing is locked."""

import itertools
import secrets
import time
from collections.abc import Callable, Iterator

from playground.errors import SlackError
from playground.records import Channel, Message, Options, ResponseUrl, StoredFile, Trigger, User, View
from playground.seed import WorkspaceSeed, stable_id

SLACKBOT = "USLACKBOT"


class Store:
    def __init__(
        self, seed: WorkspaceSeed, clock: Callable[[], float] = time.time, numbers: Iterator[int] | None = None
    ) -> None:
        self.seed = seed
        self.clock = clock
        # Never the same twice, not even after a restart: apps remember ids to act once.
        self.numbers = numbers or itertools.count(int(clock() * 1000))
        self._last_ts = 0
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.files: dict[str, StoredFile] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.suggested: dict[tuple[str, str], Options] = {}
        self._seed_users()
        self._seed_channels()

    def _seed_users(self) -> None:
        app = self.seed.app
        for person in self.seed.users:
            user_id = person.id or stable_id("U", person.name)
            self.users[user_id] = User(
                id=user_id,
                name=person.name,
                real_name=person.real_name or person.name,
                email=person.email,
                title=person.title,
                tz=person.tz,
                is_admin=person.is_admin,
                is_restricted=person.is_restricted,
                deleted=person.deleted,
            )
        self.users[app.bot_user_id] = User(
            id=app.bot_user_id, name=app.bot_user_name, real_name=app.name, is_bot=True, bot_id=app.bot_id
        )
        self.users[SLACKBOT] = User(id=SLACKBOT, name="slackbot", real_name="Slackbot")

    def _seed_channels(self) -> None:
        by_name = {user.name: user.id for user in self.users.values()}
        for each in self.seed.channels:
            channel_id = each.id or stable_id("C", each.name)
            members = [by_name.get(member, member) for member in each.members]
            kind = "group" if each.is_private else "channel"
            self.channels[channel_id] = Channel(channel_id, each.name, kind, members, each.topic)  # type: ignore[arg-type]
        for user in list(self.users.values()):
            if not user.is_bot and user.id != SLACKBOT and not user.deleted:
                self.direct(user.id)

    @property
    def people(self) -> list[User]:
        return [u for u in self.users.values() if not u.is_bot and u.id != SLACKBOT and not u.deleted]

    def next_id(self, prefix: str) -> str:
        return f"{prefix}0{next(self.numbers):X}"

    def next_ts(self) -> str:
        """Unique and rising, even within one microsecond."""
        now = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        self._last_ts = now
        return f"{now // 1_000_000}.{now % 1_000_000:06d}"

    def next_hash(self) -> str:
        return f"{int(self.clock())}.{secrets.token_hex(4)}"

    def direct(self, user_id: str) -> Channel:
        """The conversation of one person with the app."""
        channel_id = "D" + user_id[1:]
        if channel_id not in self.channels:
            members = [user_id, self.seed.app.bot_user_id]
            self.channels[channel_id] = Channel(channel_id, "", "im", members, user=user_id)
        return self.channels[channel_id]

    def find_channel(self, reference: str) -> Channel:
        """By id, by name with or without "#", or a person's id for the conversation with them."""
        if reference in self.channels:
            return self.channels[reference]
        if reference in self.users and not self.users[reference].deleted:
            return self.direct(reference)
        name = reference.removeprefix("#")
        for channel in self.channels.values():
            if name and channel.name == name:
                return channel
        raise SlackError("channel_not_found")

    def find_user(self, user_id: str) -> User:
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def add_message(self, message: Message) -> Message:
        self.channels[message.channel].add(message)
        return message

    def new_trigger(self, user: str, view_id: str | None = None) -> Trigger:
        trigger = Trigger(
            f"{next(self.numbers)}.{self.seed.team.id}.{secrets.token_hex(16)}", user, self.clock(), view_id
        )
        self.triggers[trigger.id] = trigger
        return trigger

    def new_response_url(self, *, channel: str, user: str, message_ts: str | None = None) -> ResponseUrl:
        key = f"{next(self.numbers)}/{secrets.token_urlsafe(18)}"
        self.response_urls[key] = ResponseUrl(key, channel, user, self.clock(), message_ts)
        return self.response_urls[key]

    def stack(self, user: str) -> list[View]:
        return [self.views[view_id] for view_id in self.stacks.get(user, [])]

    def home(self, user: str) -> View | None:
        view_id = self.homes.get(user)
        return None if view_id is None else self.views[view_id]
