"""Keeps secrets out of sight: sealed at rest, blanked in everything that people read."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken

from callboard.errors import CallboardError, InputError
from callboard.logs import redact
from scaffolder.texts import printable

MASK: Final = "***"
_SHORTEST: Final = 3
_SEALED: Final = "$sealed"


class Vault:
    """Seals with a key made from `callboard.secretKey`; without one nothing secret is taken in."""

    def __init__(self, secret_key: str | None) -> None:
        self._secret_key = secret_key

    @cached_property
    def _fernet(self) -> Fernet:
        if not self._secret_key:
            hint = "Set `callboard.secretKey` in the configuration, e.g. to the output of `openssl rand -base64 32`."
            raise InputError("This installation has no key to keep secrets with.", hint=hint)
        digest = hashlib.scrypt(self._secret_key.encode(), salt=b"callboard.scaffolder", n=2**14, r=8, p=1, dklen=32)
        return Fernet(base64.urlsafe_b64encode(digest))

    def seal(self, value: Any) -> str:
        return self._fernet.encrypt(json.dumps(value).encode()).decode()

    def open(self, sealed: str) -> Any:
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            hint = "Retry the run and enter its secrets again."
            raise CallboardError("The secrets of this run were sealed with another key.", hint=hint) from None

    def wrap(self, value: Any, masker: "Masker") -> Any:
        """`value` for the database: as it is, or sealed when a secret is somewhere in it."""
        return {_SEALED: self.seal(value)} if masker.finds_in(value) else value

    def unwrap(self, value: Any) -> Any:
        if isinstance(value, Mapping) and set(value) == {_SEALED}:
            return self.open(value[_SEALED])
        return value


class Masker:
    """Blanks one run's secrets, also where they were quoted for an address or for JSON."""

    def __init__(self, secrets: Iterable[Any]) -> None:
        found: set[str] = set()
        for secret in secrets:
            for line in (str(secret), *str(secret).splitlines()):
                found |= {line, quote(line, safe=""), json.dumps(line)[1:-1]}
        self._texts = sorted((f for f in found if len(f) >= _SHORTEST), key=len, reverse=True)

    def text(self, text: str) -> str:
        for secret in self._texts:
            text = text.replace(secret, MASK)
        return redact(printable(text))

    def value(self, value: Any) -> Any:
        """The same for every text in a JSON value."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(k)): self.value(v) for k, v in value.items()}
        return [self.value(v) for v in value] if isinstance(value, list) else value

    def finds_in(self, value: Any) -> bool:
        return bool(self._texts) and self.value(value) != value
