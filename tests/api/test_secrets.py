"""The page where secrets are entered: it works once, for its own form only, and keeps what it is told to itself."""

from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.secrets import secrets_router
from callboard.config.model import AppConfig, Backend
from callboard.config.model import Callboard as Settings
from callboard.db import Database
from scaffolder.drafts import secrets as pages
from scaffolder.drafts.model import SecretAsk
from scaffolder.sealing import Vault
from tests.api.server import running

ASKS = [SecretAsk("token", "Token <b>", "Of the registry", required=True), SecretAsk("pin", "Pin")]
OWN = "https://portal.example.com"
SAME = {"Origin": OWN}


class Desk:
    """A browser, a clock that is ours, and the database behind the page."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = 1_000.0
        config = AppConfig(callboard=Settings(secret_key=SecretStr("k")), backend=Backend(base_url=OWN))
        self.app = FastAPI()
        self.app.include_router(secrets_router(database, config, lambda: self.now))
        self.browser = httpx.Client()

    def issue(self, owner: str = "draft") -> str:
        with self.database.write() as connection:
            token = pages.issue(connection, owner=owner, title="New <i>", asks=ASKS, now=self.now)
        return f"/secrets/{token}"

    def taken(self, owner: str = "draft") -> dict[str, str]:
        with self.database.write() as connection:
            return pages.take(connection, owner, Vault("k"), now=self.now)

    def post(self, address: str, headers: dict[str, str] | None = None, **values: str) -> int:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        sent = self.browser.post(address, content=urlencode(values), headers=kind | (headers or SAME))
        return int(sent.status_code)


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    found = Desk(database)
    with running(found.app) as url, httpx.Client(base_url=url, trust_env=False) as found.browser:
        yield found


def test_what_is_entered_is_sealed_and_taken_once(desk: Desk) -> None:
    address = desk.issue()
    page = desk.browser.get(address)
    assert page.status_code == 200
    assert page.text.count('type="password"') == 2
    assert "Token &lt;b&gt;" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert desk.post(address, token="hunter2 & more", other="x") == 200
    with desk.database.read() as connection:
        stored = str(connection.exec_driver_sql("SELECT * FROM scaffolder_secret_pages").all())
        assert pages.given(connection, "draft", now=desk.now) == {"token"}

    assert "hunter2" not in stored
    assert address.rpartition("/")[2] not in stored
    assert desk.taken() == {"token": "hunter2 & more"}
    assert desk.taken() == {}


def test_a_page_works_once(desk: Desk) -> None:
    address = desk.issue()
    assert [desk.post(address, token="first"), desk.post(address, token="second")] == [200, 410]
    assert desk.browser.get(address).status_code == 410
    assert desk.taken() == {"token": "first"}


@pytest.mark.parametrize(("seconds", "status"), [(899, 200), (901, 410)])
def test_a_page_works_for_a_quarter_of_an_hour(desk: Desk, seconds: int, status: int) -> None:
    address = desk.issue()
    desk.now += seconds
    assert desk.browser.get(address).status_code == status
    assert desk.post(address, token="x") == status


def test_what_nobody_takes_is_forgotten_after_an_hour(desk: Desk) -> None:
    desk.post(desk.issue(), token="x")
    desk.now += 3_601
    assert desk.taken() == {}


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"X-Nothing": "said"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_from_another_site_is_refused_and_the_page_still_works(desk: Desk, headers: dict[str, str]) -> None:
    address = desk.issue()
    assert desk.post(address, headers, token="x") == 403
    assert desk.taken() == {}


def test_the_address_that_the_browser_sees_counts_too(desk: Desk) -> None:
    assert desk.post(desk.issue(), {"Origin": str(desk.browser.base_url)}, token="x") == 200


def test_a_required_secret_that_is_missing_is_asked_for_again(desk: Desk) -> None:
    address = desk.issue()
    assert desk.post(address, pin="1") == 400
    assert desk.post(address, token="x" * 20_001) == 400
    assert desk.post(address, token="x" * 300_000) == 413
    assert desk.post(address, token="now") == 200


@pytest.mark.parametrize("token", ["", "guess", "%00", "..%2f..%2fetc"])
def test_a_guess_opens_nothing(desk: Desk, token: str) -> None:
    assert desk.browser.get(f"/secrets/{token}").status_code in {404, 410}
