"""The Home tab: what is wrong with one's own docs, how to search, and nothing that one may not see."""

from pathlib import Path

import pytest

from callboard.chat import Actor, Interaction
from callboard.db import Database
from handlers import home
from techdocs.indexer import DocsIndexer
from tests.authorizers import Secretive
from tests.conftest import LoadCatalog
from tests.handlers.asker import Asker, services_for
from tests.techdocs.conftest import entity, write_tree

ANN = Actor("U1", "user:default/ann", "Ann", groups=("group:default/team-a",))
REF = "component:default/svc"


@pytest.fixture
def owned(database: Database, load_catalog: LoadCatalog, tmp_path: Path) -> Database:
    files = {"catalog-info.yaml": entity("svc"), "mkdocs.yml": "nav: [index.md, gone.md]", "docs/index.md": "# Hi\n"}
    load_catalog(database, write_tree(tmp_path / "repo", files) / "catalog-info.yaml")
    DocsIndexer(database).sync_all()
    return database


def shown(database: Database, rules: Secretive) -> str:
    asker = Asker(services_for(database, rules), ANN)
    return str(asker.run(home.publish, Interaction("home", ANN)).view)


def test_broken_docs_need_attention(owned: Database) -> None:
    text = shown(owned, Secretive())
    assert f"The docs of {REF}: mkdocs.yml: nav: `gone.md` names a page that doesn't exist" in text
    assert "'Search'" in text


def test_what_may_not_be_seen_is_not_on_it(owned: Database) -> None:
    assert "svc" not in shown(owned, Secretive(REF))
