"""Group E of the conformance cases over HTTP; comments say where ours is better on purpose."""

import base64
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.catalog.petstore import NAMES

_C = "/api/catalog"
_STORE = "component:default/petstore"


def _ref(entity: Any) -> str:
    metadata = entity["metadata"]
    return f"{entity['kind']}:{metadata.get('namespace', 'default')}/{metadata['name']}".lower()


def _refs(entities: Any) -> list[str]:
    return [_ref(e) for e in entities]


def _get(client: httpx.Client, path: str, status: int = 200) -> Any:
    response = client.get(_C + path)
    assert response.status_code == status, response.text
    return response.json()


def _post(client: httpx.Client, path: str, body: object, status: int = 200) -> Any:
    response = client.post(_C + path, json=body)
    assert response.status_code == status, response.text
    return response.json() if response.content else None


def _message(answer: Any) -> str:
    return str(answer["error"]["message"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("filter=kind=component,spec.type=service", [_STORE]),
        ("filter=kind=Component&filter=kind=API", [n for n in NAMES if n.startswith(("component", "api"))]),
        ("filter=metadata.tags.java", [_STORE]),
        ("filter=spec.x.b.d=1", [_STORE]),
        ("filter=relations.ownedBy=team-a", []),
        ("filter=kind=", []),
        ("filter=spec.profile.email=jane@x.example", ["user:default/jane"]),
        ("filter=%20kind%20=%20component,%20spec.type=library", ["component:default/g-a", "component:default/g_b.c"]),
        ("filter==x", []),
        ("filter=%00", []),
    ],
)
def test_filters_reach_the_catalog(shop: httpx.Client, query: str, expected: list[str]) -> None:
    assert sorted(_refs(_get(shop, f"/entities?{query}"))) == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/entities?filter=", "Empty value found for query parameter 'filter'"),
        ("/entities?fields=", "Empty value found for query parameter 'fields'"),
        ("/entities?limit=0", "Invalid limit, must be greater than zero"),
        ("/entities?limit=-1", "request/query/limit must be >= 0"),
        ("/entities?limit=x", "request/query/limit must be integer"),
        (
            "/entities?order=metadata.name",
            'Invalid order parameter "metadata.name", expected "<asc or desc>:<field name>"',
        ),
        ("/entities?fields=metadata.tags[0]", 'Invalid field "metadata.tags[0]", array type fields are not supported'),
        ("/entities/by-query?cursor=garbage", "Malformed cursor: "),
        ("/entities/by-query?totalItems=bogus", "request/query/totalItems must be equal to one of the allowed values"),
        ("/entities/by-query?orderField=metadata.name,sideways", "Invalid order field order, must be asc or desc"),
        ("/entities/by-query?orderField=spec.nothing", 'Invalid order field "spec.nothing"'),
        ("/entity-facets", "request/query must have required property 'facet'"),
        ("/graph", "request/query/ref must be given"),
        ("/graph?ref=nope", "request/query/ref must be a full entity ref"),
    ],
)
def test_a_bad_parameter_is_named(shop: httpx.Client, path: str, message: str) -> None:
    answer = _get(shop, path, 400)
    assert answer["error"]["name"] == "InputError"
    assert _message(answer).startswith(message)
    assert answer["request"] == {"method": "GET", "url": path}
    assert answer["response"] == {"statusCode": 400}


def test_entities_come_by_uid_and_with_a_limit_by_ref(shop: httpx.Client) -> None:
    everything, limited = _get(shop, "/entities"), _get(shop, "/entities?limit=20")
    uids = [e["metadata"]["uid"] for e in everything]
    assert len(everything) == 13
    assert uids == sorted(uids)
    assert _refs(limited) == sorted(_refs(everything))
    assert len(_get(shop, "/entities?offset=3")) == 10


def test_an_order_with_a_limit_keeps_what_lacks_the_field(shop: httpx.Client) -> None:
    assert _refs(_get(shop, "/entities?order=asc:metadata.title")) == [_STORE]
    assert _refs(_get(shop, "/entities?order=asc:metadata.title&limit=20"))[0] == _STORE
    assert len(_get(shop, "/entities?order=asc:metadata.title&limit=20")) == 13


def test_a_limited_list_links_to_its_next_part(shop: httpx.Client) -> None:
    seen: list[str] = []
    path = "/entities?limit=5&order=desc:metadata.name"
    while path:
        response = shop.get(_C + path)
        seen += _refs(response.json())
        link = response.headers.get("link", "")
        assert not link or link.endswith('>; rel="next"')
        path = link.partition(">")[0].removeprefix("<")
    assert len(seen) == len(set(seen)) == 13
    names = [ref.rpartition("/")[2] for ref in seen]
    assert names == sorted(names, reverse=True)


