"""What depends on what: meaning, paths, cycles, containers, and how many questions a walk asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from callboard.db import Database
from catalog import graph
from catalog.service import Catalog
from tests.catalog.ingesting import component, entity, joined
from tests.conftest import LoadCatalog


def api(name: str, **spec: Any) -> str:
    return entity("API", name, **{"type": "openapi", "lifecycle": "p", "owner": "team-a", "definition": "d", **spec})


def resource(name: str, **spec: Any) -> str:
    return entity("Resource", name, **{"type": "db", "owner": "team-a", **spec})


def group(name: str, **spec: Any) -> str:
    return entity("Group", name, **{"type": "team", "children": [], **spec})


SHOP = joined(
    component("front", owner="web", consumesApis=["orders-api"], system="shop"),
    component("orders", providesApis=["orders-api"], dependsOn=["resource:orders-db"], system="shop"),
    component("reports", owner="data", dependsOn=["component:orders", "component:ghost"]),
    component("alone", owner="web"),
    api("orders-api", system="shop"),
    resource("orders-db", system="shop"),
    resource("cluster", dependencyOf=["resource:orders-db"]),
    entity("System", "shop", owner="team-a", domain="sales"),
    entity("Domain", "sales", owner="team-a"),
    group("team-a", parent="tech"),
    group("tech"),
    group("web", parent="tech"),
)


@pytest.fixture
def shop(database: Database, load_catalog: LoadCatalog) -> Catalog:
    return load_catalog(database, SHOP)


def names(found: Any) -> list[str]:
    return [r.ref.rpartition("/")[2] for r in found]


def walked(catalog: Catalog, ref: str, *, depth: int = graph.MAX_DEPTH, down: bool = False) -> Any:
    with catalog.database.read() as connection:
        walk = graph.dependencies if down else graph.dependents
        return list(walk(connection, ref, depth=depth))


DEPENDENTS = [
    ("component:default/orders", ["reports", "front"]),
    ("api:default/orders-api", ["front"]),
    ("resource:default/orders-db", ["orders", "reports", "front"]),
    ("resource:default/cluster", ["orders-db", "orders", "reports", "front"]),
    ("component:default/ghost", ["reports"]),
    ("component:default/front", []),
    ("component:default/nobody", []),
    ("system:default/shop", ["reports"]),
    ("domain:default/sales", ["reports"]),
    ("group:default/team-a", ["front", "reports"]),
    ("group:default/web", []),
    ("group:default/tech", ["reports"]),  # front belongs to one of its teams
]


@pytest.mark.parametrize(("ref", "expected"), DEPENDENTS, ids=[d[0] for d in DEPENDENTS])
def test_dependents_are_all_that_would_notice(shop: Catalog, ref: str, expected: list[str]) -> None:
    assert expected == names(walked(shop, ref))


DEPENDENCIES = [
    ("component:default/front", ["orders-api", "orders", "orders-db", "cluster"]),
    ("component:default/orders", ["orders-db", "cluster"]),
    ("api:default/orders-api", ["orders", "orders-db", "cluster"]),
    ("component:default/reports", ["ghost", "orders", "orders-db", "cluster"]),
    ("component:default/alone", []),
    ("system:default/shop", ["cluster"]),
    ("group:default/web", ["orders-api", "orders", "orders-db", "cluster"]),
]


@pytest.mark.parametrize(("ref", "expected"), DEPENDENCIES, ids=[d[0] for d in DEPENDENCIES])
def test_dependencies_are_all_that_is_needed(shop: Catalog, ref: str, expected: list[str]) -> None:
    assert expected == names(walked(shop, ref, down=True))


def test_depth_one_is_what_is_needed_directly(shop: Catalog) -> None:
    assert names(walked(shop, "component:default/front", depth=1, down=True)) == ["orders-api"]
    assert names(walked(shop, "resource:default/orders-db", depth=1)) == ["orders"]


def test_each_result_has_the_way_there(shop: Catalog) -> None:
    paths = {r.ref: names_of(r.path) for r in walked(shop, "resource:default/cluster")}
    assert paths["component:default/front"] == ["cluster", "orders-db", "orders", "orders-api", "front"]
    assert paths["component:default/reports"] == ["cluster", "orders-db", "orders", "reports"]


def test_the_way_from_a_container_starts_there(shop: Catalog) -> None:
    [reports] = walked(shop, "system:default/shop")
    assert names_of(reports.path) == ["shop", "orders", "reports"]


def test_what_is_not_in_the_catalog_is_shown_as_such(shop: Catalog) -> None:
    ghost = next(r for r in walked(shop, "component:default/reports", down=True) if r.ref.endswith("ghost"))
    assert not ghost.exists
    assert ghost.summary is None


def names_of(path: tuple[str, ...]) -> list[str]:
    return [ref.rpartition("/")[2] for ref in path]


def test_a_circle_ends_and_nothing_depends_on_itself(database: Database, load_catalog: LoadCatalog) -> None:
    ring = [component(f"c{n}", dependsOn=[f"component:c{(n + 1) % 5}"]) for n in range(5)]
    catalog = load_catalog(database, joined(*ring, component("me", dependsOn=["component:me"])))
    assert names(walked(catalog, "component:default/c0")) == ["c4", "c3", "c2", "c1"]
    assert names(walked(catalog, "component:default/c0", down=True)) == ["c1", "c2", "c3", "c4"]
    assert walked(catalog, "component:default/me") == []


def test_groups_that_are_each_other_s_parents_end(database: Database, load_catalog: LoadCatalog) -> None:
    circle = [group("a", parent="b"), group("b", parent="a")]
    used = [component("x", owner="b"), component("y", owner="c", dependsOn=["component:x"])]
    catalog = load_catalog(database, joined(*circle, *used))
    assert names(walked(catalog, "group:default/a")) == ["y"]


def test_impact_gathers_dependents_by_owner_the_most_affected_first(
    database: Database, load_catalog: LoadCatalog
) -> None:
    users = [component(f"u{n}", owner="many", dependsOn=["component:base"]) for n in range(3)]
    one = component("w", owner="few", dependsOn=["component:base"])
    catalog = load_catalog(
        database, joined(component("base"), *users, one, group("few", profile={"displayName": "Few"}))
    )
    with catalog.database.read() as connection:
        found = graph.impact(connection, "component:default/base")
        affected = [names(i.affected) for i in found]
    assert [(i.owner_title, some) for i, some in zip(found, affected, strict=True)] == [
        ("many", ["u0", "u1", "u2"]),
        ("Few", ["w"]),
    ]
    assert [i.owner for i in found] == ["group:default/many", "group:default/few"]


def test_an_impact_that_nobody_owns_comes_last(database: Database, load_catalog: LoadCatalog) -> None:
    users = [component("u", owner="some", dependsOn=["resource:db"]), entity("Resource", "db", type="t", owner="x")]
    above = [entity("Resource", f"r{n}", type="t", owner="", dependsOn=["resource:db"]) for n in range(2)]
    catalog = load_catalog(database, joined(*users, *above))
    with catalog.database.read() as connection:
        found = graph.impact(connection, "resource:default/db")
    assert found[0].owner == "group:default/some"


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_a_walk_asks_as_much_for_three_as_for_a_hundred(database: Database, load_catalog: LoadCatalog) -> None:
    def fans(name: str, count: int) -> list[str]:
        return [component(f"{name}{n}", dependsOn=[f"component:{name}"]) for n in range(count)]

    catalog = load_catalog(database, joined(component("a"), *fans("a", 3), component("b"), *fans("b", 100)))
    asked = []
    for name, count in (("a", 3), ("b", 100)):
        with counted(database) as seen:
            assert count == len(walked(catalog, f"component:default/{name}"))
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_a_reach_is_counted_and_cut_before_it_is_described(database: Database, load_catalog: LoadCatalog) -> None:
    users = [component(f"u{n:03}", dependsOn=["component:base"]) for n in range(250)]
    catalog = load_catalog(database, joined(component("base"), *users))
    with catalog.database.read() as connection:
        found = graph.dependents(connection, "component:default/base")
        with counted(database) as seen:
            assert (len(found), found.direct) == (250, 250)
        assert seen == []
        assert names([*found[:2], found[-1]]) == ["u000", "u001", "u249"]
        assert [f"u{n:03}" for n in range(250)] == names(found)


def test_one_of_a_reach_is_found_by_its_ref(shop: Catalog) -> None:
    with shop.database.read() as connection:
        found = graph.dependents(connection, "resource:default/cluster")
        way = found.find("component:default/front")
        assert way is not None
        assert way.path[0] == "resource:default/cluster"
        assert found.find("component:default/alone") is None
        assert found.find("component:default/never-named") is None
