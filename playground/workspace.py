"""One running workspace: what it holds, how it reaches the app, and what went both ways."""

import time
from collections.abc import Callable

from playground.changes import Changes
from playground.delivery import Delivery, Transport
from playground.errors import Json
from playground.faults import Faults
from playground.journal import Journal
from playground.records import Channel, Message, User, View
from playground.seed import SeedApp, WorkspaceSeed
from playground.signed_http import SignedHttp
from playground.sockets import SocketMode
from playground.store import Store
from playground.timing import Timing


class Workspace:
    def __init__(
        self,
        seed: WorkspaceSeed,
        *,
        timing: Timing | None = None,
        base_url: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.seed = seed
        self.timing = timing or Timing()
        self.base_url = base_url
        self.clock = clock
        self.store = Store(seed, clock)
        self.changes = Changes()
        self.faults = Faults()
        self.journal = Journal(
            (seed.app.bot_token, seed.app.app_token, seed.app.signing_secret),
            on_write=lambda: self.changes.announce("journal"),
        )
        self.sockets = SocketMode(
            app_id=seed.app.id,
            ack_seconds=self.timing.ack_seconds,
            on_change=lambda: self.changes.announce("connections"),
        )
        self._http: SignedHttp | None = None
        self.connect_over_http(seed.app.request_url, seed.app.options_url)
        self.delivery = Delivery(
            transport=self._transport,
            sockets=self.sockets,
            journal=self.journal,
            faults=self.faults,
            timing=self.timing,
            clock=clock,
        )

    @property
    def app(self) -> SeedApp:
        return self.seed.app

    @property
    def speaks_http(self) -> bool:
        return self._http is not None

    def connect_over_http(self, request_url: str | None, options_url: str | None = None) -> None:
        """From now on the app is called at this address; None goes back to Socket Mode."""
        if not request_url:
            self._http = None
            return
        self._http = SignedHttp(
            url=request_url,
            options_url=options_url,
            signing_secret=self.app.signing_secret,
            ack_seconds=self.timing.ack_seconds,
            clock=self.clock,
        )

    def _transport(self) -> Transport:
        return self._http or self.sockets

    async def stop(self) -> None:
        await self.delivery.stop()
        await self.sockets.drop()
        if self._http is not None:
            await self._http.close()

    def reset(self) -> None:
        """Back to the seed; the app stays connected."""
        self.store = Store(self.seed, self.clock, self.store.numbers)
        self.faults.clear()
        self.journal.clear()
        self.changes.announce("reset")

    # What the Web API and payloads show of the records.

    def show_user(self, user: User) -> Json:
        return user.to_api(self.seed.team.id)

    def show_channel(self, channel: Channel) -> Json:
        return channel.to_api(bot_user=self.app.bot_user_id)

    def show_view(self, view: View) -> Json:
        return view.to_api(team_id=self.seed.team.id, app_id=self.app.id, bot_id=self.app.bot_id)

    def show_message(self, message: Message, *, with_metadata: bool = False) -> Json:
        body = message.to_api(team_id=self.seed.team.id, with_metadata=with_metadata)
        if message.files:
            body["files"] = [self.store.files[file_id].to_api(self.base_url) for file_id in message.files]
        channel = self.store.channels[message.channel]
        if message.unfurls:
            unfurls = [{"from_url": url, "is_app_unfurl": True, **u} for url, u in message.unfurls.items()]
            body["attachments"] = [*(message.attachments or []), *unfurls]
        replies = [] if message.is_reply else channel.replies(message.ts)
        if replies:
            body |= {
                "thread_ts": message.ts,
                "reply_count": len(replies),
                "reply_users": sorted({reply.user for reply in replies}),
                "latest_reply": replies[-1].ts,
            }
        return body
