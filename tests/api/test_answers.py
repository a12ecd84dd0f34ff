"""`/api/answers` says what the bot says."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from answers.service import Answerer
from api.answers import answers_router
from api.app import create_app
from api.services import ApiServices
from bot.authorization import CatalogAuthorizer
from callboard.config.model import AppConfig
from callboard.db import Database
from search.names import NameIndex
from tests.api.server import running
from tests.conftest import LoadCatalog

DEMO = Path(__file__).resolve().parents[2] / "demo" / "catalog" / "all.yaml"
OPEN = AppConfig.model_validate({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})


@pytest.fixture
def client(database: Database, load_catalog: LoadCatalog) -> Iterator[httpx.Client]:
    catalog = load_catalog(database, DEMO)
    names = NameIndex(database)
    router = answers_router(database, names, Answerer(database=database, names=names), CatalogAuthorizer())
    application = create_app(ApiServices(database, catalog, OPEN, "0"), routers=[router])
    with running(application) as url, httpx.Client(base_url=url, trust_env=False, timeout=20) as found:
        yield found


def test_a_question_is_answered_with_its_evidence(client: httpx.Client) -> None:
    found = client.get("/api/answers", params={"question": "who owns checkout?"}).json()
    assert found["intent"] == "owner"
    assert found["entities"] == ["component:default/checkout"]
    assert found["items"][0]["ref"] == "group:default/team-checkout"
    assert found["evidence"][0]["location"].endswith("checkout/catalog-info.yaml")


def test_earlier_questions_say_what_it_is_about(client: httpx.Client) -> None:
    body = {"question": "and what depends on it?", "before": ["who owns orders-db"], "as": "nora.finch"}
    found = client.post("/api/answers", json=body).json()
    assert (found["intent"], found["entities"]) == ("dependents", ["resource:default/orders-db"])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "question"),
        ({"question": 5}, "string"),
        ({"question": "x", "before": "y"}, "array"),
        ({"question": "x", "as": "nobody.at.all"}, "There is no User `nobody.at.all`"),
    ],
)
def test_bad_input_says_what_is_wrong(client: httpx.Client, body: dict[str, object], message: str) -> None:
    answer = client.post("/api/answers", json=body)
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]
