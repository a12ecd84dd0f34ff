"""Who a Slack user is in the catalog: by `slack.com/user-id`, else by mail address."""

import threading
import time
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.chat import call
from callboard.chat import Actor
from callboard.config.model import Callboard
from callboard.db import Connection, Database
from callboard.errors import CallboardError, NotAllowedError, ServiceUnavailableError
from callboard.logs import get_logger
from callboard.refs import parse_entity_ref
from catalog.queries import lookup, people

_FRESH = 600.0
_log = get_logger("identity")


@dataclass(frozen=True, slots=True)
class _Profile:
    name: str
    email: str | None
    at: float
    is_guest: bool = False
    is_external: bool = False


class Identity:
    """Profiles come from Slack and are kept for ten minutes; groups come from the catalog at every interaction."""

    def __init__(self, client: WebClient, settings: Callboard) -> None:
        self._client = client
        self._access = settings.access
        admins = settings.admins
        self._profiles: dict[str, _Profile] = {}
        self._lock = threading.Lock()
        self._admin_users = {str(parse_entity_ref(u, default_kind="User")) for u in admins.users}
        self._admin_groups = {str(parse_entity_ref(g, default_kind="Group")) for g in admins.groups}

    def prepare(self, database: Database, user: str) -> None:
        """Ask Slack who that is, where the catalog can't tell; before a transaction is open, because it may take long.

        Raises ServiceUnavailableError when Slack doesn't tell: without knowing them nobody is let in.
        """
        with database.read() as connection:
            known = people.find_user(connection, slack_id=user)
        if known is None:
            self._profile(user)

    def actor(self, connection: Connection, user: str, name: str = "") -> Actor:
        """The person; unlinked when neither id nor address is in the catalog.

        Raises NotAllowedError for guests and strangers that `callboard.access` doesn't admit.
        """
        ref = people.find_user(connection, slack_id=user)
        profile = None if ref else self._profile(user)
        if profile and (
            (profile.is_guest and not self._access.guests) or (profile.is_external and not self._access.external)
        ):
            raise NotAllowedError(
                "I only answer members of this workspace.", hint="Ask a colleague here to look it up."
            )
        if profile and profile.email:
            ref = people.find_user(connection, email=profile.email)
        groups = people.groups_of(connection, ref) if ref else ()
        is_admin = ref in self._admin_users or bool(self._admin_groups & set(groups))
        email = profile.email if profile else None
        known = lookup.get_entity(connection, ref) if ref else None
        shown = name or (known.title if known else profile.name if profile else "")
        return Actor(user, ref, shown, email, groups, is_admin)

    def _profile(self, user: str) -> _Profile:
        with self._lock:
            known = self._profiles.get(user)
        if known and time.monotonic() - known.at < _FRESH:
            return known
        try:
            found = call(lambda: self._client.users_info(user=user))["user"]
        except CallboardError as error:
            _log.warning("profile not read", user=user, reason=error.message)
            if known is None:
                raise ServiceUnavailableError(
                    "I can't find out who you are just now.", hint="Try again soon."
                ) from None
            return known
        profile = found.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or found.get("name") or ""
        guest = bool(found.get("is_restricted") or found.get("is_ultra_restricted"))
        external = bool(found.get("is_stranger"))
        fresh = _Profile(str(name), profile.get("email"), time.monotonic(), guest, external)
        with self._lock:
            self._profiles[user] = fresh
        return fresh
