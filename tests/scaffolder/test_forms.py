"""Parameters become fields, answers become values or errors that a person understands."""

from collections.abc import Iterator
from typing import Any

import pytest

from callboard.yaml12 import YamlError, parse_documents
from scaffolder.forms import (
    Field,
    FieldKind,
    active_fields,
    active_pages,
    apply_defaults,
    coerce,
    format_repo_url,
    item_fields,
    read_form,
    review,
    submitted,
    validate_all,
    validate_page,
    with_defaults,
)
from tests.handlers.real import FILES


def field(schema: dict[str, Any], **page: Any) -> Field:
    (found,) = active_fields(read_form({"properties": {"f": schema}, **page}).pages[0], {})
    return found


def names(schema: dict[str, Any], values: dict[str, Any]) -> list[str]:
    return [f.name for f in active_fields(read_form(schema).pages[0], values)]


def messages(schema: dict[str, Any], values: dict[str, Any]) -> dict[tuple[str | int, ...], str]:
    return {e.path: e.message for e in validate_page(read_form(schema).pages[0], values)}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, FieldKind.TEXT),
        ({}, FieldKind.TEXT),
        ({"type": ["null", "string"]}, FieldKind.TEXT),
        ({"type": "string", "ui:widget": "textarea"}, FieldKind.MULTILINE),
        ({"type": "string", "ui:options": {"multiline": True}}, FieldKind.MULTILINE),
        ({"type": "string", "ui:widget": "password"}, FieldKind.SECRET),
        ({"type": "string", "ui:field": "Secret"}, FieldKind.SECRET),
        ({"type": "string", "ui:widget": "hidden"}, FieldKind.HIDDEN),
        ({"type": "string", "format": "date"}, FieldKind.DATE),
        ({"type": "number"}, FieldKind.NUMBER),
        ({"default": 3}, FieldKind.NUMBER),
        ({"type": "integer"}, FieldKind.INTEGER),
        ({"type": "boolean"}, FieldKind.BOOLEAN),
        ({"type": "boolean", "ui:widget": "radio"}, FieldKind.RADIO),
        ({"type": "string", "enum": ["a"]}, FieldKind.SELECT),
        ({"type": "string", "enum": ["a"], "ui:widget": "radio"}, FieldKind.RADIO),
        ({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}, FieldKind.SELECT),
        ({"type": "array", "items": {"type": "string", "enum": ["a"]}}, FieldKind.MULTI_SELECT),
        ({"type": "array", "items": {"enum": ["a"]}, "ui:widget": "checkboxes"}, FieldKind.CHECKBOXES),
        ({"type": "array", "items": {"type": "string"}}, FieldKind.STRINGS),
        ({"type": "array"}, FieldKind.STRINGS),
        ({"type": "array", "items": {"type": "object", "properties": {"a": {}}}}, FieldKind.OBJECTS),
        ({"type": "object", "properties": {"a": {}}}, FieldKind.GROUP),
        ({"type": "string", "ui:field": "EntityPicker"}, FieldKind.ENTITY),
        ({"type": "array", "ui:field": "MultiEntityPicker"}, FieldKind.ENTITIES),
        ({"type": "string", "ui:field": "MyGroupsPicker"}, FieldKind.ENTITY),
        ({"type": "string", "ui:field": "EntityNamePicker"}, FieldKind.ENTITY_NAME),
        ({"type": "array", "ui:field": "EntityTagsPicker"}, FieldKind.TAGS),
        ({"type": "string", "ui:field": "RepoUrlPicker"}, FieldKind.REPO_URL),
        ({"type": "string", "ui:field": "RepoBranchPicker"}, FieldKind.REPO_BRANCH),
        ({"type": "string", "enum": ["a"], "ui:field": "SomethingElse"}, FieldKind.SELECT),
    ],
)
def test_schema_is_asked_for_in_its_kind(schema: dict[str, Any], kind: FieldKind) -> None:
    assert field(schema).kind is kind


def test_unknown_field_says_what_it_does_instead() -> None:
    assert field({"type": "string", "ui:field": "PlanetPicker"}).note == (
        "The field `PlanetPicker` is not known here; enter its value as it is."
    )


def test_choices_carry_their_names() -> None:
    found = field({"type": "integer", "enum": [1, 2, 3], "enumNames": ["One", "Two"]})
    assert [(c.value, c.title) for c in found.choices] == [(1, "One"), (2, "Two"), (3, "3")]


