"""`/secrets/<token>`: a page that works once, where the secrets of a template's run are entered outside of chat.

The token in the address is the only key to the page. What is entered is sealed at once; it is never shown, logged or
put into an address. A form that comes from another site is refused.
"""

import hmac
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from jinja2 import Environment

from callboard.config.model import AppConfig
from callboard.db import Database
from scaffolder.drafts import secrets as pages
from scaffolder.drafts.secrets import MAX_SECRET, SecretPage
from scaffolder.sealing import Vault

PATH: Final = "/secrets/"
_MAX_BODY: Final = 200_000
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_LAYOUT: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Secrets for {{ title }}</title>
<style>
body { font: 16px/1.5 Inter, system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1.2rem;
  color: #1d1c1d; background: #fff }
label { display: block; margin: 1.4rem 0 .3rem; font-weight: 600 }
input { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem .6rem; border: 1px solid #868686;
  border-radius: 6px; background: #fff; color: inherit }
input:focus-visible, button:focus-visible { outline: 3px solid #1264a3; outline-offset: 1px }
button { margin-top: 1.8rem; font: inherit; font-weight: 600; padding: .55rem 1.3rem; border: 0; border-radius: 6px;
  background: #0b6b52; color: #fff }
.hint { color: #555; margin: .2rem 0 0 }
[role=alert] { border-left: 4px solid #b3261e; padding-left: .8rem }
@media (prefers-color-scheme: dark) {
  body { background: #1a1d21; color: #e8e8e8 } input { background: #222529; color: #fff } .hint { color: #b5b5b5 } }
</style>
<main>
<h1>{{ heading }}</h1>
{% if problem %}<p role="alert">{{ problem }}</p>{% endif %}
<p>{{ text }}</p>
{% if asks %}
<form method="post" autocomplete="off">
{% for ask in asks %}
<label for="s{{ loop.index }}">{{ ask.title }}{% if not ask.required %} (optional){% endif %}</label>
<input id="s{{ loop.index }}" name="{{ ask.name }}" type="password" autocomplete="new-password" spellcheck="false"
  maxlength="{{ longest }}"{% if ask.required %} required{% endif %}
  {% if ask.description %}aria-describedby="h{{ loop.index }}"{% endif %}>
{% if ask.description %}<p class="hint" id="h{{ loop.index }}">{{ ask.description }}</p>{% endif %}
{% endfor %}
<button>Keep them for this run</button>
</form>
{% endif %}
</main>
</html>
"""
_LEAD: Final = "They are stored encrypted, used by this one run, and deleted when it ends."
_GONE: Final = "This page was used already or is older than 15 minutes. Open a new one from the window in Slack."
_DONE: Final = "They are kept for this run. Go back to Slack and go on there; this page can be closed."


class SecretPages:
    """Draws and takes in the pages."""

    def __init__(self, database: Database, config: AppConfig, clock: Callable[[], float] = time.time) -> None:
        key = config.callboard.secret_key
        self._vault = Vault(key.get_secret_value() if key else None)
        self._database = database
        self._origin = _origin(config.public_url)
        self._clock = clock
        self._page = Environment(autoescape=True).from_string(_LAYOUT)

    def show(self, token: str) -> Response:
        page = self._find(token)
        return self._gone() if page is None else self._draw(page)

    def take(self, token: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Keep what was entered; the page is used up unless something is missing."""
        page = self._find(token)
        if page is None:
            return self._gone()
        if not self._is_own(headers):
            return self._draw(page, 403, "That form came from another site. Nothing was kept; enter it here.")
        values = _values(page, body)
        problem = _problem(page, values)
        if problem:
            return self._draw(page, 400, problem)
        with self._database.write() as connection:
            kept = pages.answer(connection, token, values, self._vault, now=self._clock())
        return self._note("Thank you", _DONE) if kept else self._gone()

    def _find(self, token: str) -> SecretPage | None:
        with self._database.read() as connection:
            return pages.find(connection, token, now=self._clock())

    def _is_own(self, headers: Mapping[str, str]) -> bool:
        """A browser says where a form comes from; one that keeps that to itself isn't trusted."""
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = headers.get("origin", "")
        if origin == "null" or not origin:
            return "sec-fetch-site" in headers
        hosts = {
            self._origin,
            _origin(f"http://{headers.get('host', '')}"),
            _origin(f"https://{headers.get('host', '')}"),
        }
        return any(hmac.compare_digest(_origin(origin).encode(), own.encode()) for own in hosts)

    def _draw(self, page: SecretPage, status: int = 200, problem: str = "") -> Response:
        html = self._page.render(
            title=page.title, heading=f"Secrets for {page.title}", text=_LEAD, problem=problem, asks=page.asks,
            longest=MAX_SECRET,
        )  # fmt: skip
        return Response(html, status, _HEADERS, media_type="text/html")

    def _note(self, heading: str, text: str, status: int = 200) -> Response:
        html = self._page.render(title=heading, heading=heading, text=text, problem="", asks=(), longest=0)
        return Response(html, status, _HEADERS, media_type="text/html")

    def _gone(self) -> Response:
        return self._note("This page has done its duty", _GONE, 410)


def _values(page: SecretPage, body: bytes) -> dict[str, str]:
    """The fields that the page asks for, and no others."""
    sent = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=False, max_num_fields=200)
    return {a.name: sent[a.name][0] for a in page.asks if sent.get(a.name)}


def _problem(page: SecretPage, values: Mapping[str, str]) -> str:
    missing = [a.title for a in page.asks if a.required and not values.get(a.name)]
    if missing:
        return f"Enter {', '.join(missing)}."
    long = [a.title for a in page.asks if len(values.get(a.name, "")) > MAX_SECRET]
    return f"{', '.join(long)}: {MAX_SECRET:,} characters at most." if long else ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def secrets_router(database: Database, config: AppConfig, clock: Callable[[], float] = time.time) -> APIRouter:
    routes = APIRouter()
    own = SecretPages(database, config, clock)

    @routes.get(f"{PATH}{{token}}", include_in_schema=False)
    def show(token: str) -> Response:
        return own.show(token)

    @routes.post(f"{PATH}{{token}}", include_in_schema=False)
    async def take(token: str, request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BODY:
                return Response("That is too much for a form.", 413, _HEADERS, media_type="text/plain")
        return await run_in_threadpool(own.take, token, dict(request.headers), body)

    return routes
