"""Names are found as written, by a part, and misspelt; the index follows the catalog."""

import pytest

from callboard.db import Database
from search.names import EXACT, LIKELY, NameIndex
from search.normalize import key_of, normalized
from tests.conftest import LoadCatalog

_CATALOG = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: orders-db-proxy, title: Orders Database Proxy, annotations: {callboard.dev/aliases: 'odp, old proxy'}}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: UserProfileService}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: petstore}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: petstore, title: Zürich Pets}
spec: {type: openapi, lifecycle: production, owner: shop, definition: x}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: petstore, namespace: test}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada, annotations: {slack.com/user-id: U0ADALOVELACE}}
spec: {profile: {displayName: Ada Lovelace, email: ada@example.com}, memberOf: []}
"""


@pytest.fixture
def names(sqlite_database: Database, load_catalog: LoadCatalog) -> NameIndex:
    load_catalog(sqlite_database, _CATALOG)
    index = NameIndex(sqlite_database)
    index.refresh()
    return index


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("orders-db-proxy", "component:default/orders-db-proxy"),
        ("Orders DB proxy", "component:default/orders-db-proxy"),
        ("orders database proxies", "component:default/orders-db-proxy"),
        ("ODP", "component:default/orders-db-proxy"),
        ("old proxy", "component:default/orders-db-proxy"),
        ("user profile service", "component:default/userprofileservice"),
        ("user_profile_services", "component:default/userprofileservice"),
        ("zurich pets", "api:default/petstore"),
        ("Component:petstore", "component:default/petstore"),
        ("test/petstore", "component:test/petstore"),
        ("component:test/petstore", "component:test/petstore"),
        ("ada@example.com", "user:default/ada"),
        ("u0adalovelace", "user:default/ada"),
    ],
)
def test_a_name_is_found_however_it_is_written(names: NameIndex, typed: str, ref: str) -> None:
    found = names.find(typed)[0]
    assert (found.ref, found.score) == (ref, EXACT)


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("petstroe", "component:default/petstore"),
        ("order db proxi", "component:default/orders-db-proxy"),
        ("proxy orders database", "component:default/orders-db-proxy"),
        ("ada lovelce", "user:default/ada"),
    ],
)
def test_a_misspelt_name_is_found(names: NameIndex, typed: str, ref: str) -> None:
    found = names.find(typed)
    assert ref in {m.ref for m in found if m.score >= LIKELY}
    assert found[0].score < EXACT


@pytest.mark.parametrize("typed", ["coffee machine", "", "ü", "zz", "kafka-streams"])
def test_what_is_far_from_every_name_is_not_found(names: NameIndex, typed: str) -> None:
    assert names.find(typed) == []


def test_kinds_narrow_a_search(names: NameIndex) -> None:
    assert [m.ref for m in names.find("petstore", kinds=["api"])] == ["api:default/petstore"]


def test_a_part_of_a_name_finds_all_that_have_it(names: NameIndex) -> None:
    assert [m.ref for m in names.part("lovelace")] == ["user:default/ada"]
    assert names.part("proxy lovelace") == []


def test_a_handle_is_only_found_whole(names: NameIndex) -> None:
    assert names.find("ada@example") == []


def test_the_index_follows_the_catalog(names: NameIndex, sqlite_database: Database, load_catalog: LoadCatalog) -> None:
    changed = _CATALOG.replace("old proxy", "new proxy").replace("name: UserProfileService", "name: people")
    assert names.find("old proxy")
    load_catalog(sqlite_database, changed)
    names.refresh()
    assert names.exact("new proxy")
    assert names.exact("people")


def test_an_index_that_follows_for_long_holds_no_more_than_the_names_there_are(
    names: NameIndex, sqlite_database: Database, load_catalog: LoadCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.names._MAX_EVENTS", 20)
    for number in range(25):
        load_catalog(sqlite_database, _CATALOG.replace("old proxy", f"proxy number {number}"))
        names.refresh()
    fresh = NameIndex(sqlite_database)
    fresh.refresh()
    assert names.exact("proxy number 24")
    assert not names.exact("proxy number 7")
    assert len(names._snapshot._labels) < 2.5 * len(fresh._snapshot._labels)


def test_a_warm_index_finds_the_same(names: NameIndex) -> None:
    before = names.find("petstroe")
    names.warm()
    assert before == names.find("petstroe")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OrdersDb", "orders db"),
        ("APIs", "api"),
        ("Café", "cafe"),
        ("order_events", "Order-Event"),
        ("HTTPServer", "http server"),
    ],
)
def test_two_spellings_of_a_name_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_words_of_another_script_are_kept_or_dropped_without_an_error() -> None:
    assert normalized("Zahlungen Überblick") == "zahlungen uberblick"
    assert isinstance(normalized("支払い"), str)


def test_a_name_as_spelled_goes_before_its_plural(sqlite_database: Database, load_catalog: LoadCatalog) -> None:
    both = "\n---\n".join(
        f"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}"
        for kind, name, spec in (("User", "guest", "{memberOf: []}"), ("Group", "guests", "{type: team, children: []}"))
    )
    load_catalog(sqlite_database, both)
    index = NameIndex(sqlite_database)
    index.refresh()
    assert [m.ref for m in index.exact("guest")] == ["user:default/guest"]
    assert [m.ref for m in index.exact("guests")] == ["group:default/guests"]
