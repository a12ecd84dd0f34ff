"""Search in Slack: filters, pages, spelling mistakes, what to do with a result, and what one may not see."""

from pathlib import Path

import pytest

from blocks import ids
from callboard.db import Database
from search.question import Synonyms
from search.typed import Typed, read_typed
from techdocs.indexer import DocsIndexer
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.handlers.asker import Asker, services_for
from tests.techdocs.conftest import drain, entity, write_tree

PAYMENTS_API = """
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: payments-api, description: Charges and refunds}
spec:
  type: openapi
  lifecycle: production
  owner: team-pay
  definition: |
    openapi: 3.0.0
    paths:
      /v1/refunds:
        post:
          summary: Give money back
"""


@pytest.fixture
def shop(database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Database:
    described = entity("payments", owner="team-pay") + PAYMENTS_API
    files = {"catalog-info.yaml": described, "docs/index.md": "# Home\n\n## Chargebacks\n\nWait for the bank.\n"}
    others = "---\n".join(entity(f"batch-{n}").replace("techdocs-ref", "other") for n in range(20))
    load_catalog(database, write_tree(tmp_path / "pay", files) / "catalog-info.yaml", others)
    drain(database)
    DocsIndexer(database).sync_all()
    return database


@pytest.fixture
def ann(shop: Database) -> Asker:
    return Asker(services_for(shop, synonyms=Synonyms([["chargebacks", "reversal"]])))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("payments", "*payments*  component `payments`"),
        ("paymnets", "Nothing is called `paymnets`. Near it:"),
        ("pay", "*payments*"),
        ("refunds", "`POST /v1/refunds` of"),
        ("chargebacks", "|Chargebacks> in the docs of `payments`"),
        ("reversal", "|Chargebacks> in the docs of `payments`"),
        ("payments kind:api", "2 found for"),
        ("batch owner:team-a", "20 found for `batch owner:team-a`, 1 to 8"),
        ("batch owner:team-pay", "Nothing found for"),
        ("payments in:docs", "in the docs of"),
        ("<!channel>", "Nothing found for `&lt;!channel&gt;`"),
    ],
)
def test_a_search_finds(ann: Asker, typed: str, found: str) -> None:
    assert found in ann.command(f"search {typed}")


def test_results_come_in_pages(ann: Asker) -> None:
    ann.command("search batch")
    assert "9 to 16" in ann.click("Next 8 of 20")
    assert "17 to 20" in ann.click("Next 4 of 20")


def test_a_result_is_shown_or_read(ann: Asker) -> None:
    ann.command("search payments kind:component in:catalog")
    assert "owned by group:default/team-pay" in ann.click("Show")
    ann.command("search chargebacks")
    assert "Wait for the bank." in ann.click("Read")
    assert ann.shown["callback_id"] == ids.READER


def test_a_search_from_home_stays_in_its_window(ann: Asker) -> None:
    ann.act(ids.SEARCH_OPEN, "")
    only = {"type": "static_select", "selected_option": {"value": "kind:component"}}
    values = {
        ids.SEARCH_WORDS: {ids.SEARCH_WORDS: {"type": "plain_text_input", "value": "batch"}},
        ids.SEARCH_FORM: {ids.SEARCH_WORDS: only},
    }
    assert "20 found for" in ann.submit(values)
    ann.click("Next 8 of 20")
    assert ann.shown["type"] == "modal"
    ann.click("Show")
    assert ann.shown["type"] == "modal"
    values[ids.SEARCH_FORM] = {ids.SEARCH_WORDS: {"type": "static_select", "selected_option": None}}
    ann.act(ids.SEARCH_OPEN, "")
    assert "20 found for" in ann.submit(values)


def test_search_without_words_opens_the_window(ann: Asker) -> None:
    ann.command("search")
    assert ann.shown["callback_id"] == ids.SEARCH_FORM


def test_what_could_not_be_answered_can_be_searched_for(ann: Asker) -> None:
    assert "Nothing found for" in (ann.command("who owns zzzqqq"), ann.click("Search for it"))[1]


def test_what_may_not_be_seen_is_in_no_result_and_no_number(shop: Database) -> None:
    rules = Secretive("component:default/payments", *(f"component:default/batch-{n}" for n in range(5)))
    bob = Asker(services_for(shop, rules))
    assert "15 found for" in bob.command("search batch")
    for term in ("payments in:docs", "chargebacks", "paymnets kind:component", "payments kind:component"):
        assert "Nothing found for" in bob.command(f"search {term}")
    assert "not" in bob.command("who owns payments component").lower()
    assert "Wait for the bank" not in bob.command("docs what about chargebacks")


def test_what_may_not_be_seen_is_in_no_answer_and_no_count(shop: Database) -> None:
    rules = Secretive("component:default/payments", *(f"component:default/batch-{n}" for n in range(5)))
    bob = Asker(services_for(shop, rules))
    assert "15 services" in bob.command("how many services are there?")
    assert "batch-2" not in bob.command("list services")
    for question in ("who owns payments?", "tell me about component:default/payments", "who owns batch-3"):
        said = bob.command(question)
        assert "*payments*" not in said
        assert "*batch-3*" not in said
        assert "payments is" not in said
    ann = Asker(services_for(shop))
    assert "*payments*" in ann.command("tell me about component:default/payments")
    assert "21 services" in ann.command("how many services are there?")


def test_an_operation_is_asked_for_by_its_path(ann: Asker) -> None:
    assert "payments-api has POST /v1/refunds." in ann.command("which API has /v1/refunds?")


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("kind:api refunds", Typed("refunds", {"kind": ["api"]})),
        ("refunds in:docs,api", Typed("refunds", types=("techdocs", "api-operations"))),
        ("owner:a owner:b", Typed("", {"owner": ["a", "b"]})),
        ("in:berlin http://x kind: y", Typed("in:berlin http://x kind: y")),
        (
            "Type=service lifecycle:production,experimental x",
            Typed("x", {"type": ["service"], "lifecycle": ["production", "experimental"]}),
        ),
    ],
)
def test_filters_are_read_from_what_is_typed(text: str, typed: Typed) -> None:
    assert read_typed(text) == typed
