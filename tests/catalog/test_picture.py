"""Which part of the graph a picture shows."""

from typing import Final

import pytest
from sqlalchemy import event

from callboard.db import Database
from catalog.picture import REST, Graph, picture_of
from tests.conftest import LoadCatalog

ORG: Final = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop, title: The Shop}
spec:
  type: website
  lifecycle: production
  owner: team-a
  system: market
  consumesApis: [pay-api]
  dependsOn: [resource:basket, component:gone]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: payments}
spec:
  type: service
  lifecycle: deprecated
  owner: nobody-known
  providesApis: [pay-api, idle-api]
  dependsOn: [resource:ledger]
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: pay-api}
spec: {type: openapi, lifecycle: production, owner: team-a, definition: "x"}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: idle-api}
spec: {type: openapi, lifecycle: production, owner: team-a, definition: "x"}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: basket}
spec: {type: cache, owner: team-a, system: market}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: ledger}
spec: {type: database, owner: team-a}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: market, title: Market}
spec: {owner: team-a}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-a, title: Team A}
spec: {type: team, children: []}
"""
SHOP, PAYMENTS, LEDGER = "component:default/shop", "component:default/payments", "resource:default/ledger"


def seen(graph: Graph | None) -> set[str]:
    assert graph is not None
    return {node.ref.partition("/")[2] for node in graph.nodes}


def arrows(graph: Graph | None) -> set[tuple[str, str, str]]:
    assert graph is not None
    return {(e.source.partition("/")[2], e.type, e.target.partition("/")[2]) for e in graph.edges}


@pytest.mark.parametrize(
    ("ref", "direction", "depth", "expected"),
    [
        (SHOP, "dependencies", 1, {"shop", "pay-api", "payments", "basket", "gone"}),
        (SHOP, "dependencies", 2, {"shop", "pay-api", "payments", "basket", "gone", "ledger"}),
        (SHOP, "dependents", 3, {"shop"}),
        (PAYMENTS, "dependents", 1, {"payments", "pay-api", "shop"}),
        ("api:default/pay-api", "both", 1, {"pay-api", "payments", "shop"}),
        (LEDGER, "dependents", 1, {"ledger", "payments"}),
        (LEDGER, "dependents", 2, {"ledger", "payments", "pay-api", "shop"}),
        (PAYMENTS, "both", 1, {"payments", "ledger", "pay-api", "idle-api", "shop"}),
        ("system:default/market", "both", 1, {"shop", "basket", "pay-api", "payments", "gone"}),
    ],
)
def test_a_neighbourhood_holds_what_its_steps_reach(
    database: Database, load_catalog: LoadCatalog, ref: str, direction: str, depth: int, expected: set[str]
) -> None:
    load_catalog(database, ORG)
    with database.read() as connection:
        graph = picture_of(connection, ref, direction=direction, depth=depth)  # type: ignore[arg-type]
    assert seen(graph) == expected


def test_every_edge_points_at_what_is_needed(sqlite_database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(sqlite_database, ORG)
    with sqlite_database.read() as connection:
        graph = picture_of(connection, LEDGER, direction="dependents", depth=3)
    assert arrows(graph) == {
        ("shop", "consumesApi", "pay-api"),
        ("pay-api", "apiProvidedBy", "payments"),
        ("payments", "dependsOn", "ledger"),
    }


def test_nodes_tell_what_they_are_and_whether_they_exist(sqlite_database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(sqlite_database, ORG)
    with sqlite_database.read() as connection:
        graph = picture_of(connection, SHOP, direction="dependencies", depth=2)
    assert graph is not None
    nodes = {n.ref: n for n in graph.nodes}
    assert (nodes[SHOP].title, nodes[SHOP].owner, nodes[SHOP].type) == ("The Shop", "Team A", "website")
    assert (nodes[PAYMENTS].lifecycle, nodes[PAYMENTS].owner) == ("deprecated", "nobody-known")
    assert not nodes["component:default/gone"].exists


def test_a_graph_says_whether_another_step_would_show_more(
    sqlite_database: Database, load_catalog: LoadCatalog
) -> None:
    load_catalog(sqlite_database, ORG)
    with sqlite_database.read() as connection:
        graphs = [picture_of(connection, SHOP, direction="dependencies", depth=d) for d in (1, 2)]
    assert [g.deeper for g in graphs if g] == [True, False]


def test_what_belongs_to_a_container_is_inside(sqlite_database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(sqlite_database, ORG)
    with sqlite_database.read() as connection:
        graph = picture_of(connection, "system:default/market", direction="both", depth=1)
    assert graph is not None
    assert graph.title == "Market"
    assert {n.ref for n in graph.nodes if n.inside} == {SHOP, "resource:default/basket"}


def test_a_ref_that_nothing_mentions_has_no_neighbourhood(sqlite_database: Database, load_catalog: LoadCatalog) -> None:
    load_catalog(sqlite_database, ORG)
    with sqlite_database.read() as connection:
        assert picture_of(connection, "component:default/never", direction="both") is None


def crowd(count: int) -> str:
    one = (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: user-{0:03}}}\n"
        "spec: {{type: service, lifecycle: production, owner: team-a, system: market, dependsOn: [resource:ledger]}}\n"
    )
    return ORG + "".join("---\n" + one.format(n) for n in range(count))


@pytest.mark.parametrize(("count", "left_out"), [(50, 0), (500, 500 - 24)])
def test_what_finds_no_place_is_counted_in_one_box(
    sqlite_database: Database, load_catalog: LoadCatalog, count: int, left_out: int
) -> None:
    load_catalog(sqlite_database, crowd(count))
    with sqlite_database.read() as connection:
        graph = picture_of(connection, LEDGER, direction="dependents", depth=1)
    assert graph is not None
    # payments is a dependent, too
    bundles = [n for n in graph.nodes if n.kind == REST]
    assert len(graph.nodes) <= 60
    assert graph.left_out == (left_out + 1 if left_out else 0)
    assert [n.title for n in bundles] == ([f"+{graph.left_out} more"] if left_out else [])


def test_the_most_connected_members_of_a_large_container_are_shown(
    sqlite_database: Database, load_catalog: LoadCatalog
) -> None:
    load_catalog(sqlite_database, crowd(200))
    with sqlite_database.read() as connection:
        graph = picture_of(connection, "system:default/market", direction="both", depth=1)
    assert graph is not None
    inside = {n.ref for n in graph.nodes if n.inside}
    assert SHOP in inside
    assert len(graph.nodes) <= 60
    assert any(n.kind == REST and n.inside for n in graph.nodes)


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_graph(
    sqlite_database: Database, load_catalog: LoadCatalog, count: int
) -> None:
    load_catalog(sqlite_database, crowd(count))
    asked: list[str] = []
    with sqlite_database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
        picture_of(connection, LEDGER, direction="dependents", depth=2)
    assert len(asked) == 14


def test_where_not_even_one_neighbour_each_fits_the_common_ones_are_shown(
    sqlite_database: Database, load_catalog: LoadCatalog
) -> None:
    one = (
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: part-{0:03}}}\n"
        "spec: {{type: service, lifecycle: production, owner: team-a, system: market,"
        " dependsOn: [resource:own-a-{0}, resource:own-b-{0}, resource:shared]}}\n"
    )
    load_catalog(sqlite_database, ORG + "".join(one.format(n) for n in range(30)))
    with sqlite_database.read() as connection:
        graph = picture_of(connection, "system:default/market", direction="dependencies", depth=2)
    assert graph is not None
    assert "resource:default/shared" in {n.ref for n in graph.nodes}
    assert len(graph.nodes) == 60
    assert graph.left_out > 0
    assert not graph.deeper
