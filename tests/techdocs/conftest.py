"""The demo company's docs, indexed once per test that asks for them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from callboard import outbox
from callboard.db import Database
from search.entities import SearchConsumer
from techdocs.indexer import DocsIndexer
from tests.conftest import LoadCatalog

DEMO = Path(__file__).parents[2] / "demo" / "catalog"

Documented = Callable[[Path], DocsIndexer]


def drain(database: Database) -> None:
    """Feed search everything that happened."""
    while outbox.feed(database, SearchConsumer()):
        pass


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder with these files in it."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def entity(name: str, ref: str = "dir:.", *, annotations: str = "", owner: str = "team-a") -> str:
    """A component's document with docs."""
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n"
        f"  name: {name}\n  annotations:\n    backstage.io/techdocs-ref: {ref}\n{annotations}"
        f"spec: {{type: service, lifecycle: production, owner: {owner}}}\n"
    )


@pytest.fixture
def demo_docs(sqlite_database: Database, load_catalog: LoadCatalog) -> Database:
    load_catalog(sqlite_database, DEMO / "all.yaml")
    drain(sqlite_database)
    DocsIndexer(sqlite_database).sync_all()
    return sqlite_database
