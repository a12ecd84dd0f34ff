"""Names that are known though nothing in the catalog bears them."""

from pathlib import Path

import pytest

from answers.model import Answer
from answers.service import Answerer
from callboard.chat import Actor
from callboard.db import Database
from search.names import NameIndex
from tests.conftest import LoadCatalog

ONE_FILE = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop}
spec: {type: service, lifecycle: production, owner: acme-team}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: till}
spec: {type: service, lifecycle: production}
"""


def ask(database: Database, question: str) -> Answer:
    names = NameIndex(database)
    names.refresh()
    return Answerer(database=database, names=names).answer(question, actor=Actor())[0]


@pytest.mark.parametrize(
    "question", ["what does acme-team own?", "list services of acme team", "services owned by acme-team"]
)
def test_what_an_owner_owns_is_told_though_it_is_only_named(
    database: Database, load_catalog: LoadCatalog, question: str
) -> None:
    load_catalog(database, ONE_FILE)
    answer = ask(database, question)
    assert [i.ref for i in answer.items] == ["component:default/shop"]
    assert answer.notes == ("group:default/acme-team is not in the catalog; it is only named.",)


def test_an_owner_that_is_only_named_is_said_to_be(database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(database, ONE_FILE)
    answer = ask(database, "who is in acme-team?")
    assert answer.intent == "not_found"
    assert answer.text == "group:default/acme-team is not in the catalog, though 1 entity names it as owner."
    assert [s.question for s in answer.suggestions] == ["what does group:default/acme-team own"]


def test_an_entity_whose_document_is_broken_is_found_where_it_is_broken(
    database: Database, load_catalog: LoadCatalog, tmp_path: Path
) -> None:
    load_catalog(database, ONE_FILE)
    answer = ask(database, "who owns the till?")
    assert answer.intent == "not_found"
    assert answer.text.startswith("component:default/till can't be read, so it isn't in the catalog: ")
    assert "owner" in answer.text
    assert answer.evidence[0].text.startswith(str(tmp_path))
    assert answer.evidence[0].line >= 6
