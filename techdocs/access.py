"""Who reads docs in a browser. Nobody logs in there: docs that anybody may read are open, for others the app hands
out links that hold for a while and for the docs of one entity.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

from callboard.chat import Actor
from callboard.ports import READ_ENTITY, Authorizer, Visible, visible_to
from techdocs.links import site_url

KEY: Final = "key"
"""The query parameter that a link carries."""
_PURPOSE: Final = b"callboard docs links"
_ANYBODY: Final = Actor()


def _everything(_ref: str) -> bool:
    return True


@dataclass(frozen=True)
class DocsAccess:
    """`secret` None: no links are handed out, and docs that aren't open are read in Slack alone."""

    authorizer: Authorizer
    base_url: str = ""
    secret: str | None = None
    lifetime: timedelta = timedelta(hours=12)
    everybody: bool = True
    """Whether docs that anybody may read need no link."""
    clock: Callable[[], float] = time.time

    def is_open(self, ref: str) -> bool:
        """Whether a browser may read these docs without a link."""
        return self.everybody and self.authorizer.may(_ANYBODY, READ_ENTITY, ref)

    def open_docs(self) -> Visible:
        """The same for many refs."""
        if not self.everybody:
            return lambda _ref: False
        return visible_to(self.authorizer, _ANYBODY) or _everything

    def link(self, ref: str, address: str) -> str:
        """The full address of a page of these docs, for somebody who may read them; empty when no browser can."""
        if not address.startswith(site_url(ref)) or self.is_open(ref):
            return self.base_url + address
        if self._key is None:
            return ""
        page, hash_, anchor = address.partition("#")
        return f"{self.base_url}{page}?{KEY}={self._sign(ref, self._until())}{hash_}{anchor}"

    def admits(self, ref: str, key: str) -> bool:
        """Whether `key` came with a link to these docs that still holds."""
        return self._is_ours(ref, key) and self.clock() < _until(key)

    def has_run_out(self, ref: str, key: str) -> bool:
        return self._is_ours(ref, key) and self.clock() >= _until(key)

    def seconds_left(self, key: str) -> int:
        return max(0, int(_until(key) - self.clock()))

    def _is_ours(self, ref: str, key: str) -> bool:
        return self._key is not None and hmac.compare_digest(self._sign(ref, _until(key)).encode(), key.encode())

    def _until(self) -> int:
        """The end of a link made now, at a whole minute: the same page twice in a message has one address."""
        return int((self.clock() + self.lifetime.total_seconds()) // 60 + 1) * 60

    def _sign(self, ref: str, until: int) -> str:
        assert self._key is not None
        mark = hmac.new(self._key, f"{ref}\n{until}".encode(), hashlib.sha256).digest()[:18]
        return f"{until:x}.{base64.urlsafe_b64encode(mark).decode()}"

    @cached_property
    def _key(self) -> bytes | None:
        return hmac.new(self.secret.encode(), _PURPOSE, hashlib.sha256).digest() if self.secret else None


def _until(key: str) -> int:
    """When a key ends; 0 for what is none."""
    written = key.partition(".")[0]
    if len(written) > 12 or not written.isascii() or not written.isalnum():
        return 0
    try:
        return int(written, 16)
    except ValueError:
        return 0
