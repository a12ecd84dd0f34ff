"""The demo company holds together, except where its README says that it doesn't."""

import datetime as dt
import re
from collections import Counter

import pytest

from tests.demo.company import (
    DEMO,
    Entity,
    by_ref,
    entities,
    of_kind,
    registered_files,
    repository_entities,
    short_ref,
    workspace,
    wrong_on_purpose,
)

API_VERSIONS = {"template": "scaffolder.backstage.io/v1beta3"}
NAME = re.compile(r"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")
TAG = re.compile(r"^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$")
REQUIRED = {
    "component": ("type", "lifecycle", "owner"),
    "api": ("type", "lifecycle", "owner", "definition"),
    "resource": ("type", "owner"),
    "system": ("owner",),
    "domain": ("owner",),
    "group": ("type", "children"),
    "user": ("memberOf",),
    "template": ("type", "steps"),
}


def dependents(ref: str) -> list[Entity]:
    return [entity for entity in entities() if ref in {target for _, target in entity.targets()}]


def test_company_has_at_least_eighty_entities_and_eight_teams() -> None:
    teams = [group for group in of_kind("group") if group.spec["type"] == "team"]

    assert len(entities()) >= 80
    assert len(teams) == 8
    assert len(of_kind("user")) >= 20
    assert len(of_kind("template")) >= 3


def test_root_location_reaches_every_descriptor() -> None:
    written = {file.resolve() for file in DEMO.glob("catalog/**/*.yaml") if "apiVersion" in file.read_text("utf-8")}

    assert set() == written - set(registered_files()) - {(DEMO / "catalog" / "all.yaml").resolve()}


def test_names_are_unique_with_the_repositories_included() -> None:
    counts = Counter(entity.ref.lower() for entity in (*entities(), *repository_entities()))

    assert [ref for ref, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("entity", [*entities(), *repository_entities()], ids=lambda entity: entity.ref)
def test_entity_is_well_formed(entity: Entity) -> None:
    metadata = entity.document["metadata"]

    assert entity.document["apiVersion"] == API_VERSIONS.get(entity.kind, "backstage.io/v1alpha1")
    assert NAME.match(metadata["name"])
    assert all(TAG.match(tag) for tag in metadata.get("tags", []))
    assert all(link["url"].startswith("https://") for link in metadata.get("links", []))
    assert all(isinstance(value, str) for value in entity.annotations.values())
    assert set() == set(REQUIRED[entity.kind]) - set(entity.spec)


def test_dangling_references_are_exactly_those_the_readme_lists() -> None:
    named = {short_ref(ref) for ref in re.findall(r"`([a-z]+:[a-z0-9.-]+)`", wrong_on_purpose())}
    dangling = {
        target
        for entity in (*entities(), *repository_entities())
        for _, target in entity.targets()
        if target not in by_ref() and target not in {found.ref for found in repository_entities()}
    }

    assert dangling == named - set(by_ref())
    assert dangling == {"group:team-royalties", "component:taste-model"}


@pytest.mark.parametrize("ref", ["resource:orders-db", "component:legacy-cart"])
def test_shared_things_have_dependents_of_several_teams(ref: str) -> None:
    owners = {entity.spec["owner"] for entity in dependents(ref)}

    assert len(owners) >= 3
    assert "team-checkout" in owners


def test_checkout_depends_on_what_other_teams_own() -> None:
    checkout = by_ref()["component:checkout"]
    owners = {by_ref()[target].spec["owner"] for field, target in checkout.targets() if field == "dependsOn"}

    assert {"team-data", "team-venues", "team-payments"} <= owners


def test_legacy_cart_can_be_deprecated_by_changing_one_line() -> None:
    text = by_ref()["component:legacy-cart"].file.read_text("utf-8")

    assert text.count("lifecycle: production") == 1


@pytest.mark.parametrize(
    "entity",
    [entity for entity in entities() if entity.spec.get("lifecycle") == "deprecated"],
    ids=lambda entity: entity.ref,
)
def test_deprecated_thing_concerns_somebody_else(entity: Entity) -> None:
    other_owners = {found.spec["owner"] for found in dependents(entity.ref)} - {entity.spec["owner"]}

    assert other_owners
    assert f"`{entity.ref}`" in wrong_on_purpose()


@pytest.mark.parametrize(
    "entity",
    [entity for entity in entities() if "callboard.dev/end-of-life" in entity.annotations],
    ids=lambda entity: entity.ref,
)
def test_ending_thing_has_a_date_and_a_living_successor(entity: Entity) -> None:
    successor = by_ref()[short_ref(entity.annotations["callboard.dev/replaced-by"])]

    assert dt.date.fromisoformat(entity.annotations["callboard.dev/end-of-life"]).year == 2027
    assert successor.spec.get("lifecycle", "production") == "production"


def test_api_definitions_exist_in_four_languages() -> None:
    for api in of_kind("api"):
        definition = api.spec["definition"]
        text = definition if isinstance(definition, str) else (api.file.parent / definition["$text"]).read_text("utf-8")
        assert text.strip(), api.ref

    assert {api.spec["type"] for api in of_kind("api")} >= {"openapi", "asyncapi", "graphql", "grpc"}


def test_people_on_call_are_in_the_workspace() -> None:
    people = {user["id"] for user in workspace()["users"]}
    on_call = {entity.annotations.get("callboard.dev/on-call") for entity in entities()} - {None}

    assert on_call
    assert on_call <= people
