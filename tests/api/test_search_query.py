"""`/api/search/query` as Backstage's clients ask it."""

import base64
import contextlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.errors import add_error_handlers
from api.search import search_router
from callboard.chat import Actor
from callboard.db import Database
from callboard.ports import visible_to
from search.names import NameIndex
from search.question import Synonyms
from techdocs.indexer import DocsIndexer
from tests.api.server import running
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.techdocs.conftest import DEMO, drain, entity


@pytest.fixture
def demo_docs(sqlite_database: Database, load_catalog: LoadCatalog) -> Database:
    load_catalog(sqlite_database, DEMO / "all.yaml")
    drain(sqlite_database)
    DocsIndexer(sqlite_database).sync_all()
    return sqlite_database


@pytest.fixture
def client(demo_docs: Database) -> Iterator[httpx.Client]:
    names = NameIndex(demo_docs)
    names.refresh()
    app = FastAPI()
    add_error_handlers(app, demo_docs.outage)
    hidden = "component:default/orders"
    sees = visible_to(Secretive(hidden), Actor())
    app.include_router(search_router(demo_docs, names=names.find, sight=lambda _request: sees))
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(running(app))
        yield stack.enter_context(httpx.Client(base_url=f"{url}/api/search", trust_env=False, timeout=20))


def asked(client: httpx.Client, **params: Any) -> Any:
    answer = client.get("/query", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_results_have_documents_ranks_and_highlights(client: httpx.Client) -> None:
    body = asked(client, term="checkout", **{"types[0]": "software-catalog"})
    first = body["results"][0]
    assert (first["type"], first["rank"]) == ("software-catalog", 1)
    assert (
        first["document"].items()
        >= {
            "title": "Checkout",
            "kind": "Component",
            "type": "service",
            "owner": "team-checkout",
            "lifecycle": "production",
            "namespace": "default",
            "location": "/catalog/default/component/checkout",
        }.items()
    )
    marks = first["highlight"]
    assert marks["fields"]["title"] == f"{marks['preTag']}Checkout{marks['postTag']}"
    assert [r["rank"] for r in body["results"]] == list(range(1, len(body["results"]) + 1))


def test_a_section_of_docs_is_a_document(client: httpx.Client) -> None:
    body = asked(client, term="rolling back checkout", types="techdocs")
    documents = [r["document"] for r in body["results"]]
    found = next(d for d in documents if d["title"] == "Roll back checkout")
    assert found["path"] == "runbook.md"
    assert found["location"] == "/docs/default/component/checkout/runbook/#roll-back-checkout"
    assert found["name"] == "checkout"


def test_pages_have_cursors(client: httpx.Client) -> None:
    first = asked(client, term="checkout", pageLimit=1)
    assert first["nextPageCursor"] == "MQ=="
    assert "previousPageCursor" not in first
    second = asked(client, term="checkout", pageLimit=1, pageCursor="MQ==")
    assert second["results"][0]["rank"] == 2
    assert base64.b64decode(second["previousPageCursor"]) == b"0"
    assert second["numberOfResults"] == first["numberOfResults"]


def test_nothing_found_is_an_empty_list(client: httpx.Client) -> None:
    assert asked(client, term="zzzqqq") == {"results": [], "numberOfResults": 0}


def test_filters_take_one_value_or_many(client: httpx.Client) -> None:
    only = asked(client, term="checkout", **{"filters[kind]": "Component", "types[0]": "software-catalog"})
    assert {r["document"]["kind"] for r in only["results"]} == {"Component"}
    both = asked(client, term="checkout", **{"filters[kind][0]": "Group", "filters[kind][1]": "API"})
    assert {r["document"]["kind"] for r in both["results"]} <= {"Group", "API", "api"}
    assert asked(client, term="checkout", **{"filters[kind]": "Nothing"})["numberOfResults"] == 0


def test_a_spelling_mistake_is_forgiven(client: httpx.Client) -> None:
    assert asked(client, term="chekout")["results"][0]["document"]["title"] == "Checkout"


def test_mistakes_beginnings_and_synonyms_are_found_on_both_databases(
    database: Database, load_catalog: LoadCatalog
) -> None:
    load_catalog(database, entity("checkout") + "---\n" + entity("money", annotations="    other: x\n"))
    drain(database)
    names = NameIndex(database)
    names.refresh()
    app = FastAPI()
    app.include_router(search_router(database, names=names.find, synonyms=Synonyms([["till", "checkout"]])))
    with running(app) as url, httpx.Client(base_url=f"{url}/api/search", trust_env=False, timeout=20) as client:
        for term in ("checkout", "chekout", "check", "till", "money", "mon"):
            first = asked(client, term=term)["results"][0]["document"]["name"]
            assert first == ("money" if term.startswith("mon") else "checkout"), term
        marked = asked(client, term="till")["results"][0]["highlight"]
        assert marked["fields"]["title"] == f"{marked['preTag']}checkout{marked['postTag']}"


def test_what_may_not_be_seen_is_not_there(client: httpx.Client) -> None:
    body = asked(client, term="orders", pageLimit=100)
    assert "/docs/default/component/orders/" not in str(body)
    assert body["numberOfResults"] == len(body["results"])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"pageLimit": "500"}, 'The page limit "500" is greater than "100"'),
        ({"pageLimit": "x"}, 'The page limit "x" is not a positive number'),
        ({"types[0]": "nope"}, 'Invalid type "nope"'),
        ({"term": "x" * 101}, 'The term length "101" is greater than "100"'),
        ({"pageCursor": "!!"}, 'The page cursor "!!" is not one that a search gave'),
    ],
)
def test_a_wrong_query_is_refused_in_words(client: httpx.Client, params: dict[str, str], message: str) -> None:
    answer = client.get("/query", params=params)
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]