def test_words_around_a_field_are_read_from_either_place() -> None:
    found = field(
        {
            "title": "T",
            "description": "D",
            "ui:help": "H",
            "ui:options": {"placeholder": "P", "rows": 7, "disabled": True},
        }
    )
    assert (found.title, found.description, found.help) == ("T", "D", "H")
    assert (found.placeholder, found.rows, found.disabled) == ("P", 7, True)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["c", "*"], ["c", "a", "b"]),
        (["*", "a"], ["b", "c", "a"]),
        (["b"], ["b", "a", "c"]),
        (["x", "c", "c"], ["c", "a", "b"]),
    ],
)
def test_order_is_kept(order: list[str], expected: list[str]) -> None:
    assert names({"properties": {"a": {}, "b": {}, "c": {}}, "ui:order": order}, {}) == expected


def test_picker_options_are_read() -> None:
    owner = field({"ui:field": "OwnerPicker"}).entity
    assert owner is not None
    assert (owner.filters, owner.default_kind) == (({"kind": ["Group", "User"]},), "Group")
    picker = field({
        "ui:field": "OwnedEntityPicker",
        "ui:options": {"catalogFilter": {"kind": "System"}, "defaultNamespace": False, "allowArbitraryValues": False},
    }).entity  # fmt: skip
    assert picker is not None
    assert picker.filters == ({"kind": "System"},)
    assert (picker.owned_only, picker.default_namespace, picker.allow_arbitrary) == (True, None, False)
    repo = field({"ui:field": "RepoUrlPicker", "ui:options": {
        "allowedHosts": ["h.example"], "requestUserCredentials": {"secretsKey": "TOKEN"},
    }}).repo  # fmt: skip
    assert repo is not None
    assert (repo.hosts, repo.secrets_key) == (("h.example",), "TOKEN")


SWITCH: dict[str, Any] = {
    "properties": {"db": {"type": "string", "enum": ["none", "sql"]}},
    "dependencies": {
        "db": {
            "oneOf": [
                {"properties": {"db": {"enum": ["none"]}}},
                {
                    "properties": {"db": {"enum": ["sql"]}, "size": {"type": "integer", "default": 5}, "ha": {}},
                    "required": ["size"],
                    "dependencies": {"size": {"properties": {"zone": {"type": "string"}}}},
                },
            ]
        },
        "ha": ["zone"],
    },
}
IF: dict[str, Any] = {
    "properties": {"kind": {"enum": ["web", "job"]}},
    "allOf": [
        {
            "if": {"properties": {"kind": {"const": "web"}}, "required": ["kind"]},
            "then": {"properties": {"port": {"type": "integer"}}, "required": ["port"]},
            "else": {"properties": {"cron": {"type": "string"}}},
        }
    ],
}


@pytest.mark.parametrize(
    ("schema", "values", "expected"),
    [
        (SWITCH, {}, ["db"]),
        (SWITCH, {"db": "none"}, ["db"]),
        (SWITCH, {"db": "sql"}, ["db", "size", "ha"]),
        (SWITCH, {"db": "sql", "size": 1}, ["db", "size", "ha", "zone"]),
        (IF, {"kind": "web"}, ["kind", "port"]),
        (IF, {"kind": "job"}, ["kind", "cron"]),
    ],
)
def test_conditions_choose_the_fields(schema: dict[str, Any], values: dict[str, Any], expected: list[str]) -> None:
    assert names(schema, values) == expected


def test_condition_makes_a_field_required() -> None:
    assert messages(SWITCH, {"db": "sql", "ha": True}) == {("zone",): "Enter a value for zone."}
    assert messages(IF, {"kind": "web"}) == {("port",): "Enter a value for port."}


def test_answers_of_fields_that_went_away_are_dropped() -> None:
    form = read_form([SWITCH, {"when": False, "properties": {"never": {}}}])
    values = {"db": "none", "size": "abc", "zone": 5, "never": 1, "entity": "component:default/x"}
    assert validate_all(form, values) == []
    assert submitted(form, values) == {"db": "none", "entity": "component:default/x"}


def test_items_of_a_list_have_their_own_conditions() -> None:
    found = field({"type": "array", "items": SWITCH | {"type": "object"}})
    assert [f.name for f in item_fields(found, {"db": "sql"})] == ["db", "size", "ha"]
    assert [f.name for f in item_fields(found, {})] == ["db"]


def test_condition_sees_the_values_of_other_pages() -> None:
    form = read_form([{"properties": {"kind": {"type": "string"}}}, IF | {"properties": {}}])
    assert [f.name for f in active_fields(form.pages[1], {"kind": "web"})] == ["port"]


@pytest.mark.parametrize(
    ("when", "values", "asked"),
    [
        ({"properties": {"cloud": {"const": "x"}}, "required": ["cloud"]}, {"cloud": "x"}, True),
        ({"properties": {"cloud": {"const": "x"}}, "required": ["cloud"]}, {}, False),
        ("${{ parameters.cloud === 'x' }}", {"cloud": "x"}, True),
        ("${{ parameters.cloud === 'x' }}", {"cloud": "y"}, False),
        (False, {}, False),
    ],
)
def test_page_is_asked_when_its_condition_holds(when: Any, values: dict[str, Any], asked: bool) -> None:  # noqa: FBT001 -- a table's column
    form = read_form([{"properties": {}}, {"when": when, "properties": {"z": {}}, "required": ["z"]}])
    assert (len(active_pages(form, values)) == 2) is asked
    assert bool(validate_all(form, values)) is asked


