"""The validator against Backstage's answers, and what it adds to them.

Cases A48, A49 and A54 are about reading addresses and the HTTP body; they are tested where those live.
"""

import copy
from dataclasses import replace
from typing import Any

import pytest

from catalog.kinds import BUILTIN_KINDS, KindRegistry, KindSpec
from catalog.validation import FieldFormats, Finding, Validator
from tests.catalog.data.validation_cases import CASES, REMOVED, TEMPLATE_V3, Case, component, of_kind

VALIDATOR = Validator(KindRegistry())


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    document = component()
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = document
        for step in parents:
            place = place[step]
        if value is REMOVED:
            del place[last]
        else:
            place[last] = copy.deepcopy(value)
    return document


def findings(changes: dict[str, Any], **options: bool) -> list[Finding]:
    return VALIDATOR.validate(changed(changes), **options)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.number}-{'ok' if c.says is None else 'refused'}")
def test_a_document_is_judged_as_backstage_judges_it(case: Case) -> None:
    errors = [f for f in findings(case.changes) if f.severity == "error"]
    if case.says is None:
        assert errors == []
    else:
        assert [case.name] == [f.error_name for f in errors if case.says in f.message]


@pytest.mark.parametrize("document", [None, 3, "x", [], True])
def test_a_document_that_is_no_mapping_is_one_type_error(document: object) -> None:
    [finding] = VALIDATOR.validate(document)
    assert (finding.message, finding.path, finding.error_name) == (
        "<root> must be object - type: object",
        (),
        "TypeError",
    )


def test_all_errors_are_told_at_once_in_the_order_of_the_checks() -> None:
    found = findings({"metadata.title": "", "metadata.tags": ["A"], "spec.type": REMOVED, "spec.dependsOn": ["db"]})
    assert [f.path for f in found] == [
        ("metadata", "title"),
        ("metadata", "tags", 0),
        ("spec",),
        ("spec", "dependsOn", 0),
    ]


HINTS = [
    ({"metadata.name": "My Söörvice!"}, "`My-Soorvice` would be valid."),
    ({"metadata.name": "a" * 70}, f"`{'a' * 63}` would be valid."),
    ({"metadata.namespace": "My_NS"}, "`my-ns` would be valid."),
    ({"metadata.tags": ["Go 1.15"]}, "`go-1-15` would be valid."),
    ({"metadata.annotations": {"a/b/c": "d"}}, "`a/b-c` would be valid."),
    ({"metadata.labels": {"A_B/c": "d"}}, "`a-b/c` would be valid."),
    ({"metadata.annotations": None}, "Nothing stands after `annotations:`; give it a value or remove the line."),
    ({"metadata.tags": "java"}, "Write it as a list: `tags: [java]`."),
    ({"metadata.title": 7}, 'Put it in quotes: "7".'),
    ({"kind": "component"}, "Kinds are written with capitals: `Component`."),
    ({"kind": "Componnet"}, "Did you mean `Component`?"),
    (of_kind("Template", {}), f"`Template` is known with apiVersion `{TEMPLATE_V3}`, not `backstage.io/v1alpha1`."),
    ({"dependsOn": []}, "Move `dependsOn` under `spec`."),
    ({"tags": []}, "Move `tags` under `metadata`."),
    ({"metdata": {}}, "Did you mean `metadata`?"),
    ({"spec.dependsOn": ["db"]}, "`dependsOn` needs the kind too, for example `component:db` or `resource:db`."),
    ({"spec.owner": "group:"}, "`group` or `group:group` would be valid."),
    ({"spec.owner": ":"}, "Write `group:<name>` in `owner`."),
    ({"spec.owner": REMOVED, "spec.onwer": "me"}, "Is `onwer` meant to be `owner`?"),
    (of_kind("Location", {"presence": "requird"}), "Did you mean `required`?"),
]


@pytest.mark.parametrize(("changes", "hint"), HINTS, ids=lambda v: v if isinstance(v, str) else "")
def test_an_error_says_what_would_work(changes: dict[str, Any], hint: str) -> None:
    found = findings(changes)
    assert hint in [f.hint for f in found]
    assert any(f.text.endswith(hint) for f in found)


MISSPELT = [
    ("Component", "dependson", "dependsOn"),
    ("Component", "dependOn", "dependsOn"),
    ("Component", "subComponentOf", "subcomponentOf"),
    ("Component", "consumesApi", "consumesApis"),
    ("Component", "domain", None),
    ("Component", "kafka", None),
]


@pytest.mark.parametrize(("kind", "field", "meant"), MISSPELT)
def test_a_field_that_looks_like_a_known_one_is_a_warning(kind: str, field: str, meant: str | None) -> None:
    found = findings({"kind": kind, f"spec.{field}": ["component:x"]})
    expected = [] if meant is None else [("warning", ("spec", field), f"Did you mean `{meant}`?")]
    assert [(f.severity, f.path, f.hint) for f in found] == expected


