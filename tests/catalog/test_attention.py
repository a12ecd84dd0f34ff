"""Everything that needs attention, and whose it is."""

from pathlib import Path

from callboard.db import Database
from catalog.queries.attention import KINDS, attention
from tests.catalog.petstore import SHOP
from tests.conftest import LoadCatalog, catalog_of

_STRAY = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: stray}
spec: {type: service, lifecycle: production, owner: ghosts, dependsOn: ["resource:nowhere"]}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: nobodys}
spec: {type: service, steps: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: broken}
spec: {type: service}
"""
_TWIN = """
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db}
spec: {type: database, owner: team-a}
"""
_LOST = """
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: lost}
spec: {target: ./nothing.yaml}
"""


def _found(database: Database, team: str | None = None) -> list[tuple[str, str | None]]:
    with database.read() as connection:
        return [(p.kind, p.ref) for p in attention(connection, team=team)]


def test_each_kind_of_problem_is_found(database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(database, SHOP, _STRAY, _TWIN, _LOST)
    found = _found(database)
    assert ("ownerless", "template:default/nobodys") in found
    assert ("unknown-owner", "component:default/stray") in found
    assert ("dangling", "component:default/stray") in found
    assert ("error", "component:default/broken") in found
    assert ("conflict", "resource:default/db") in found
    assert ("failing-location", None) in found
    assert {kind for kind, _ref in found} <= set(KINDS)


def test_a_problem_says_what_is_wrong_and_where(database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(database, _STRAY)
    with database.read() as connection:
        problems = {(p.kind, p.ref): p for p in attention(connection)}
    dangling = problems["dangling", "component:default/stray"]
    broken = problems["error", "component:default/broken"]
    assert "`dependsOn` resource:default/nowhere, which is not in the catalog" in dangling.message
    assert (dangling.line, broken.line) == (2, 15)
    assert dangling.location.endswith("catalog-info.yaml")
    assert dangling.since is not None
    assert broken.since is not None


def test_a_team_sees_its_own(database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(database, SHOP, _STRAY)
    mine = _found(database, team="group:default/TEAM-A")
    assert {kind for kind, _ref in mine} == {"dangling"}
    assert ("dangling", "component:default/petstore") in mine
    assert _found(database, team="group:default/nobody") == []


def test_what_left_its_source_is_an_orphan(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "catalog-info.yaml"
    file.write_text(SHOP, encoding="utf-8")
    catalog = catalog_of(database, file)
    catalog.sync_locations()
    file.write_text(SHOP.replace("name: shop}", "name: store}"), encoding="utf-8")
    catalog.sync_locations()
    assert ("orphan", "system:default/shop") in _found(database, team="group:default/team-a")


def test_a_catalog_without_problems_has_none(database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(database, _TWIN.replace("owner: team-a", "owner: crew") + "---" + _CREW)
    assert _found(database) == []


_CREW = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: crew}
spec: {type: team, children: []}
"""
