"""Every kind of field as an input, and what was entered back as a value."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks import forms
from scaffolder.forms import FieldError, format_repo_url
from tests.blocks.forms_kit import drawn_and_read, entered, fields_of, problems, sent

words = st.text(string.ascii_letters + "äß€ -_.", min_size=1, max_size=20).map(str.strip).filter(bool)
numbers = st.integers(-(10**12), 10**12)
enums = st.lists(
    st.one_of(words, numbers, st.booleans(), st.text(max_size=400).filter(bool)),
    min_size=1, max_size=130, unique_by=lambda v: (type(v) is bool, v),
)  # fmt: skip
refs = st.builds("component:default/{}".format, st.text(string.ascii_lowercase, min_size=1, max_size=180))
decimals = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3)).filter(lambda x: not x.is_integer())


@st.composite
def chosen(draw: st.DrawFn) -> tuple[dict[str, Any], Any]:
    values = draw(enums)
    widget = draw(st.sampled_from(["radio", "select", "checkboxes"]))
    if widget == "checkboxes" or draw(st.booleans()):
        some = draw(
            st.lists(st.sampled_from(range(len(values))), min_size=1, max_size=min(99, len(values)), unique=True)
        )
        schema = {"type": "array", "items": {"enum": values}, "ui:widget": widget}
        return schema, [values[i] for i in sorted(some)]
    return {"enum": values, "ui:widget": widget}, draw(st.sampled_from(values))


SIMPLE: dict[str, tuple[dict[str, Any], st.SearchStrategy[Any]]] = {
    "text": ({"type": "string"}, words),
    "long text": ({"type": "string", "ui:widget": "textarea"}, st.text(min_size=1, max_size=5_000).filter(str.strip)),
    "whole number": ({"type": "integer"}, numbers),
    "number": ({"type": "number"}, st.one_of(numbers, decimals)),
    "yes or no": ({"type": "boolean"}, st.booleans()),
    "yes or no as radio": ({"type": "boolean", "ui:widget": "radio"}, st.booleans()),
    "date": ({"type": "string", "format": "date"}, st.dates().map(str)),
    "texts": ({"type": "array", "items": {"type": "string"}}, st.lists(st.text(min_size=1, max_size=30), min_size=1)),
    "numbers": ({"type": "array", "items": {"type": "integer"}}, st.lists(numbers, min_size=1, max_size=9)),
    "object": ({"type": "object"}, st.dictionaries(words, st.one_of(words, numbers), min_size=1, max_size=5)),
    "entity": ({"type": "string", "ui:field": "EntityPicker"}, refs),
    "entities": (
        {"type": "array", "ui:field": "MultiEntityPicker"}, st.lists(refs, min_size=1, max_size=20, unique=True),
    ),
    "tags": (
        {"type": "array", "ui:field": "EntityTagsPicker"}, st.lists(words, min_size=1, max_size=9, unique=True),
    ),
    "name": ({"type": "string", "ui:field": "EntityNamePicker"}, words),
    "branch": ({"type": "string", "ui:field": "RepoBranchPicker"}, words),
    "hidden": ({"type": "string", "ui:widget": "hidden"}, words),
    "disabled": ({"type": "string", "ui:disabled": True}, words),
    "not known here": ({"type": "string", "ui:field": "OurOwnPicker"}, words),
    "not known here, a list": ({"type": "array", "ui:field": "OurOwnList"}, st.lists(words, min_size=1, max_size=9)),
}  # fmt: skip


@pytest.mark.parametrize("kind", SIMPLE)
@given(data=st.data())
def test_a_field_gives_back_the_value_that_it_was_drawn_with(kind: str, data: st.DataObject) -> None:
    schema, strategy = SIMPLE[kind]
    value = data.draw(strategy)
    page = {"properties": {"f": schema}, "required": data.draw(st.sampled_from([["f"], []]))}
    known: dict[str, str] = {}

    fields = fields_of(page, {"f": value})
    blocks = forms.draw(fields, {"f": value})
    known |= {forms.short_ref(v): v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)}
    assert forms.read(fields, sent(blocks), {"f": value}, lambda v: known.get(v, v)) == {"f": value}
    assert problems(blocks) == []


@given(chosen())
def test_a_choice_travels_as_its_index_whatever_it_is(pair: tuple[dict[str, Any], Any]) -> None:
    schema, value = pair
    page = {"properties": {"f": schema}}

    back = drawn_and_read(page, {"f": value})

    assert back == {"f": value}
    assert [type(v) for v in _list(back["f"])] == [type(v) for v in _list(value)]
    assert problems(forms.draw(fields_of(page), {"f": value})) == []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


hosts = st.lists(st.sampled_from(["github.com", "git.example.com", "local"]), unique=True, max_size=3)


@given(hosts, st.lists(words.map(str.lower), unique=True, max_size=3), words, words)
def test_a_repository_is_put_together_from_its_parts(
    allowed: list[str], owners: list[str], owner: str, repo: str
) -> None:
    options = {"allowedHosts": allowed, "allowedOwners": owners}
    page = {"properties": {"f": {"type": "string", "ui:field": "RepoUrlPicker", "ui:options": options}}}
    fields = fields_of(page)
    host, owner = (allowed or ["github.com"])[-1], (owners or [owner])[-1]
    value = format_repo_url({"host": host, "owner": owner, "repo": repo})

    assert forms.read(fields, sent(forms.draw(fields, {"f": value})), {"f": value}) == {"f": value}
    assert forms.read(fields, sent(forms.draw(fields, {})), {}) == {}
    assert problems(forms.draw(fields, {"f": value})) == []


property_names = st.text(string.ascii_letters + "/~#.- ", min_size=1, max_size=80)


@pytest.mark.parametrize("nested", [False, True])
@given(kinds=st.dictionaries(property_names, st.sampled_from(sorted(SIMPLE)), min_size=1, max_size=40))
def test_any_page_is_within_slacks_limits_and_its_ids_are_its_own(*, nested: bool, kinds: dict[str, str]) -> None:
    inner = {"properties": {name: SIMPLE[kind][0] for name, kind in kinds.items()}}
    page = {"properties": {"group": {"type": "object", "title": "Group", **inner}}} if nested else inner
    portions = forms.parts_of(forms.units(fields_of(page), {}))

    for portion in portions:
        assert problems([b for unit in portion for b in unit.blocks]) == []


def test_a_page_of_two_hundred_fields_takes_three_modals() -> None:
    page = {"properties": {f"f{n}": {"type": "string"} for n in range(200)}}
    portions = forms.parts_of(forms.units(fields_of(page), {}))

    assert [len(p) for p in portions] == [88, 88, 24]


def test_more_than_ten_radios_become_a_menu_and_more_than_a_hundred_a_search() -> None:
    def kind(count: int, widget: str, **more: Any) -> str:
        schema = {"enum": [f"v{i}" for i in range(count)]}
        items = {"type": "array", "items": schema} if widget == "checkboxes" else schema
        (block,) = forms.draw(fields_of({"properties": {"f": {**items, "ui:widget": widget, **more}}}), {})
        return str(block["element"]["type"])

    assert [kind(n, "radio") for n in (10, 11, 101)] == ["radio_buttons", "static_select", "external_select"]
    assert [kind(n, "checkboxes") for n in (10, 11, 101)] == [
        "checkboxes", "multi_static_select", "multi_external_select",
    ]  # fmt: skip


def test_a_value_longer_than_an_input_stays_unless_something_is_entered() -> None:
    page = {"properties": {"f": {"type": "string", "ui:widget": "textarea"}}}
    values = {"f": "x" * 3_001}
    fields = fields_of(page)
    state = sent(forms.draw(fields, values))

    assert forms.read(fields, state, values) == values
    assert forms.read(fields, entered(state, ("f",), value="short"), values) == {"f": "short"}


def test_an_emptied_field_is_left_out_and_what_was_not_asked_stays() -> None:
    page = {"properties": {"a": {"type": "string"}, "b": {"type": "string", "ui:widget": "hidden"}}}
    fields = fields_of(page)
    state = entered(sent(forms.draw(fields, {"a": "x"})), ("a",), value=None)

    assert forms.read(fields, state, {"a": "x", "b": "kept", "other": 1}) == {"b": "kept", "other": 1}
    assert forms.read(fields, {}, {"a": "x"}) == {"a": "x"}


def test_an_emptied_group_goes_with_its_last_value() -> None:
    page = {"properties": {"g": {"type": "object", "properties": {"a": {"type": "string"}}}}}
    fields = fields_of(page)
    state = entered(sent(forms.draw(fields, {"g": {"a": "x"}})), ("g", "a"), value=None)

    assert forms.read(fields, state, {"g": {"a": "x"}}) == {}


def test_what_cant_be_read_stays_text_for_the_check_to_explain() -> None:
    page = {"properties": {"o": {"type": "object"}}}
    fields = fields_of(page)
    state = entered(sent(forms.draw(fields, {})), ("o",), value="{not json")

    assert forms.read(fields, state, {}) == {"o": "{not json"}


def test_a_secret_is_never_an_input_of_the_form() -> None:
    page = {"properties": {"s": {"type": "string", "ui:field": "Secret", "title": "Token"}}, "required": ["s"]}
    blocks = forms.draw(fields_of(page), {})

    assert [b["type"] for b in blocks] == ["section"]
    assert forms.read(fields_of(page), sent(blocks), {}) == {"s": "********"}


def test_a_list_of_objects_shows_its_items_and_what_can_be_done_with_them() -> None:
    item = {"type": "object", "properties": {"name": {"type": "string", "title": "Name"}}}
    page = {"properties": {"l": {"type": "array", "title": "List", "items": item, "maxItems": 2}}}
    one = forms.draw(fields_of(page), {"l": [{"name": "<!channel>"}]})
    two = forms.draw(fields_of(page), {"l": [{"name": "a"}, {"name": "b"}]})

    assert "1. Name: &lt;!channel&gt;" in one[1]["text"]["text"]
    assert [b["block_id"] for b in one[1:]] == ["f:l/0#item", "f:l#add"]
    assert [b["block_id"] for b in two[1:]] == ["f:l/0#item", "f:l/1#item"]
    assert problems(one) == []


ERRORS: list[tuple[dict[str, Any], dict[str, Any], tuple[str | int, ...], dict[str, str]]] = [
    ({"f": {"type": "string"}}, {}, ("f",), {"f:f": "wrong"}),
    ({"g": {"type": "object", "properties": {"a": {"type": "string"}}}}, {}, ("g", "a"), {"f:g/a": "wrong"}),
    ({"f": {"type": "array", "items": {"type": "string"}}}, {}, ("f", 1), {"f:f": "2: wrong"}),
    ({"f": {"type": "string", "ui:field": "RepoUrlPicker"}}, {}, ("f",), {"f:f#repo": "wrong"}),
    ({"f": {"type": "string", "ui:disabled": True}}, {}, ("f",), {}),
    ({"f": {"type": "string"}}, {}, (), {}),
]


@pytest.mark.parametrize(("properties", "values", "path", "expected"), ERRORS)
def test_an_error_stands_beside_the_input_that_it_is_about(
    properties: dict[str, Any], values: dict[str, Any], path: tuple[str | int, ...], expected: dict[str, str]
) -> None:
    fields = fields_of({"properties": properties})
    state = sent(forms.draw(fields, values))

    beside, others = forms.errors_by_block(fields, [FieldError(path, "wrong")], state)

    assert beside == expected
    assert len(others) == (not expected)


PUT: list[tuple[dict[str, Any], tuple[str | int, ...], Any, dict[str, Any]]] = [
    ({}, ("a", "b"), 1, {"a": {"b": 1}}),
    ({"a": {"b": 1}}, ("a", "b"), None, {}),
    ({"a": 1}, ("b", "c"), None, {"a": 1}),
    ({}, ("l", 0, "n"), "x", {"l": [{"n": "x"}]}),
    ({"l": [{"n": "x"}]}, ("l", 1, "n"), "y", {"l": [{"n": "x"}, {"n": "y"}]}),
    ({"l": [1, 2, 3]}, ("l", 1), None, {"l": [1, 3]}),
]


@pytest.mark.parametrize(("values", "path", "value", "expected"), PUT)
def test_a_value_is_put_where_its_path_leads(
    values: dict[str, Any], path: tuple[str | int, ...], value: Any, expected: dict[str, Any]
) -> None:
    assert forms.put(values, path, value) == expected
