"""Every payload both ways, for the inspector and for tests. Secrets never get in."""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from playground.errors import Json

KEPT = 2000
_SECRET_KEYS = frozenset({"token", "bot_token", "app_token", "signing_secret", "authorization"})
_TICKET = re.compile(r"(ticket=)[\w-]+")


@dataclass(frozen=True)
class Entry:
    """`direction` is "from_app" or "to_app"."""

    seq: int
    at: float
    direction: str
    kind: str
    name: str
    payload: Any
    outcome: Any


class Journal:
    def __init__(self, secrets: Iterable[str], on_write: Callable[[], None] = lambda: None) -> None:
        self._on_write = on_write
        self._secrets = tuple(secret for secret in secrets if secret)
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._seq = 0

    def write(self, *, at: float, direction: str, kind: str, name: str, payload: Any, outcome: Any) -> Entry:
        self._seq += 1
        safe = self.redact(payload)
        entry = Entry(self._seq, at, direction, kind, name, safe, self.redact(outcome))
        self._entries.append(entry)
        self._on_write()
        return entry

    def entries(self, *, after: int = 0) -> list[Json]:
        return [asdict(entry) for entry in self._entries if entry.seq > after]

    def clear(self) -> None:
        self._entries.clear()

    def redact(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: "[redacted]" if key in _SECRET_KEYS and isinstance(item, str) else self.redact(item)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.redact(item) for item in value]
        return self._redact_text(value) if isinstance(value, str) else value

    def _redact_text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[redacted]")
        return _TICKET.sub(r"\1[redacted]", text)
