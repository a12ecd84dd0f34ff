"""A person in the workspace, for tests and scripts: a typed client of /_control."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from playground.errors import Json

T = TypeVar("T")
Predicate = Callable[[Json], bool]


class ControlError(RuntimeError):
    """The workspace said that a person can't do this."""


def anything(_message: Json) -> bool:
    return True


class Control:
    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        self._http = httpx.Client(base_url=f"{url.rstrip('/')}/_control", timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close_client()

    def close_client(self) -> None:
        self._http.close()

    def _body(self, response: httpx.Response) -> Json:
        body: Json = response.json()
        if response.status_code >= 400:
            raise ControlError(str(body.get("message") or body.get("error")))
        return body

    def _post(self, act: str, **body: Any) -> Json:
        sent = {key: value for key, value in body.items() if value is not None}
        return self._body(self._http.post(f"/{act}", json=sent))

    def _get(self, what: str, **query: Any) -> Json:
        asked = {key: value for key, value in query.items() if value is not None}
        return self._body(self._http.get(f"/{what}", params=asked))

    # Acting

    def command(self, user: str, channel: str, text: str) -> Json:
        return self._post("command", user=user, channel=channel, text=text)

    def message(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Json:
        return self._post("message", user=user, channel=channel, text=text, thread_ts=thread_ts)

    def action(self, user: str, action_id: str, **where_and_what: Any) -> Json:
        """`channel` and `ts`, or `view_id` ("home" for the Home tab); `block_id`; `value` or a state key."""
        return self._post("action", user=user, action_id=action_id, **where_and_what)

    def click(self, user: str, message: Json, action_id: str, **what: Any) -> Json:
        """Act on a message as returned by `wait_for_message` or `messages`."""
        return self.action(user, action_id, channel=message["channel"], ts=message["ts"], **what)

    def fill(self, user: str, action_id: str, **where_and_what: Any) -> Json:
        return self._post("fill", user=user, action_id=action_id, **where_and_what)

    def suggest(self, user: str, action_id: str, value: str, **where: Any) -> Json:
        return self._post("suggest", user=user, action_id=action_id, value=value, **where)

    def shortcut(self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None) -> Json:
        return self._post("shortcut", user=user, callback_id=callback_id, channel=channel, ts=ts)

    def submit(self, user: str, values: Json | None = None, view_id: str | None = None) -> Json:
        return self._post("submit", user=user, values=values, view_id=view_id)

    def close(self, user: str, view_id: str | None = None, *, everything: bool = False) -> Json:
        return self._post("close", user=user, view_id=view_id, everything=everything)

    def open_home(self, user: str, tab: str = "home") -> Json:
        return self._post("home", user=user, tab=tab)

    def invite(self, user: str, channel: str, invited: str | None = None) -> Json:
        return self._post("invite", user=user, channel=channel, invited=invited)

    def react(self, user: str, channel: str, ts: str, name: str) -> Json:
        return self._post("react", user=user, channel=channel, ts=ts, name=name)

    def fault(self, kind: str, **which: Any) -> Json:
        """`method="chat.postMessage"` or `delivery="events_api"`; `times`, `retry_after`, `seconds`, `error`."""
        return self._post("fault", kind=kind, **which)

    def configure(self, *, request_url: str | None, options_url: str | None = None) -> Json:
        return self._post("app", request_url=request_url, options_url=options_url)

    def calm(self) -> Json:
        """Forget the faults that were planned and haven't happened."""
        return self._post("calm")

    def reset(self) -> Json:
        return self._post("reset")

    # Reading

    def state(self) -> Json:
        return self._get("state")

    def log(self, after: int = 0) -> list[Json]:
        entries: list[Json] = self._get("log", after=after)["entries"]
        return entries

    def messages(
        self, channel: str, *, after: str | None = None, wait: float = 0, limit: int | None = None
    ) -> list[Json]:
        """Oldest first; with a `limit` the last so many."""
        found: list[Json] = self._get("messages", channel=channel, after=after, wait=wait, limit=limit)["messages"]
        return found

    def modal(self, user: str) -> Json | None:
        """The view on top, with `errors` beside its fields and `trouble`."""
        stack = self._get("views", user=user)["modals"]
        return stack[-1] if stack else None

    def home(self, user: str) -> Json | None:
        view: Json | None = self._get("views", user=user)["home"]
        return view

    # Waiting

    def wait_until(self, read: Callable[[], T | None], *, timeout: float = 5.0, what: str = "it") -> T:
        """What `read` returns as soon as that is neither None nor False."""
        deadline = time.monotonic() + timeout
        while True:
            version = self._get("wait", version=-1, wait=0)["version"]
            found = read()
            if found is not None and found is not False:
                return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"waited {timeout} s for {what}")
            self._get("wait", version=version, wait=min(left, 10.0))

    def wait_for_message(
        self, channel: str, predicate: Predicate = anything, timeout: float = 5.0, *, after: str | None = None
    ) -> Json:
        """The first message that fits; one that was edited until it fits counts too."""

        def read() -> Json | None:
            return next((message for message in self.messages(channel, after=after) if predicate(message)), None)

        return self.wait_until(read, timeout=timeout, what=f"a message in {channel}")

    def wait_for_modal(self, user: str, predicate: Predicate = anything, timeout: float = 5.0) -> Json:
        def read() -> Json | None:
            modal = self.modal(user)
            return modal if modal is not None and predicate(modal) else None

        return self.wait_until(read, timeout=timeout, what=f"a modal of {user}")

    def wait_for_home(self, user: str, predicate: Predicate = anything, timeout: float = 5.0) -> Json:
        def read() -> Json | None:
            view = self.home(user)
            return view if view is not None and predicate(view) else None

        return self.wait_until(read, timeout=timeout, what=f"the Home of {user}")

    def wait_for_app(self, timeout: float = 10.0) -> None:
        """Until the app has a socket open, or is called over HTTP."""

        def read() -> bool:
            app = self.state()["app"]
            return bool(app["transport"] == "http" or app["connections"] > 0)

        self.wait_until(read, timeout=timeout, what="the app to connect")
