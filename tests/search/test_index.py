"""One index over entities, docs and operations, the same on both databases."""

from collections.abc import Sequence

import pytest

from callboard import outbox
from callboard.db import Database
from callboard.outbox import Event
from search import index
from search.definitions import operations
from search.entities import SearchConsumer
from search.index import API, CATALOG, TECHDOCS, Document, Facets
from search.names import NameIndex
from search.query import Results, search
from search.question import concepts_of
from search.words import index_words, stem
from tests.conftest import LoadCatalog

CATALOG_FILE = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: payments
  title: Payment gateway
  description: Takes cards and pays refunds
  tags: [pci]
  annotations:
    callboard.dev/aliases: till, cash desk
spec: {type: service, lifecycle: production, owner: team-money}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: payments-report, description: Tells about payments}
spec: {type: job, lifecycle: deprecated, owner: team-numbers}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: payments-api}
spec:
  type: openapi
  lifecycle: production
  owner: team-money
  definition: |
    openapi: 3.0.0
    paths:
      /v1/refunds:
        post:
          summary: Pay back
        get:
          operationId: listRefunds
      "/v1/payments/{id}":
        get: {summary: One payment}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-money}
spec: {type: team, children: [], profile: {displayName: Money matters, email: money@corp.example}}
"""


@pytest.fixture
def indexed(database: Database, load_catalog: LoadCatalog) -> Database:
    load_catalog(database, CATALOG_FILE)
    while outbox.feed(database, SearchConsumer()):
        pass
    return database


def found(database: Database, term: str, **narrow: object) -> Results:
    with database.read() as connection:
        return search(connection, term, **narrow)  # type: ignore[arg-type] # the test's own shorthand


def names(results: Results) -> list[str]:
    return [item.ref.partition("/")[2] if item.type == CATALOG else item.title for item in results.items]


def test_the_exact_name_comes_first_then_names_then_text(indexed: Database) -> None:
    first, *others = names(found(indexed, "payments"))
    assert first == "payments"
    assert set(others[:2]) == {"payments-report", "payments-api"}
    assert names(found(indexed, "payment gateway")) == ["payments"]


@pytest.mark.parametrize(
    "term", ["paym", "PAYMENTS", "till", "pci", "cash desk", "refunds", "refunding", "gateway pay"]
)
def test_a_component_is_found_by(indexed: Database, term: str) -> None:
    assert "payments" in names(found(indexed, term))


@pytest.mark.parametrize(
    ("term", "operation"),
    [
        ("/v1/refunds", "POST /v1/refunds"),
        ("POST /v1/refunds", "POST /v1/refunds"),
        ("which API has /v1/refunds?", "POST /v1/refunds"),
        ("listRefunds", "GET /v1/refunds"),
        ("/v1/payments/{id}", "GET /v1/payments/{id}"),
        ("pay back", "POST /v1/refunds"),
    ],
)
def test_an_operation_is_found_by_path_and_name(indexed: Database, term: str, operation: str) -> None:
    results = found(indexed, term, types=[API])
    assert operation in names(results)
    assert {item.ref for item in results.items} == {"api:default/payments-api"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kind": ["Component"]}, {"payments", "payments-report"}),
        ({"type": ["job"]}, {"payments-report"}),
        ({"lifecycle": ["production"], "kind": ["component"]}, {"payments"}),
        ({"owner": ["team-money"], "kind": ["api"]}, {"payments-api"}),
        ({"owner": ["group:default/team-money"], "kind": ["component"]}, {"payments"}),
        ({"kind": ["component", "api"]}, {"payments", "payments-report", "payments-api"}),
        ({"colour": ["red"]}, set()),
        ({"kind": ["nothing"]}, set()),
    ],
)
def test_filters_filter(indexed: Database, filters: dict[str, Sequence[str]], expected: set[str]) -> None:
    results = found(indexed, "payments", types=[CATALOG], filters=filters)
    assert set(names(results)) == expected
    assert results.total == len(expected)


def test_pages_follow_each_other_and_count_all(indexed: Database) -> None:
    whole = found(indexed, "payments")
    one_by_one = [found(indexed, "payments", limit=1, offset=n) for n in range(whole.total)]
    assert [p.items[0].id for p in one_by_one] == [i.id for i in whole.items]
    assert {p.total for p in one_by_one} == {whole.total}
    assert found(indexed, "payments", limit=5, offset=whole.total).items == []


def test_without_a_term_everything_is_listed(indexed: Database) -> None:
    assert found(indexed, "", types=[CATALOG], filters={"kind": ["component"]}).total == 2


def test_what_may_not_be_seen_is_not_counted(indexed: Database) -> None:
    hidden = "component:default/payments"
    seen = found(indexed, "payments", visible=lambda ref: ref != hidden)
    everything = found(indexed, "payments")
    assert seen.total == everything.total - 1
    assert hidden not in {i.ref for i in seen.items}
    assert found(indexed, "", visible=lambda ref: ref != hidden).total == found(indexed, "").total - 1


def test_a_spelling_mistake_finds_the_name(indexed: Database) -> None:
    by_name = NameIndex(indexed)
    by_name.refresh()
    results = found(indexed, "paymets", names=by_name.find)
    assert results.guessed
    assert "payments" in names(results)
    assert not found(indexed, "paymets").items


@pytest.mark.parametrize(
    "term", ['"', "'", "*", "a' OR zz=zz --", "NEAR(a b)", "w_name:x", "(", "^", "\\", "a & | ! :*", "%", "🎭", "日本"]
)
def test_no_term_is_a_query_language(indexed: Database, term: str) -> None:
    assert found(indexed, term).total == 0


def test_an_update_is_found_and_the_old_text_is_not(indexed: Database, load_catalog: LoadCatalog) -> None:
    with indexed.unit_of_work() as uow:
        connection = uow.writing()
        index.drop(connection, ["component:default/payments"])
        index.put(connection, [Document(CATALOG, "component:default/payments", "Payments", text="entirely new words")])
    assert names(found(indexed, "entirely")) == ["payments"]
    assert "payments" not in names(found(indexed, "till"))


def test_a_deleted_entity_leaves_with_all_that_belonged_to_it(indexed: Database) -> None:
    ref = "component:default/gone"
    with indexed.unit_of_work() as uow:
        index.put(uow.writing(), [Document(TECHDOCS, ref, "A section", key="a.md#b", text="zebra")])
    assert found(indexed, "zebra").total == 1
    with indexed.unit_of_work() as uow:
        SearchConsumer().consume(uow, [Event("deleted", ref)])
    assert found(indexed, "zebra").total == 0


def test_what_belongs_to_an_entity_follows_its_owner(indexed: Database) -> None:
    ref = "component:default/payments"
    with indexed.unit_of_work() as uow:
        index.put(
            uow.writing(), [Document(TECHDOCS, ref, "A section", key="a.md#b", facets=Facets(owner="group:x/old"))]
        )
    with indexed.unit_of_work() as uow:
        SearchConsumer().consume(uow, [Event("updated", ref)])
    assert found(indexed, "section", filters={"owner": ["team-money"]}).total == 1


@pytest.mark.parametrize(
    "forms",
    [
        ("deploy", "deploys", "deployed", "deploying", "deployment", "deployments"),
        ("configure", "configured", "configuring", "configuration"),
        ("create", "creates", "created", "creating", "creation"),
        ("cancel", "cancels", "cancelled", "cancelling"),
        ("retry", "retries", "retried"),
        ("authorise", "authorize", "authorised", "authorization"),
        ("licence", "license", "licensed"),
        ("run", "running", "runs"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms: Sequence[str]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("roll back", "a rollback"),
        ("rolling back", "to roll back"),
        ("set up", "the setup"),
        ("sign in", "sign-in"),
        ("fail over", "Failover"),
        ("typescript", "TypeScript"),
        ("OrdersDb", "orders-db"),
        ("ORD-504", "ord_504"),
    ],
)
def test_joined_and_separate_spellings_meet(question: str, text: str) -> None:
    stored = set(index_words(text).split())
    assert stored.intersection(concepts_of(question)[0].words)


SWAGGER = """
swagger: '2.0'
paths:
  /a:
    parameters: []
    delete:
      summary: 'Gone'
definitions:
  /b: {}
"""
ASYNC = """
asyncapi: 2.0.0
channels:
  orders.paid:
    subscribe:
      summary: Paid
"""


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ('{"paths": {"/a": {"get": {"summary": "A"}, "x-y": 1}}}', [("GET /a", "A")]),
        (SWAGGER, [("DELETE /a", "Gone")]),
        (ASYNC, [("SUBSCRIBE orders.paid", "Paid")]),
        ("service Seats {\n  rpc Hold (HoldRequest) returns (Held);\n}\n", [("Seats.Hold", "HoldRequest")]),
        ("type Query {\n  show(id: ID!): Show\n}\n", [("query show", "")]),
        ("paths:\n  - /a\n", []),
        ("{not json", []),
        ('{"paths": ["a"]}', []),
        ("", []),
    ],
)
def test_operations_of_a_definition(definition: str, expected: list[tuple[str, str]]) -> None:
    assert operations(definition) == expected