def test_fields_are_all_that_is_shown(shop: httpx.Client) -> None:
    filtered = "/entities?filter=metadata.name=petstore&fields="
    assert _get(shop, filtered + "metadata.name,metadata.annotations.github.com/project-slug") == [
        {"metadata": {"name": "Petstore", "annotations": {"github.com/project-slug": "acme/petstore"}}}
    ]
    assert _get(shop, filtered + "spec.x.b") == [{"spec": {"x": {"b": ["c", {"d": 1}]}}}]
    assert _get(shop, filtered + "nope") == [{}]
    assert _get(shop, filtered + "kind&fields=spec.type") == [{"kind": "Component", "spec": {"type": "service"}}]
    assert len(_get(shop, filtered + "relations")[0]["relations"]) == 9


def test_an_entity_has_its_relations_sorted(shop: httpx.Client) -> None:
    found = _get(shop, "/entities/by-name/Component/default/PETSTORE")
    assert [(r["type"], r["targetRef"]) for r in found["relations"]] == [
        ("consumesApi", "api:default/x-api"),
        ("dependencyOf", "component:default/bar"),
        ("dependsOn", "component:other/foo"),
        ("dependsOn", "resource:default/db"),
        ("ownedBy", "group:default/team-a"),
        ("partOf", "component:default/parent"),
        ("partOf", "system:default/shop"),
        ("providesApi", "api:default/pet-api"),
        ("providesApi", "api:other/thing-api"),
    ]
    assert found["metadata"]["name"] == "Petstore"
    assert list(found) == ["apiVersion", "kind", "metadata", "spec", "relations"]
    assert _get(shop, f"/entities/by-uid/{found['metadata']['uid']}") == found


def test_unknown_entities_are_not_found(shop: httpx.Client) -> None:
    missing = _get(shop, "/entities/by-name/component/default/nope", 404)
    assert missing["error"] == {
        "name": "NotFoundError",
        "message": "No entity named 'nope' found, with kind 'component' in namespace 'default'",
    }
    assert _message(_get(shop, "/entities/by-uid/nope", 404)) == "No entity with uid nope"
    assert shop.delete(f"{_C}/entities/by-uid/nope").status_code == 204
    assert shop.get(f"{_C}/nothing-here").content == b""


def test_a_removed_entity_is_gone_until_its_file_is_read_again(own_shop: httpx.Client) -> None:
    before = _get(own_shop, "/entities/by-name/component/default/g-a")
    assert own_shop.delete(f"{_C}/entities/by-uid/{before['metadata']['uid']}").status_code == 204
    _get(own_shop, "/entities/by-name/component/default/g-a", 404)
    _post(own_shop, "/refresh", {"entityRef": "component:default/g_b.c"})
    after = _get(own_shop, "/entities/by-name/component/default/g-a")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]


def test_ancestry_leads_to_the_location(shop: httpx.Client) -> None:
    found = _get(shop, "/entities/by-name/component/default/petstore/ancestry")
    entity, location = found["items"]
    assert found["rootEntityRef"] == _ref(entity["entity"]) == _STORE
    assert entity["parentEntityRefs"] == [_ref(location["entity"])]
    assert location["entity"]["kind"] == "Location"
    assert location["parentEntityRefs"] == []


def test_pages_lead_both_ways(shop: httpx.Client) -> None:
    start = "/entities/by-query?limit=2&orderField=metadata.name,asc&filter=kind=component"
    first = _get(shop, start)
    second = _get(shop, f"/entities/by-query?limit=2&cursor={quote(first['pageInfo']['nextCursor'])}")
    back = _get(shop, f"/entities/by-query?limit=2&cursor={quote(second['pageInfo']['prevCursor'])}")
    assert [e["metadata"]["name"] for e in first["items"]] == ["g-a", "g_b.c"]
    assert [e["metadata"]["name"] for e in second["items"]] == ["parent", "Petstore"]
    assert list(first["pageInfo"]) == ["nextCursor"]
    assert list(second["pageInfo"]) == ["prevCursor"]
    assert first["totalItems"] == second["totalItems"] == 4
    assert back == first
    cursor = json.loads(base64.b64decode(first["pageInfo"]["nextCursor"]))
    assert cursor["query"] == {"kind": "component"}
    assert cursor["orderFields"] == [{"field": "metadata.name", "order": "asc"}]
    assert cursor["isPrevious"] is False