def test_a_near_field_beside_the_right_one_is_left_alone() -> None:
    assert findings({"spec.dependsOn": [], "spec.dependOn": []}) == []


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"x": value}
    return value


UNSTORABLE = [
    ({"metadata.description": "a\x00b"}, ("metadata", "description")),
    ({"spec.note": ["ok", "\ud800"]}, ("spec", "note", 1)),
    ({"spec.note": {"\x00": 1}}, ("spec", "note")),
    ({"spec.note": 2**70}, ("spec", "note")),
    ({"spec.note": nested(300)}, ("spec", "note", "x")),
]


@pytest.mark.parametrize(("changes", "path"), UNSTORABLE, ids=[str(u[1]) for u in UNSTORABLE])
def test_what_no_database_can_hold_is_refused_with_its_place(changes: dict[str, Any], path: tuple[str, ...]) -> None:
    assert [path] == [f.path for f in findings(changes)]


def test_what_is_said_about_such_text_can_itself_be_kept() -> None:
    found = findings({"metadata.name": "a\x00b", "metadata.annotations": {"\ud800": "x"}})
    assert len(found) >= 2
    assert not any("\x00" in f"{f.text}{f.path}" for f in found)
    assert all(f"{f.text}{f.path}".encode() for f in found)


def test_text_that_only_spells_a_nul_is_fine() -> None:
    assert findings({"metadata.description": "\\u0000"}) == []


def test_a_message_repeats_only_the_beginning_of_a_huge_value() -> None:
    [finding] = findings({"metadata.tags": ["A" * 10_000]})
    assert len(finding.message) < 600


PLACEHOLDERS = [
    {"metadata.links": {"$yaml": "./links.yaml"}},
    {"metadata.title": {"$text": "./title.txt"}},
    {"metadata.labels": {"a": {"$text": "./a.txt"}}},
    {"spec.owner": {"$text": "./owner.txt"}},
    {"spec.dependsOn": [{"$text": "./a.txt"}, "resource:db"]},
    of_kind("API", {"type": "openapi", "lifecycle": "p", "owner": "me", "definition": {"$text": "./api.yaml"}}),
    of_kind("Template", {"type": "service", "steps": [{"$yaml": "./s.yaml"}], "output": {"$yaml": "./o"}}, TEMPLATE_V3),
]


@pytest.mark.parametrize("changes", PLACEHOLDERS, ids=str)
def test_an_unresolved_placeholder_may_stand_for_any_value_when_asked_for(changes: dict[str, Any]) -> None:
    assert findings(changes, placeholders_unresolved=True) == []


def test_a_placeholder_hides_no_other_error() -> None:
    [finding] = findings({"spec.owner": {"$text": "./o"}, "spec.type": 3}, placeholders_unresolved=True)
    assert finding.path == ("spec", "type")


def test_an_unresolved_placeholder_is_an_error_otherwise() -> None:
    [finding] = findings({"spec.owner": {"$text": "./owner.txt"}})
    assert finding.path == ("spec", "owner")


def test_an_object_with_two_keys_is_no_placeholder() -> None:
    [finding] = findings({"spec.owner": {"$text": "a", "b": 1}}, placeholders_unresolved=True)
    assert finding.path == ("spec", "owner")


def test_an_installation_may_allow_longer_names() -> None:
    formats = FieldFormats(name=replace(FieldFormats().name, max_length=100))
    validator = Validator(KindRegistry(), formats)
    assert validator.validate(changed({"metadata.name": "a" * 100})) == []
    [finding] = validator.validate(changed({"metadata.name": "a" * 101}))
    assert "at most 100 characters in total" in finding.message


def test_a_plugin_s_kind_is_checked_by_its_own_schema() -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "required": ["region"]}}}
    environment = KindSpec("Environment", frozenset({"example.com/v1"}), schema)
    validator = Validator(KindRegistry((*BUILTIN_KINDS, environment)))
    assert validator.validate(changed(of_kind("Environment", {"region": "eu"}, "example.com/v1"))) == []
    [finding] = validator.validate(changed(of_kind("Environment", {}, "example.com/v1")))
    assert finding.message.startswith("Validation of Environment entity failed: /spec must have required property")


def test_a_registry_knows_kinds_in_any_case_but_matches_them_exactly() -> None:
    registry = KindRegistry()
    assert [registry.canonical("airesource"), registry.canonical("api"), registry.canonical("zoo")] == [
        "AiResource",
        "API",
        "zoo",
    ]
    assert registry.get("api", "backstage.io/v1alpha1") is None
    assert registry.get("API", "backstage.io/v1beta1") is not None
    assert registry.names() == [spec.kind for spec in BUILTIN_KINDS]
