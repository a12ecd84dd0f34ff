"""Refs in text form: group B of the conformance list, and properties."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.errors import FormatError, InputError
from callboard.refs import EntityRef, LocationRef, entity_ref_from_parts, parse_entity_ref, parse_location_ref

SLOW_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""How long one example takes says nothing about the code."""

PARSED = [
    ("B1", "component:default/foo", {}, ("component", "default", "foo")),
    ("B3", "foo", {"default_kind": "Group"}, ("Group", "default", "foo")),
    ("B4", "ns/foo", {"default_kind": "Group"}, ("Group", "ns", "foo")),
    ("B5", "Component:foo", {}, ("Component", "default", "foo")),
    ("B6", "foo", {"default_kind": "K", "default_namespace": "n"}, ("K", "n", "foo")),
    ("B7", "a:b:c", {}, ("a", "default", "b:c")),
    ("B8", "a:b/c:d/e", {}, ("a", "b", "c:d/e")),
    ("B9", "a/b/c", {"default_kind": "Group"}, ("Group", "a", "b/c")),
    ("B10", "ns/x:y", {"default_kind": "Group"}, ("Group", "ns", "x:y")),
]


@pytest.mark.parametrize(("number", "text", "defaults", "parts"), PARSED, ids=[p[0] for p in PARSED])
def test_a_ref_is_split_as_backstage_splits_it(
    number: str, text: str, defaults: dict[str, Any], parts: tuple[str, str, str]
) -> None:
    assert EntityRef(*parts) == parse_entity_ref(text, **defaults), number


REFUSED = [
    ("B2", "foo", InputError, 'Entity reference "foo" had missing or empty kind'),
    ("B10", "ns/x:y", InputError, 'Entity reference "ns/x:y" had missing or empty kind'),
    ("B11", "", InputError, "Entity reference must not be empty"),
    *(
        ("B12", text, FormatError, f'Entity reference "{text}" was not on the form [<kind>:][<namespace>/]<name>')
        for text in (":foo", "foo:", "/foo", "foo/", "component:/foo", "component:ns/")
    ),
]


@pytest.mark.parametrize(("number", "text", "error", "message"), REFUSED, ids=[f"{r[0]} {r[1]}" for r in REFUSED])
def test_a_text_that_is_no_ref_is_refused(number: str, text: str, error: type[InputError], message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_entity_ref(text)
    assert (type(caught.value), caught.value.message[: len(message)]) == (error, message), number


def test_a_ref_in_object_form_gets_the_default_namespace() -> None:
    assert entity_ref_from_parts("X", "y") == EntityRef("X", "default", "y")  # B13


def test_an_empty_part_of_a_ref_in_object_form_is_named() -> None:
    with pytest.raises(InputError, match="had missing or empty namespace"):  # B14
        entity_ref_from_parts("X", "y", "")


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        (EntityRef("Component", "default", "FOO"), "component:default/foo"),  # B15
        (EntityRef("Component", "Bar", "Foo"), "component:bar/foo"),  # B16
    ],
)
def test_a_ref_is_written_in_full_and_lower_case(ref: EntityRef, text: str) -> None:
    assert text == str(ref)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("url:https://x/y", LocationRef("url", "https://x/y")),  # B17
        ("url: https://x ", LocationRef("url", "https://x")),  # B18
        ("github:https://x", LocationRef("github", "https://x")),  # B22
        ("file:./a.yaml", LocationRef("file", "./a.yaml")),
    ],
)
def test_a_location_ref_is_split_at_its_first_colon(text: str, expected: LocationRef) -> None:
    assert expected == parse_location_ref(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("https://x/y", "Invalid location ref 'https://x/y', please prefix it with 'url:', e.g. 'url:https://x/y'"),
        *(
            (text, f"Unable to parse location ref '{text}', expected '<type>:<target>'")
            for text in ("url:", "nope", ":x", "")
        ),
        ("url:javascript:alert(1)", "Invalid location ref 'url:javascript:alert(1)', target is a javascript: URL"),
        ("url: java\tscript:alert(1)", "Invalid location ref 'url: java\tscript:alert(1)', target is a javascript:"),
    ],
)
def test_a_text_that_is_no_location_ref_is_refused(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:  # B19, B20, B21
        parse_location_ref(text)
    assert caught.value.message.startswith(message)


NAMES = st.from_regex(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?", fullmatch=True)


@SLOW_MACHINE
@given(st.text(max_size=40), st.none() | st.just("Group"))
def test_any_text_is_a_ref_or_refused_in_words(text: str, default_kind: str | None) -> None:
    try:
        ref, said = parse_entity_ref(text, default_kind=default_kind), ""
    except InputError as error:
        ref, said = None, error.message
    assert said.startswith("Entity reference") if ref is None else all((ref.kind, ref.namespace, ref.name))


@SLOW_MACHINE
@given(NAMES, NAMES, NAMES)
def test_a_printed_ref_reads_back_as_itself(kind: str, namespace: str, name: str) -> None:
    printed = str(EntityRef(kind, namespace, name))
    assert printed == str(parse_entity_ref(printed))
    assert EntityRef.from_full(printed) == parse_entity_ref(printed)


@SLOW_MACHINE
@given(NAMES, NAMES, NAMES)
def test_what_a_ref_leaves_out_comes_from_the_defaults(kind: str, namespace: str, name: str) -> None:
    full = EntityRef(kind, namespace, name)
    assert full == parse_entity_ref(f"{namespace}/{name}", default_kind=kind)
    assert full == parse_entity_ref(name, default_kind=kind, default_namespace=namespace)


@SLOW_MACHINE
@given(st.text(max_size=40))
def test_any_text_is_a_location_ref_or_refused_in_words(text: str) -> None:
    try:
        location, said = parse_location_ref(text), ""
    except FormatError as error:
        location, said = None, error.message
    assert "location ref" in said if location is None else location == parse_location_ref(str(location))