def test_a_cursor_of_another_query_is_refused(shop: httpx.Client) -> None:
    first = _get(shop, "/entities/by-query?limit=1&filter=kind=component")
    cursor = quote(first["pageInfo"]["nextCursor"])
    same = _get(shop, f"/entities/by-query?cursor={cursor}&filter=kind=component")
    assert len(same["items"]) == 3
    other = _get(shop, f"/entities/by-query?cursor={cursor}&filter=kind=api", 400)
    assert "belongs to a query with another filter" in _message(other)


def test_totals_can_be_left_out(shop: httpx.Client) -> None:
    filtered = "/entities/by-query?filter=kind=component"
    assert _get(shop, f"{filtered}&limit=0") == {"items": [], "totalItems": 4, "pageInfo": {}}
    assert _get(shop, f"{filtered}&totalItems=exclude")["totalItems"] == 0
    titled = _get(shop, "/entities/by-query?orderField=metadata.title")
    assert (_refs(titled["items"]), titled["totalItems"]) == ([_STORE], 1)


def test_full_text_finds_part_of_a_field(shop: httpx.Client) -> None:
    listed = "fullTextFilterFields=metadata.name,metadata.description"
    found = _get(shop, f"/entities/by-query?fullTextFilterTerm=pet&{listed}")
    ordered = _get(shop, "/entities/by-query?fullTextFilterTerm=PET&orderField=metadata.name,desc")
    alone = _get(shop, "/entities/by-query?fullTextFilterTerm=pet")
    assert sorted(_refs(found["items"])) == ["api:default/pet-api", _STORE]
    assert _refs(ordered["items"]) == [_STORE, "api:default/pet-api"]
    assert len(alone["items"]) == 2  # Backstage searches uids then, which nobody means


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"query": {"kind": "Component", "spec.type": {"$in": ["service", "website"]}}}, 2),
        ({"query": {"$not": {"kind": "component"}}}, 9),
        ({"query": {"metadata.name": {"$hasPrefix": "pet"}}}, 2),
        ({"query": {"$any": []}}, 0),
        ({"query": {}}, 13),
        ({}, 13),
        ({"bogus": 1}, 13),
        ({"fullTextFilter": {"term": "pet"}}, 2),
    ],
)
def test_predicates_reach_the_catalog(shop: httpx.Client, body: object, count: int) -> None:
    assert _post(shop, "/entities/by-query", body)["totalItems"] == count


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/entities/by-query", {"query": "x"}, "request/body/query must be object"),
        ("/entities/by-query", {"query": {"kind": {"$matches": "x"}}}, "Invalid query: Validation error"),
        ("/entities/by-query", {"limit": "x"}, "request/body/limit must be integer"),
        ("/entities/by-query", {"limit": -1}, "request/body/limit must be >= 0"),
        ("/entities/by-query", {"orderBy": [{"field": "x"}]}, "request/body/orderBy/0/order must be equal to one of"),
        (
            "/entities/by-query",
            {"orderBy": [{"field": "x", "order": {}}]},
            "request/body/orderBy/0/order must be equal",
        ),
        ("/entities/by-query", {"fullTextFilter": {}}, "request/body/fullTextFilter must have required property"),
        ("/entities/by-refs", {}, "request/body must have required property 'entityRefs'"),
        ("/entities/by-refs", {"entityRefs": [1]}, "request/body/entityRefs/0 must be string"),
        ("/entities/by-refs", {"entityRefs": ["a:b"] * 10_000}, "request/body/entityRefs must NOT have more than"),
        ("/entity-facets", {}, "request/body must have required property 'facets'"),
        ("/refresh", {}, "request/body must have required property 'entityRef'"),
        ("/validate-entity", {"entity": {}}, "request/body must have required property 'location'"),
        ("/analyze-location", {}, "request/body must have required property 'location'"),
        ("/analyze-location", {"location": {"type": "url", "target": "x"}}, "request/body/location/target must be"),
        ("/locations", {"type": "url", "target": "https://x", "a": 1}, "Malformed request: "),
        ("/locations", {"type": "file", "target": "/etc"}, 'Registered locations must be of an allowed type ["url"]'),
    ],
)
def test_a_bad_body_is_explained(shop: httpx.Client, path: str, body: object, message: str) -> None:
    answer = _post(shop, path, body, 400)
    assert answer["error"]["name"] == "InputError"
    assert _message(answer).startswith(message)


def test_facets_keep_the_authors_case(shop: httpx.Client) -> None:
    found = _get(shop, "/entity-facets?facet=kind&facet=spec.lifecycle&facet=nothing&facet=relations.ownedBy")["facets"]
    assert [f["value"] for f in found["kind"]] == [
        "API", "Component", "Domain", "Group", "Location", "Resource", "System", "Template", "User",
    ]  # fmt: skip
    assert found["spec.lifecycle"] == [
        {"value": "Deprecated", "count": 1},
        {"value": "deprecated", "count": 1},
        {"value": "production", "count": 3},
    ]
    assert found["nothing"] == []
    assert {"value": "user:default/jane", "count": 1} in found["relations.ownedBy"]
    narrowed = _post(shop, "/entity-facets", {"facets": ["spec.type"], "query": {"kind": "api"}})
    assert narrowed == {"facets": {"spec.type": [{"value": "openapi", "count": 1}]}}


