"""What happens to a request before anybody answers it: faults on demand, tokens, budgets; and what is counted."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

Resource = Literal["core", "graphql"]
DOCS: Final = "https://docs.github.com/rest"
_SECONDARY: Final = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    " For more on scraping GitHub and how it may affect your rights, please review our Terms of Service"
)
HTML: Final = "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Please sign in</h1></body></html>"


@dataclass(slots=True)
class Answer:
    """One HTTP answer; `body` is JSON unless it is bytes or text."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json; charset=utf-8"


class Refusal(Exception):  # noqa: N818 - an answer, not a defect
    """Ends a request with GitHub's error body."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        body = {"message": message, "documentation_url": DOCS, "status": str(status)}
        self.answer = Answer(body, status, dict(headers or {}))


@dataclass(slots=True)
class Fault:
    """An answer instead of the right one, or a silence of `delay` seconds before it."""

    resource: Resource | None = None
    """None: whatever comes."""
    answer: Answer | None = None
    times: int = 1
    after: int = 0
    """How many requests go well first."""
    delay: float = 0.0
    mentions: str = ""
    """Only requests that have this in their address or body."""
    meanwhile: Callable[[], object] | None = None
    """What happens on GitHub's side just before it answers."""


def secondary_limit(retry_after: int | None = 30, status: int = 403) -> Answer:
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return Refusal(status, _SECONDARY, headers).answer


def bad_gateway(status: int = 502) -> Answer:
    return Answer(HTML, status, media_type="text/html; charset=utf-8")


def html_page() -> Answer:
    """What a proxy with a sign-in page says to everybody."""
    return Answer(HTML, 200, media_type="text/html; charset=utf-8")


def graphql_timeout() -> Answer:
    message = "Something went wrong while executing your query. This may be the result of a timeout."
    return Answer({"data": None, "errors": [{"message": message}]})


@dataclass(slots=True)
class Budget:
    """One rate limit; anonymous callers have none of their own here."""

    limit: int = 5000
    remaining: int = 5000
    reset: int = field(default_factory=lambda: int(time.time()) + 3600)

    def headers(self, resource: Resource) -> dict[str, str]:
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(max(0, self.remaining)),
            "x-ratelimit-used": str(self.limit - max(0, self.remaining)),
            "x-ratelimit-reset": str(self.reset),
            "x-ratelimit-resource": resource,
        }


class App:
    """A GitHub App that the organisation has installed."""

    def __init__(self, app_id: int, installation_id: int = 77) -> None:
        self.app_id, self.installation_id = app_id, installation_id
        self.lifetime = 3600
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._public = key.public_key()
        pem = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
        self.private_key = key.private_bytes(*pem, serialization.NoEncryption()).decode()
        self._tokens: dict[str, float] = {}

    def check(self, header: str) -> None:
        """Refuses all but a fresh JSON web token of this app."""
        token = header.partition(" ")[2].strip()
        try:
            claims = jwt.decode(token, self._public, algorithms=["RS256"], issuer=str(self.app_id))
        except jwt.InvalidTokenError:
            raise Refusal(401, "A JSON web token could not be decoded") from None
        if claims["exp"] - time.time() > 660:
            raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")

    def issue(self) -> tuple[str, float]:
        token = f"ghs_{len(self._tokens):036}"
        self._tokens[token] = time.time() + self.lifetime
        return token, self._tokens[token]

    def issued(self, token: str) -> bool:
        return self._tokens.get(token, 0) > time.time()


@dataclass(slots=True)
class Traffic:
    """Faults, budgets and counters of one stand-in; may be changed while it answers."""

    token: str
    app: App | None = None
    faults: list[Fault] = field(default_factory=list)
    budgets: dict[Resource, Budget] = field(default_factory=lambda: {"core": Budget(), "graphql": Budget()})
    largest_page: int | None = None
    """A GraphQL query that asks for more records than this runs into a gateway timeout."""
    requests: Counter[str] = field(default_factory=Counter)
    queries: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, fault: Fault) -> None:
        with self._lock:
            self.faults.append(fault)

    def count(self, *kinds: str) -> None:
        with self._lock:
            self.requests.update(kinds)

    def counted(self) -> dict[str, int]:
        """The counters, set back to nothing."""
        with self._lock:
            found = dict(self.requests)
            self.requests.clear()
            self.queries.clear()
            return found

    def reset(self) -> None:
        self.counted()
        self.faults.clear()
        self.budgets |= {"core": Budget(), "graphql": Budget()}
        self.app = self.largest_page = None

    async def disturb(self, resource: Resource, text: str) -> Answer | None:
        """The fault that is due for this request."""
        with self._lock:
            due = next((f for f in self.faults if f.resource in {None, resource} and f.mentions in text), None)
            if due is None or due.after > 0:
                if due is not None:
                    due.after -= 1
                return None
            due.times -= 1
            if due.times <= 0:
                self.faults.remove(due)
        await asyncio.sleep(due.delay)
        if due.meanwhile is not None:
            due.meanwhile()
        return due.answer

    def is_good(self, token: str) -> bool:
        """The organisation's token, or one that its app was given."""
        return token == self.token or (self.app is not None and self.app.issued(token))

    def check_token(self, header: str) -> bool:
        """True for a good token, False for none; a bad one is refused."""
        scheme, _, token = header.strip().partition(" ")
        if not scheme:
            return False
        if scheme.lower() not in {"token", "bearer"} or not self.is_good(token.strip()):
            raise Refusal(401, "Bad credentials")
        return True

    def spend(self, resource: Resource, cost: int = 1) -> None:
        """Takes from the budget; refuses when there is nothing left."""
        budget = self.budgets[resource]
        if budget.remaining < cost:
            raise Refusal(403, "API rate limit exceeded for user ID 1.", budget.headers(resource))
        budget.remaining -= cost
