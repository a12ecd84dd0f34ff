"""The people of the workspace behind the `Directory` port."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_sdk import WebClient

from bot.chat import call
from callboard.errors import NotFoundError
from callboard.ports import Person

_FRESH = 600.0
_MOST = 20_000


class SlackDirectory:
    """What Slack says about somebody is kept for ten minutes, also that it knows nobody of that name."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._known: dict[str, tuple[Person | None, float]] = {}
        self._guard = threading.Lock()

    def by_id(self, user: str) -> Person | None:
        return self._cached(user, partial(self._client.users_info, user=user))

    def by_email(self, email: str) -> Person | None:
        return self._cached(email.lower(), partial(self._client.users_lookupByEmail, email=email))

    def _cached(self, key: str, ask: Callable[[], Any]) -> Person | None:
        now = time.monotonic()
        with self._guard:
            known = self._known.get(key)
        if known and now - known[1] < _FRESH:
            return known[0]
        try:
            person: Person | None = _person(call(ask)["user"])
        except NotFoundError:
            person = None
        with self._guard:
            if len(self._known) > _MOST:
                self._known.clear()
            self._known[key] = (person, now)
        return person


def _person(user: dict[str, Any]) -> Person:
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("name") or ""
    return Person(str(user["id"]), str(name), profile.get("email"), user.get("tz"), not user.get("deleted"))
