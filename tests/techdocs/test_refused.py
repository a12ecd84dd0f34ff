"""Docs on hosts that may not be read are told once, and cost a pass next to nothing."""

from callboard.db import Database
from catalog.ingest.reading import ReadError
from techdocs import queries
from techdocs.indexer import DocsIndexer
from tests.conftest import LoadCatalog

_ELSEWHERE = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  annotations:
    backstage.io/techdocs-ref: dir:.
    backstage.io/source-location: url:https://code.example/acme/{name}/
spec: {{type: service, lifecycle: production, owner: team}}
---
"""


def test_docs_behind_a_closed_door_are_told_once_and_not_tried_again(
    database: Database, load_catalog: LoadCatalog
) -> None:
    load_catalog(database, "".join(_ELSEWHERE.format(name=f"s{n}") for n in range(3)))

    def refuse(url: str) -> None:
        raise ReadError(f"Reading from '{url}' is not allowed.")

    indexer = DocsIndexer(database, check=refuse)
    first, second = indexer.sync_all(), indexer.sync_all()
    assert (first.problems, second.problems) == (3, 3)
    with database.read() as connection:
        told = queries.told_problems(connection)
        assert told["component:default/s1"][0]["message"].startswith("Reading from 'https://code.example/acme/s1")
        before = queries.told_of(connection, ["component:default/s1"])
    indexer.sync_all()
    with database.read() as connection:
        assert queries.told_of(connection, ["component:default/s1"]) == before