def test_by_refs_answers_in_order_whatever_the_spelling(shop: httpx.Client) -> None:
    asked = [_STORE, "component:nope", "component:default/PETSTORE", "Component:g-a", "petstore", ""]
    items = _post(shop, "/entities/by-refs", {"entityRefs": asked})["items"]
    found = [None if e is None else _ref(e) for e in items]
    # Backstage finds only the first: it compares refs as they are written
    assert found == [_STORE, None, _STORE, "component:default/g-a", None, None]


def test_by_refs_leaves_out_what_does_not_match(shop: httpx.Client) -> None:
    body = {"entityRefs": [_STORE, "component:default/g-a"], "fields": ["metadata.name"]}
    items = _post(shop, "/entities/by-refs?filter=spec.type=library", body)["items"]
    assert items == [None, {"metadata": {"name": "g-a"}}]
    queried = _post(shop, "/entities/by-refs", {**body, "query": {"spec.type": "service"}})["items"]
    assert queried == [{"metadata": {"name": "Petstore"}}, None]


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"{", "application/json", "Unexpected token or end of JSON"),
        (b"[]", "application/json", "request/body must be object"),
        (b"{}", "text/plain", "request/body must be JSON"),
        (b"{}", "", "request/body must be JSON"),
        (b" " * 6_000_000, "application/json", "request/body must have at most 5 MB"),
        (b'{"entityRefs": ["\\ud800"]}', "application/json", "Unexpected token"),
    ],
)
def test_a_body_that_is_not_json_is_refused(shop: httpx.Client, content: bytes, kind: str, message: str) -> None:
    response = shop.post(f"{_C}/entities/by-refs", content=content, headers={"Content-Type": kind})
    assert response.status_code == 400
    assert _message(response.json()).startswith(message)


def test_refresh_takes_a_full_ref_in_any_case(shop: httpx.Client) -> None:
    assert _post(shop, "/refresh", {"entityRef": "Component:default/Petstore"}) is None
    unknown = _post(shop, "/refresh", {"entityRef": "component:default/nope"}, 404)
    assert _message(unknown) == "Entity component:default/nope not found"
    _post(shop, "/refresh", {"entityRef": "component:petstore"}, 404)


def test_a_configured_location_is_not_a_registered_one(shop: httpx.Client) -> None:
    answer = _get(shop, "/locations/by-entity/component/default/petstore", 404)
    assert _message(answer).startswith("Found no location with type file and target ")
    assert _get(shop, "/locations") == []
    assert _message(_get(shop, "/locations/nope", 404)) == "Found no location with ID nope"


def test_analyze_suggests_a_component(shop: httpx.Client) -> None:
    found = _post(shop, "/analyze-location", {"location": {"type": "url", "target": "https://github.com/acme/x"}})
    assert found == {
        "existingEntityFiles": [],
        "generateEntities": [
            {
                "entity": {
                    "apiVersion": "backstage.io/v1alpha1",
                    "kind": "Component",
                    "metadata": {"name": "x", "annotations": {"github.com/project-slug": "acme/x"}},
                    "spec": {"type": "other", "lifecycle": "unknown"},
                },
                "fields": [],
            }
        ],
    }
    elsewhere = _post(shop, "/analyze-location", {"location": {"type": "url", "target": "https://git.example/a/b"}})
    assert elsewhere["generateEntities"][0]["entity"]["metadata"] == {"name": "b"}


def test_the_graph_shows_neighbours_and_their_relations(shop: httpx.Client) -> None:
    found = _get(shop, f"/graph?ref={_STORE}&relation=dependsOn&direction=outgoing")
    assert [(n["ref"], n["exists"]) for n in found["nodes"]] == [
        (_STORE, True),
        ("component:other/foo", False),
        ("resource:default/db", True),
    ]
    assert found["edges"] == [
        {"from": _STORE, "to": "component:other/foo", "type": "dependsOn"},
        {"from": _STORE, "to": "resource:default/db", "type": "dependsOn"},
    ]
    owned = _get(shop, "/graph?ref=group:default/team-a&relation=ownerOf&kind=component&kind=group")
    assert len(owned["nodes"]) == 4
    _get(shop, "/graph?ref=component:default/nothing", 404)
