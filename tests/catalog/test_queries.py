"""Filters, predicates, order, pages and facets mean the same on both databases."""

import orjson
import pytest

from callboard.db import Database
from callboard.errors import InputError
from catalog.queries import cursors, predicates
from catalog.queries.cursors import FullText, OrderBy
from catalog.queries.facets import facets_of
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, by_offset, matching_ids, page_of, summaries_of
from catalog.queries.predicates import Predicate, from_json
from catalog.queries.projection import parse_fields, project
from tests.catalog.petstore import LIBRARIES, NAMES, SHOP
from tests.conftest import LoadCatalog

_BY_NAME = OrderBy("metadata.name")
_STORE = ["component:default/petstore"]
_COMPONENTS = [n for n in NAMES if n.startswith("component:")]
_OWNED_BY_A = ["component:default/g-a", "component:default/g_b.c", "component:default/petstore"]
_FILTERS: list[tuple[list[str], list[str]]] = [
    (["kind=component,spec.type=service"], _STORE),
    (["kind=Component", "kind=API"], ["api:default/pet-api", *_COMPONENTS]),
    (["kind=component,kind=api"], ["api:default/pet-api", *_COMPONENTS]),
    (["metadata.tags.java"], _STORE),
    (["metadata.tags=java"], _STORE),
    (["metadata.tags=JAVA"], _STORE),
    (["metadata.tags"], ["component:default/petstore", "resource:default/db"]),
    (["spec.x.b=c"], _STORE),
    (["spec.x.b.c"], _STORE),
    (["spec.x.b.d=1"], _STORE),
    (["spec.x.e=7"], _STORE),
    (["spec.x"], []),
    (["spec"], []),
    (["metadata.links"], []),
    (["metadata.annotations"], []),
    (["status"], []),
    (["metadata.etag"], []),
    (["nokey=1"], []),
    (["metadata.links.url=https://x.example"], _STORE),
    (["relations.ownedby=group:default/team-a,kind=component"], _OWNED_BY_A),
    (["relations.OWNEDBY=Group:Default/Team-A,kind=component"], _OWNED_BY_A),
    (["relations.ownedBy=team-a"], []),
    (["relations.nothing=group:default/team-a"], []),
    (["relations.memberOf"], ["user:default/jane"]),
    (["relations.hasMember=user:default/jane"], ["group:default/team-a"]),
    (["relations.hasPart=component:default/petstore"], ["system:default/shop"]),
    (["metadata.annotations.github.com/project-slug"], _STORE),
    (["metadata.annotations.github.com/project-slug=acme/petstore"], _STORE),
    (["spec.owner=team-a,kind=component"], _STORE),
    (["kind=component,spec.lifecycle=deprecated"], ["component:default/petstore", "component:ns1/parent"]),
    (["kind="], []),
    ([" kind = component "], _COMPONENTS),
    (["kind=component,"], _COMPONENTS),
    (["kind=component, spec.type=library"], ["component:default/g-a", "component:default/g_b.c"]),
    (["kind=component,kind"], _COMPONENTS),
    (["spec.profile.email=jane@x.example"], ["user:default/jane"]),
    (["metadata.name=PETSTORE"], _STORE),
    (["metadata.namespace=ns1"], ["component:ns1/parent"]),
    (["a=b=c"], []),
    (["=x"], []),
    (["$not=x"], []),
    (["kind=com\0ponent"], []),
    (["metadata.tags=\x01"], []),
    (["kind=component", "nokey"], _COMPONENTS),
]
_QUERIES: list[tuple[object, list[str]]] = [
    ({"kind": "Component", "spec.type": {"$in": ["service", "website"]}}, [*_STORE, "component:ns1/parent"]),
    ({"metadata.tags": {"$contains": "JAVA"}}, _STORE),
    ({"metadata.links": {"$contains": {"url": "https://x.example", "title": "home"}}}, _STORE),
    ({"kind": "component", "relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/team-a"}}},
     _OWNED_BY_A),
    ({"relations": {"$contains": {"targetRef": {"$in": ["user:default/jane"]}}}},
     ["component:ns1/parent", "group:default/team-a"]),
    ({"metadata.name": {"$hasPrefix": "Pet"}}, ["api:default/pet-api", "component:default/petstore"]),
    ({"relations.ownedBy": {"$hasPrefix": "user:"}}, ["component:ns1/parent"]),
    ({"metadata.annotations.github.com/project-slug": {"$exists": True}}, _STORE),
    ({"kind": "component", "metadata.tags": {"$exists": False}}, [n for n in _COMPONENTS if n not in _STORE]),
    ({"$any": []}, []),
    ({"$any": [{"kind": "api"}, {"$all": [{"kind": "user"}, {}]}]}, ["api:default/pet-api", "user:default/jane"]),
    ({"$not": {"kind": {"$in": ["component", "location"]}}}, [n for n in NAMES if n not in _COMPONENTS]),
    ({"spec.x.e": 7}, _STORE),
    ({"spec.x.b": {"$in": []}}, []),
]  # fmt: skip