def test_defaults_follow_the_conditions_they_make_true() -> None:
    parameters = [SWITCH | {"properties": {"db": {"enum": ["none", "sql"], "default": "sql"}}}, {"properties": {
        "group": {"type": "object", "properties": {"a": {"default": 1}, "b": {"type": "string"}}},
        "list": {"type": "array", "default": []}, "given": {"default": "x"},
    }}]  # fmt: skip
    assert apply_defaults(parameters, {"given": "mine", "empty": ""}) == {
        "db": "sql", "size": 5, "group": {"a": 1}, "list": [], "given": "mine",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "string", "minLength": 3}, "a", "Use at least 3 characters; this has 1."),
        ({"type": "string", "maxLength": 1}, "abc", "Use 1 character at most; this has 3."),
        ({"type": "string", "pattern": "^[a-z0-9-]+$"}, "A b", "Lowercase letters, digits and dashes only."),
        ({"type": "string", "pattern": "^[a-z]+$", "ui:help": "Like this: abc"}, "A", "Lowercase letters only."),
        ({"type": "string", "format": "time"}, "noon", "Enter a time such as 14:00:00Z."),
        ({"pattern": "^a$", "errorMessage": {"pattern": "Only a"}}, "b", "Only a"),
        ({"type": "string", "pattern": "^(?=.*x).+$"}, "a", "Doesn't match the pattern ^(?=.*x).+$"),
        ({"type": "integer"}, "abc", "Enter a whole number."),
        ({"type": "number", "minimum": 5}, 4, "Enter 5 or more."),
        ({"type": "number", "exclusiveMaximum": 5}, 5, "Enter less than 5."),
        ({"type": "number", "multipleOf": 5}, 4, "Enter a multiple of 5."),
        (
            {"type": "string", "enum": ["red", "green"]},
            "gren",
            "Choose one of the values offered. Did you mean `green`?",
        ),
        ({"type": "string", "format": "email"}, "x", "Enter an email address such as jane@example.com."),
        ({"type": "string", "format": "date"}, "x", "Enter a date such as 2026-03-31."),
        ({"type": "array", "items": {}, "minItems": 2}, ["a"], "Choose or enter at least 2."),
        ({"type": "array", "items": {}, "uniqueItems": True}, ["a", "a"], "Each value may stand here once only."),
        (
            {"ui:field": "RepoUrlPicker"},
            "h.example?owner=o",
            "Incomplete repository location provided, repo not provided",
        ),
        (
            {"ui:field": "RepoUrlPicker"},
            "h.example?repo=o",
            "Incomplete repository location provided, owner not provided",
        ),
        ({"ui:field": "RepoUrlPicker"}, "?", "Unable to parse the Repository URL"),
        (
            {"ui:field": "RepoUrlPicker", "ui:options": {"allowedOwners": ["acme"]}},
            "h.example?owner=acne&repo=r",
            'The owner "acne" is not allowed here. Did you mean `acme`?',
        ),
    ],
)
def test_wrong_answer_is_told_in_plain_words(schema: dict[str, Any], value: object, message: str) -> None:
    assert messages({"properties": {"f": schema}}, {"f": value}) == {("f",): message}


def test_wrong_answers_inside_lists_and_groups_have_their_path() -> None:
    schema = {"properties": {
        "g": {"type": "object", "required": ["x"], "properties": {"x": {"title": "X"}}},
        "l": {"type": "array", "items": {"type": "object", "required": ["n"], "properties": {"n": {"minLength": 2}}}},
        "s": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}},
    }, "required": ["g"]}  # fmt: skip
    assert messages(schema, {"l": [{"n": "a"}, {}], "s": ["a", "B"]}) == {
        ("g", "x"): "Enter a value for X.",
        ("l", 0, "n"): "Use at least 2 characters; this has 1.",
        ("l", 1, "n"): "Enter a value for n.",
        ("s", 1): "Lowercase letters only.",
    }


def test_answers_that_miss_the_schema_together_are_an_error_of_the_whole() -> None:
    schema = {"properties": {"a": {}, "b": {}}, "not": {"required": ["a", "b"]}}
    assert list(messages(schema, {"a": 1, "b": 2})) == [()]
    assert messages(schema, {"a": 1}) == {}


