"""One-time pages where secrets are entered outside of chat.

The address holds 32 random bytes and works once; what is entered is sealed at once and waits, for an hour at most,
until the run that it is for takes it.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from scaffolder.drafts.model import SecretAsk
from scaffolder.drafts.tables import secret_pages
from scaffolder.sealing import Vault

OPEN_FOR: Final = 15 * 60.0
KEPT_FOR: Final = 60 * 60.0
MAX_SECRET: Final = 20_000


@dataclass(frozen=True, slots=True)
class SecretPage:
    """What a page asks, and for what."""

    title: str
    asks: tuple[SecretAsk, ...]


def issue(connection: Connection, *, owner: str, title: str, asks: Sequence[SecretAsk], now: float) -> str:
    """A new page's token; the database knows its digest only."""
    token = secrets.token_urlsafe(32)
    row = {"token": _digest(token), "owner": owner, "title": title, "asks": [asdict(a) for a in asks]}
    connection.execute(insert(secret_pages).values(row | {"expires_at": now + OPEN_FOR}))
    return token


def find(connection: Connection, token: str, *, now: float) -> SecretPage | None:
    """The page, while it may still be used."""
    query = select(secret_pages).where(
        secret_pages.c.token == _digest(token), secret_pages.c.sealed.is_(None), secret_pages.c.expires_at > now
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else SecretPage(row.title, tuple(SecretAsk(**a) for a in row.asks))


def answer(connection: Connection, token: str, values: Mapping[str, str], vault: Vault, *, now: float) -> bool:
    """Seal what was entered; False when the page was used or has expired, also when two do it at once."""
    kept = {k: v for k, v in values.items() if v}
    unused = (secret_pages.c.token == _digest(token), secret_pages.c.sealed.is_(None), secret_pages.c.expires_at > now)
    new = {"sealed": vault.seal(kept), "given": sorted(kept), "expires_at": now + KEPT_FOR}
    return bool(connection.execute(update(secret_pages).where(*unused).values(new)).rowcount)


def given(connection: Connection, owner: str, *, now: float) -> frozenset[str]:
    """The names of what was entered for a draft or run."""
    query = select(secret_pages.c.given).where(
        secret_pages.c.owner == owner, secret_pages.c.sealed.is_not(None), secret_pages.c.expires_at > now
    )
    return frozenset(name for names in connection.execute(query).scalars() for name in names or ())


def take(connection: Connection, owner: str, vault: Vault, *, now: float) -> dict[str, str]:
    """What was entered, the newest first to count; the pages are gone afterwards."""
    mine = secret_pages.c.owner == owner
    query = select(secret_pages.c.sealed).where(mine, secret_pages.c.sealed.is_not(None))
    rows = connection.execute(query.where(secret_pages.c.expires_at > now).order_by(secret_pages.c.expires_at))
    found: dict[str, str] = {}
    for sealed in rows.scalars():
        found |= vault.open(sealed)
    connection.execute(delete(secret_pages).where(mine))
    return found


def forget_old(connection: Connection, *, now: float) -> int:
    return connection.execute(delete(secret_pages).where(secret_pages.c.expires_at < now)).rowcount


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