@pytest.fixture
def shop(database: Database, load_catalog: LoadCatalog) -> Database:
    load_catalog(database, SHOP, LIBRARIES)
    return database


def _refs(database: Database, predicate: Predicate) -> list[str]:
    with database.read() as connection:
        return sorted(row.ref for row in page_of(connection, EntityQuery(predicate)).items)


def test_filters_find_what_the_conformance_cases_say(shop: Database) -> None:
    found = {tuple(texts): _refs(shop, parse_filters(texts)) for texts, _expected in _FILTERS}
    assert {tuple(texts): expected for texts, expected in _FILTERS} == found


def test_predicates_find_what_the_conformance_cases_say(shop: Database) -> None:
    found = [_refs(shop, from_json(query)) for query, _expected in _QUERIES]
    assert [expected for _query, expected in _QUERIES] == found


def test_a_predicate_read_from_its_own_text_finds_the_same() -> None:
    asked = [parse_filters(texts) for texts, _ in _FILTERS] + [from_json(query) for query, _ in _QUERIES]
    assert asked == [from_json(predicates.to_json(p)) for p in asked]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("x", "request/body/query must be object"),
        ({"kind": {"$matches": "a"}}, "Invalid query: Validation error"),
        ({"$nor": []}, "Invalid query: Validation error"),
        ({"kind": None}, "Invalid query: Validation error"),
        ({"kind": {"$in": "x"}}, "Invalid query: Validation error"),
        ({"kind": {"$in": ["a"], "$exists": True}}, "Invalid query: Validation error"),
        ({"$all": {}}, "Invalid query: Validation error"),
        ({"relations": {"$contains": {"target": "x"}}}, "Invalid query: Validation error"),
    ],
)
def test_a_query_that_cannot_be_read_says_where(query: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_json(query)


def test_a_query_nested_without_end_is_refused() -> None:
    query: dict[str, object] = {}
    for _level in range(200):
        query = {"$not": query}
    with pytest.raises(InputError, match="nested"):
        from_json(query)


def test_pages_lead_forwards_and_back_by_the_folded_name(shop: Database) -> None:
    query = EntityQuery(parse_filters(["kind=component"]), _BY_NAME, limit=2)
    with shop.read() as connection:
        first = page_of(connection, query)
        second = page_of(connection, query, cursors.decode(first.next_cursor or ""))
        back = page_of(connection, query, cursors.decode(second.previous_cursor or ""))
    assert [row.name for row in first.items] == ["g-a", "g_b.c"]
    assert [row.name for row in second.items] == ["parent", "petstore"]
    assert (first.total, first.previous_cursor) == (4, None)
    assert (second.total, second.next_cursor) == (4, None)
    assert first == back


@pytest.mark.parametrize("field", ["metadata.name", "kind", "metadata.namespace", "spec.owner", "relations.ownedBy"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_of_one_are_the_whole_list(shop: Database, field: str, descending: bool) -> None:  # noqa: FBT001 - a parameter of the test
    order = OrderBy(field, descending)
    with shop.read() as connection:
        whole = [row.ref for row in page_of(connection, EntityQuery(order=order)).items]
        page, walked = page_of(connection, EntityQuery(order=order, limit=1)), list[str]()
        walked += [row.ref for row in page.items]
        while page.next_cursor:
            page = page_of(connection, EntityQuery(limit=1), cursors.decode(page.next_cursor))
            walked += [row.ref for row in page.items]
    assert whole
    assert whole == walked


def test_an_order_leaves_out_what_lacks_the_field(shop: Database) -> None:
    with shop.read() as connection:
        page = page_of(connection, EntityQuery(order=OrderBy("metadata.title")))
        described = page_of(connection, EntityQuery(order=OrderBy("metadata.description", descending=True)))
    assert (page.total, [row.ref for row in page.items]) == (1, ["component:default/petstore"])
    assert [row.ref for row in described.items] == ["component:default/petstore", "api:default/pet-api"]


def test_an_order_by_a_field_of_nothing_is_refused_with_the_nearest(shop: Database) -> None:
    with shop.read() as connection, pytest.raises(InputError) as caught:
        page_of(connection, EntityQuery(order=OrderBy("metadata.nmae")))
    assert 'Invalid order field "metadata.nmae"' in caught.value.user_text
    assert "`metadata.name`" in caught.value.user_text


def test_by_offset_puts_what_lacks_the_field_last(shop: Database) -> None:
    with shop.read() as connection:
        plain = by_offset(connection, parse_filters([]), (), limit=20, offset=0)
        titled = by_offset(connection, parse_filters([]), [OrderBy("metadata.title")], limit=20, offset=0)
        both = by_offset(
            connection,
            parse_filters(["kind=component", "kind=api"]),
            [OrderBy("kind"), OrderBy("metadata.name", descending=True)],
            limit=2,
            offset=1,
        )
    assert [r.ref for r in plain] == sorted(r.ref for r in plain)
    assert (len(titled), titled[0].ref) == (13, "component:default/petstore")
    assert [r.ref for r in both] == ["component:default/petstore", "component:ns1/parent"]


def test_full_text_looks_where_it_is_told_or_where_people_look(shop: Database) -> None:
    def search(term: str, *fields: str, order: OrderBy | None = None) -> list[str]:
        query = EntityQuery(full_text=FullText(term, fields), order=order)
        with shop.read() as connection:
            return [row.ref for row in page_of(connection, query).items]

    named = ["api:default/pet-api", "component:default/petstore"]
    assert named == sorted(search("pet", "metadata.name", "metadata.description"))
    assert named[::-1] == search("PET", order=OrderBy("metadata.name", descending=True))
    assert named == sorted(search("pet"))  # Backstage looks at uids here and finds nothing
    assert search("p%t") == []
    assert search("_", "metadata.name") == ["component:default/g_b.c"]
    assert search("pet", "spec.nothing") == []


def test_full_text_stays_the_same_on_the_next_page(shop: Database) -> None:
    query = EntityQuery(full_text=FullText("pet"), limit=1)
    with shop.read() as connection:
        first = page_of(connection, query)
        second = page_of(connection, query, cursors.decode(first.next_cursor or ""))
    assert named_twice(first.items, second.items)


def named_twice(first: object, second: object) -> bool:
    refs = [row.ref for rows in (first, second) for row in rows]  # type: ignore[attr-defined]
    return sorted(refs) == ["api:default/pet-api", "component:default/petstore"]


@pytest.mark.parametrize("text", ["garbage", "", "e30=", "W10=", "eyJsaW1pdCI6MX0=", "x" * 70_000])
def test_a_cursor_of_something_else_is_malformed(text: str) -> None:
    with pytest.raises(InputError, match="Malformed cursor: "):
        cursors.decode(text)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("metadata.name,spec.x.b", {"metadata": {"name": "n"}, "spec": {"x.b": [1]}}),
        ("metadata.annotations.a.b/c", {"metadata": {"annotations": {"a.b/c": "v"}}}),
        ("spec,spec.x.b", {"spec": {"x.b": [1]}}),
        (".", {}),
        ("..,metadata.", {}),
        ("metadata.name.deeper,spec.x", {}),
    ],
)
def test_a_projection_follows_keys_that_hold_dots(fields: str, expected: object) -> None:
    document = {"metadata": {"name": "n", "annotations": {"a.b/c": "v"}}, "spec": {"x.b": [1]}}
    assert orjson.loads(project(orjson.dumps(document), parse_fields([fields]))) == expected


def test_facets_count_values_as_written(shop: Database) -> None:
    keys = ["kind", "spec.lifecycle", "relations.ownedBy", "metadata.name", "nothing", "metadata.tags", "Spec.Type"]
    with shop.read() as connection:
        found = facets_of(connection, keys, parse_filters(["kind=component"]))
        kinds = facets_of(connection, ["kind"])
        narrow = facets_of(connection, ["kind"], parse_filters(["metadata.name=petstore"]))
    assert found == {
        "kind": [("Component", 4)],
        "spec.lifecycle": [("Deprecated", 1), ("deprecated", 1), ("production", 2)],
        "relations.ownedBy": [("group:default/team-a", 3), ("user:default/jane", 1)],
        "metadata.name": [("Petstore", 1), ("g-a", 1), ("g_b.c", 1), ("parent", 1)],
        "nothing": [],
        "metadata.tags": [("java", 1), ("shop", 1)],
        "Spec.Type": [("library", 2), ("service", 1), ("website", 1)],
    }
    assert kinds["kind"] == [
        ("API", 1), ("Component", 4), ("Domain", 1), ("Group", 1), ("Location", 2), ("Resource", 1), ("System", 1),
        ("Template", 1), ("User", 1),
    ]  # fmt: skip
    assert narrow["kind"] == [("Component", 1)]


def test_a_page_of_summaries_names_owner_and_system(shop: Database) -> None:
    with shop.read() as connection:
        page = summaries_of(connection, EntityQuery(parse_filters(["metadata.name=petstore"])))
        ids = matching_ids(connection, EntityQuery(order=_BY_NAME))
    assert [(s.title, s.owner, s.system) for s in page.items] == [
        ("The Pet Store", "group:default/team-a", "system:default/shop")
    ]
    assert len(set(ids)) == 13
