"""Relations that one document states, group C of the conformance list; the graph they make is tested with queries."""

from typing import Any

import pytest

from callboard.errors import FormatError, InputError
from catalog.kinds import BUILTIN_KINDS, INVERSE, PAIRS, KindRegistry, KindSpec
from catalog.relations import Relation, emit_relations, prepare

REGISTRY = KindRegistry()
PETSTORE = {
    "owner": "team-a",
    "system": "shop",
    "subcomponentOf": "parent",
    "providesApis": ["pet-api", "other/thing-api"],
    "consumesApis": ["api:x-api"],
    "dependsOn": ["resource:db", "component:other/foo"],
    "dependencyOf": ["component:bar"],
}


def spec_of_kind(kind: str) -> KindSpec:
    return next(spec for spec in BUILTIN_KINDS if spec.kind == kind)


def document(kind: str, name: str, spec: dict[str, Any], namespace: str | None = None) -> dict[str, Any]:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    version = min(spec_of_kind(kind).api_versions)
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def seen_from(ref: str, relations: list[Relation]) -> list[str]:
    """How the entity's own list reads, both directions, in the order the API gives."""
    own = [(r.type, r.target) for r in relations if r.source == ref]
    own += [(INVERSE[r.type], r.source) for r in relations if r.target == ref]
    return [f"{type_} {target}" for type_, target in sorted(own)]


RELATIONS = [
    (
        "C1",
        document("Component", "Petstore", PETSTORE),
        [
            "consumesApi api:default/x-api",
            "dependencyOf component:default/bar",
            "dependsOn component:other/foo",
            "dependsOn resource:default/db",
            "ownedBy group:default/team-a",
            "partOf component:default/parent",
            "partOf system:default/shop",
            "providesApi api:default/pet-api",
            "providesApi api:other/thing-api",
        ],
    ),
    (
        "C3",
        document("API", "pet-api", {"owner": "team-a", "system": "shop"}),
        ["ownedBy group:default/team-a", "partOf system:default/shop"],
    ),
    (
        "C4",
        document("Resource", "db", {"owner": "team-a", "system": "shop", "dependencyOf": ["component:petstore"]}),
        ["dependencyOf component:default/petstore", "ownedBy group:default/team-a", "partOf system:default/shop"],
    ),
    (
        "C5",
        document("System", "shop", {"owner": "team-a", "domain": "retail"}),
        ["ownedBy group:default/team-a", "partOf domain:default/retail"],
    ),
    (
        "C6",
        document("Domain", "retail", {"owner": "team-a", "subdomainOf": "business"}),
        ["ownedBy group:default/team-a", "partOf domain:default/business"],
    ),
    (
        "C7",
        document("Group", "team-a", {"parent": "dept", "children": ["team-a1"], "members": ["jane"]}),
        ["childOf group:default/dept", "hasMember user:default/jane", "parentOf group:default/team-a1"],
    ),
    (
        "C8",
        document("User", "jane", {"memberOf": ["team-a", "dept"]}),
        ["memberOf group:default/dept", "memberOf group:default/team-a"],
    ),
    ("C9", document("Component", "p", {"owner": "user:default/jane"}, "ns1"), ["ownedBy user:default/jane"]),
    ("C9", document("Component", "p", {"owner": "team-a"}, "ns1"), ["ownedBy group:ns1/team-a"]),
    ("C10", document("Component", "p", {"owner": "group:default/TEAM-A"}), ["ownedBy group:default/team-a"]),
    ("C11", document("Template", "t", {"owner": "team-a"}), ["ownedBy group:default/team-a"]),
    ("C12", document("Template", "t", {}), []),
    ("C12", document("Location", "l", {"targets": ["./a.yaml"]}), []),
    (
        "C13",
        document("AiResource", "pl", {"type": "plugin", "skills": ["sk"]}),
        ["hasPart airesource:default/sk"],
    ),
    (
        "C13",
        document("AiResource", "mk", {"type": "marketplace", "plugins": ["pl"]}),
        ["hasPart airesource:default/pl"],
    ),
    (
        "AiResource skill",
        document("AiResource", "sk", {"type": "skill", "dependsOn": ["other"], "skills": ["ignored"]}),
        ["dependsOn airesource:default/other"],
    ),
]


@pytest.mark.parametrize(("number", "source", "expected"), RELATIONS, ids=[r[0] for r in RELATIONS])
def test_a_document_states_its_relations(number: str, source: dict[str, Any], expected: list[str]) -> None:
    spec = spec_of_kind(source["kind"])
    metadata = source["metadata"]
    ref = f"{source['kind']}:{metadata.get('namespace', 'default')}/{metadata['name']}".lower()
    assert expected == seen_from(ref, emit_relations(source, spec)), number


def test_relations_are_emitted_in_their_forward_direction_only() -> None:
    sources = [source for _number, source, _expected in RELATIONS]
    types = {r.type for source in sources for r in emit_relations(source, spec_of_kind(source["kind"]))}
    assert set(PAIRS) == types


def test_a_relation_stated_twice_is_emitted_once() -> None:
    source = document("Component", "p", {"dependsOn": ["resource:db", "Resource:default/DB"]})
    assert emit_relations(source, spec_of_kind("Component")) == [
        Relation("component:default/p", "dependsOn", "resource:default/db")
    ]


@pytest.mark.parametrize(
    ("field", "text", "error", "message"),
    [
        ("owner", "group:", FormatError, 'Entity reference "group:" was not on the form [<kind>:][<namespace>/]<name>'),
        ("dependsOn", "db", InputError, 'Entity reference "db" had missing or empty kind'),
    ],
)
def test_a_text_that_is_no_ref_is_refused_with_its_field(
    field: str, text: str, error: type[InputError], message: str
) -> None:
    value = [text] if field == "dependsOn" else text
    with pytest.raises(error) as caught:
        emit_relations(document("Component", "p", {field: value}), spec_of_kind("Component"))
    assert message in caught.value.message
    assert f"`spec.{field}" in (caught.value.hint or "")


def test_preparing_fills_the_namespace_and_sorts_arrays_of_refs() -> None:
    source = document("Component", "Petstore", PETSTORE)
    prepared = prepare(source, spec_of_kind("Component"))
    assert prepared["metadata"] == {"name": "Petstore", "namespace": "default"}
    assert prepared["spec"]["providesApis"] == ["other/thing-api", "pet-api"]
    assert prepared["spec"]["dependsOn"] == ["component:other/foo", "resource:db"]
    assert source["spec"]["providesApis"] == ["pet-api", "other/thing-api"], "the document read stays as it was"


def test_every_pair_has_a_way_back() -> None:
    assert all(INVERSE[INVERSE[name]] == name for name in INVERSE)
    assert len(INVERSE) == 2 * len(PAIRS)
    assert {f.type for spec in BUILTIN_KINDS for f in spec.relations} <= set(PAIRS)
