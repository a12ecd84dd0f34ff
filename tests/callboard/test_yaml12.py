"""YAML as catalogs write it: types of 1.2, lines, damage contained, and properties."""

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.yaml12 import YamlDocument, YamlError, parse_documents, parse_one

SLOW_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""How long one example takes says nothing about the code."""

SCALARS = [
    ("yes", "yes"), ("on", "on"), ("No", "No"), ("y", "y"),
    ("true", True), ("False", False), ("null", None), ("~", None),
    ("012", 12), ("0o17", 15), ("0x1F", 31), ("-5", -5), ("+5", 5), ("1_000", "1_000"), ("0b11", "0b11"),
    ("1.5", 1.5), ("1e3", 1000.0), (".5", 0.5), ("1:30", "1:30"), (".inf", None), (".nan", None),
    ("2024-01-02", "2024-01-02"), ("=", "="), ("1.2.3", "1.2.3"), ("'7'", "7"), ('"true"', "true"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_plain_words_have_the_types_of_yaml_1_2(text: str, value: object) -> None:
    read = parse_one(f"a: {text}\n").value["a"]
    assert (value, type(value)) == (read, type(read))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", 2.0**63),
        ("-" + "9" * 30, -1e30),
        ("9" * 500, None),
        ("0x" + "f" * 20, float(16**20)),
        ("0x" + "f" * 400, None),
    ],
)
def test_a_number_past_64_bits_is_a_double_or_nothing(text: str, value: object) -> None:
    read = parse_one(f"a: {text}").value["a"]
    assert (value, type(value)) == (read, type(read))


def test_keys_are_text_whatever_they_look_like() -> None:
    assert parse_one("1: a\ntrue: b\nnull: c\non: d").value == {"1": "a", "true": "b", "null": "c", "on": "d"}


def test_an_unquoted_expression_becomes_a_key_as_npm_s_yaml_reads_it() -> None:
    assert parse_one("a: {{ name }}").value == {"a": {"{ name }": None}}


def test_a_block_at_the_end_keeps_its_newline_even_if_the_file_has_none() -> None:
    assert parse_one("a: |\n  text").value == {"a": "text\n"}


def test_empty_documents_are_skipped_and_the_others_know_their_lines() -> None:
    found = documents("---\n---\na: 1\n---\n\n---\nb: 2\n---\n")
    assert [(d.value, d.line) for d in found] == [({"a": 1}, 3), ({"b": 2}, 7)]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("kind",), 2),
        (("metadata", "name"), 4),
        (("metadata", "tags", 1), 7),
        (("metadata", "tags", 9), 5),
        (("spec", "owner"), 8),
        (("nowhere",), 2),
    ],
)
def test_a_path_leads_to_its_line_or_to_that_of_its_nearest_parent(path: tuple[str | int, ...], line: int) -> None:
    text = "# comment\nkind: A\nmetadata:\n  name: x\n  tags:\n    - a\n    - b\nspec: {owner: me}\n"
    assert line == parse_one(text).line_of(path)


BROKEN = [
    ("a: 1\na: 2", 2, 'duplicate key "a"'),
    ("a:\n\tb: 1", 2, "indented with a tab; YAML wants spaces"),
    ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x", 2, "a git conflict marker was left in the file"),
    ("a: [1, 2", 2, "did not find expected"),
    ("a: &x [*x]", 1, "an alias refers to the value it stands in"),
    ("a: *nothing", 1, "undefined alias"),
    ("a:\n  - !!int x", 2, '"x" is not a value of the type `!!int`'),
    ("a: !!bool ''", 1, '"" is not a value of the type `!!bool`'),
    ("a: \ud800", 1, "half of a character"),
    ("a: b\x00c", 1, "characters that no text file has"),
]


@pytest.mark.parametrize(("text", "line", "message"), BROKEN, ids=[b[2] for b in BROKEN])
def test_a_broken_text_is_an_error_with_its_line(text: str, line: int, message: str) -> None:
    [error] = list(parse_documents(text))
    assert isinstance(error, YamlError)
    assert message in error.message
    assert line == error.line


def test_a_broken_document_costs_only_itself() -> None:
    found = list(parse_documents("a: 1\n---\nb: [\n---\nc: 3\n---\nc: 1\nc: 2\n"))
    assert [d.value if isinstance(d, YamlDocument) else d.line for d in found] == [{"a": 1}, 4, {"c": 3}, 8]


def test_aliases_that_multiply_are_refused_before_they_cost_anything() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    [error] = list(parse_documents("\n".join(lines)))
    assert isinstance(error, YamlError)
    assert "aliases expand to more values" in error.message


def test_an_alias_used_twice_is_two_equal_values() -> None:
    assert parse_one("a: &x {k: 1}\nb: *x").value == {"a": {"k": 1}, "b": {"k": 1}}


@pytest.mark.parametrize("text", ["[" * 5000, "a: " + "{b: " * 3000, "- " * 3000])
def test_deep_nesting_is_an_error_of_the_file(text: str) -> None:
    assert all(isinstance(found, YamlError) for found in parse_documents(text))


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a: 1\n---\nb: 2", 2)])
def test_one_document_means_exactly_one(text: str, count: int) -> None:
    with pytest.raises(YamlError, match=f"expected one YAML document, found {count}"):
        parse_one(text)


def documents(text: str) -> list[YamlDocument]:
    found = list(parse_documents(text))
    assert all(isinstance(d, YamlDocument) for d in found)
    return [d for d in found if isinstance(d, YamlDocument)]


def outcome(text: str) -> list[Any]:
    """What a text says, comparable."""
    return [
        ("error", d.line, d.message) if isinstance(d, YamlError) else ("document", d.line, json.dumps(d.value))
        for d in parse_documents(text, max_nodes=10_000)
    ]


PIECES = (
    "a", "b: ", "- ", "\n", "  ", "---", "---\n", "[", "]", "{", "}", ", ", ": ", "|", ">", "&x ", "*x", "'", '"', "#",
    "\t", "\r", "\x00", "é", "\ud800", "%YAML 1.1\n", "...", "? ", "1", ".inf", "~", "<<: ", "!", "!!int ", "!!bool ",
)  # fmt: skip
YAMLISH = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@SLOW_MACHINE
@given(st.text(max_size=200) | YAMLISH)
def test_any_text_gives_json_or_errors_with_a_line_of_it(text: str) -> None:
    lines = text.count("\n") + text.count("\r") + 2
    for found in parse_documents(text, max_nodes=10_000):
        assert 1 <= found.line <= lines
        if isinstance(found, YamlDocument):
            json.dumps(found.value, allow_nan=False)


@SLOW_MACHINE
@given(YAMLISH)
def test_a_text_reads_the_same_each_time(text: str) -> None:
    assert outcome(text) == outcome(text)


TEXT = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=20)
"""JSON writes what is beyond as two escapes, and libyaml refuses each half."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    if isinstance(one, int) and isinstance(other, float):
        one = float(one)
    if isinstance(one, float) and not isinstance(other, str):
        return math.isclose(one, other, rel_tol=1e-12)
    if isinstance(one, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    return bool(one == other)


@SLOW_MACHINE
@given(JSON.filter(lambda value: value is not None))
def test_json_is_read_as_what_it_says(value: object) -> None:
    text = json.dumps(value)
    assert same(value, parse_one(text).value)


PLAIN = st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)


@SLOW_MACHINE
@given(st.dictionaries(PLAIN, JSON, min_size=1, max_size=3))
def test_what_a_yaml_writer_wrote_is_read_back(value: dict[str, Any]) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    assert value.keys() == parse_one(text).value.keys()