def test_required_answer_says_what_to_do() -> None:
    schema = {"properties": {"a": {"title": "Name"}, "b": {"enum": [1], "title": "Size"}}, "required": ["a", "b"]}
    assert messages(schema, {"a": ""}) == {("a",): "Enter a value for Name.", ("b",): "Choose a value for Size."}


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|aa)+$", "^(?=(a+)+$)b", r"^(a*)*\1$", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_pattern_that_runs_away_ends(pattern: str) -> None:
    schema = {"properties": {"f": {"pattern": pattern}}, "if": {"properties": {"f": {"pattern": pattern}}}}
    for length in (5_000, 200_000):
        assert ("f",) in messages(schema, {"f": "a" * length + "!"})


def test_broken_schema_is_noted_and_the_rest_works() -> None:
    form = read_form([
        {"properties": {
            "a": {"type": "text", "pattern": "(", "enum": [], "required": True}, "b": None,
            "c": {"$ref": "https://schemas.example/x.json"}, "d": {"type": "string", "maxLength": "9"},
        }, "required": "a"},
        "page",
    ])  # fmt: skip
    assert [f.name for f in active_fields(form.pages[0], {})] == ["a", "b", "c", "d"]
    assert validate_all(form, {"a": "x", "d": "y"}) == []
    notes = "\n".join(form.notes)
    for place in ("properties.a.type", "properties.a.pattern", "properties.c.$ref", "d.maxLength", "parameters[1]"):
        assert place in notes


def test_review_shows_titles_and_masks_secrets() -> None:
    form = read_form([
        {"properties": {
            "color": {"title": "Colour", "enum": ["r"], "enumNames": ["Red"]}, "on": {"type": "boolean", "title": "On"},
            "token": {"title": "Token", "ui:field": "Secret"}, "quiet": {"ui:backstage": {"review": {"show": False}}},
            "masked": {"title": "M", "ui:backstage": {"review": {"mask": "…"}}}, "h": {"ui:widget": "hidden"},
        }},
        {"properties": {
            "g": {"type": "object", "title": "Group", "properties": {"x": {"title": "X", "default": 3}}},
            "l": {"type": "array", "title": "Item", "items": {"type": "object", "properties": {"n": {"title": "N"}}}},
            "tags": {"type": "array", "title": "Tags", "items": {"type": "string"}},
        }},
    ])  # fmt: skip
    values = {"color": "r", "on": False, "token": "s3cr3t", "quiet": "q", "masked": "m", "h": "h",
              "l": [{"n": "a"}, {"n": "b"}], "tags": ["x", "y"]}  # fmt: skip
    assert review(form, values) == [
        ("Colour", "Red"), ("On", "No"), ("Token", "***"), ("M", "…"), ("Group / X", "3"), ("Item 1 / N", "a"),
        ("Item 2 / N", "b"), ("Tags", "x, y"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "integer"}, " 12 ", 12),
        ({"type": "number"}, "1,5", 1.5),
        ({"type": "integer"}, "twelve", "twelve"),
        ({"type": "number"}, "inf", "inf"),
        ({"type": "string"}, " a ", "a"),
        ({"type": "string", "ui:widget": "textarea"}, " a\n", " a\n"),
        ({"type": "array", "items": {"type": "string"}}, "a\n\n b ", ["a", "b"]),
        ({"type": "array", "items": {"type": "integer"}}, "1\n2", [1, 2]),
        ({"type": "boolean"}, "yes", True),
    ],
)
def test_typed_text_becomes_a_value(schema: dict[str, Any], text: str, value: object) -> None:
    assert coerce(field(schema), text) == value


def test_repository_parts_make_an_address() -> None:
    assert format_repo_url({"host": "h", "owner": "a/b", "repo": "r"}) == "h?owner=a/b&repo=r"


@pytest.mark.parametrize(
    "parameters", [None, [], {}, "x", 3, [None], {"properties": []}, {"properties": {"a": {"items": 3}}}]
)
def test_parameters_of_any_shape_yield_a_form(parameters: object) -> None:
    form = read_form(parameters)
    assert validate_all(form, {}) == []
    assert review(form, with_defaults(form, {})) == []


def templates() -> Iterator[Any]:
    for path in FILES:
        for document in parse_documents(path.read_text(encoding="utf-8", errors="replace")):
            if not isinstance(document, YamlError) and isinstance(document.value, dict):
                yield document.value


@pytest.mark.skipif(not FILES, reason="needs a folder of real templates, named by CALLBOARD_REAL")
def test_every_real_template_yields_a_form() -> None:
    forms = [read_form(t["spec"].get("parameters")) for t in templates()
             if t.get("kind") == "Template" and t.get("apiVersion") == "scaffolder.backstage.io/v1beta3"]  # fmt: skip
    assert len(forms) > 50
    for form in forms:
        values = with_defaults(form, {})
        assert all(isinstance(error.message, str) for error in validate_all(form, values))
        assert all(text for _title, text in review(form, values))
