"""People ask while the catalog changes: nobody sees an error or half an entity."""

import threading
from pathlib import Path

import httpx

from callboard.db import Database
from tests.api.conftest import TOKEN, Serve
from tests.conftest import catalog_of

_ENTITY = """---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: part-{number}, annotations: {{version: "{version}"}}}}
spec: {{type: service, lifecycle: "v{version}", owner: crew, dependsOn: ["component:part-{other}"]}}
"""
_COUNT = 120


def _file(version: int) -> str:
    parts = (_ENTITY.format(number=n, other=(n + 1) % _COUNT, version=version) for n in range(_COUNT))
    return "".join(parts)


def test_readers_see_whole_entities_while_they_change(database: Database, tmp_path: Path, serve: Serve) -> None:
    file = tmp_path / "catalog-info.yaml"
    file.write_text(_file(0), encoding="utf-8")
    catalog = catalog_of(database, file)
    catalog.sync_locations()
    url = str(serve(catalog).base_url)
    done, wrong, asked = threading.Event(), list[str](), list[int]()

    def read(number: int) -> None:
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False) as client:
            while not done.is_set():
                answer = client.get("/api/catalog/entities/by-query?filter=kind=component&limit=50")
                if answer.status_code != 200:
                    wrong.append(answer.text)
                    return
                for entity in answer.json()["items"]:
                    version = entity["metadata"]["annotations"]["version"]
                    if entity["spec"]["lifecycle"] != f"v{version}" or len(entity["relations"]) != 3:
                        wrong.append(str(entity))
                asked.append(number)

    readers = [threading.Thread(target=read, args=(n,)) for n in range(8)]
    for reader in readers:
        reader.start()
    for version in (1, 2, 3):
        file.write_text(_file(version), encoding="utf-8")
        assert catalog.sync_locations().updated == _COUNT
    done.set()
    for reader in readers:
        reader.join(20)
    assert not wrong
    assert len(set(asked)) == 8
