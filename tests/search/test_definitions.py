"""What is read out of API definitions: whole ones, half-right ones, and what isn't one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.definitions import file_name, headline, operations

OPENAPI = """openapi: 3.0.3
info:
  title: "Refunds"
  version: 2.1.0
servers:
  - url: https://refunds.example/v2
  - url: https://test.example
paths:
  /refunds:
    get:
      summary: All of them
"""


def test_an_openapi_document_says_what_it_is() -> None:
    found = headline(OPENAPI)
    assert (found.title, found.version) == ("Refunds", "2.1.0")
    assert found.servers == ("https://refunds.example/v2", "https://test.example")
    assert operations(OPENAPI) == [("GET /refunds", "All of them")]


def test_the_same_as_json() -> None:
    text = (
        '{"openapi":"3.0.0","info":{"title":"Refunds","version":2},"servers":[{"url":"https://r.example"}],"paths":{}}'
    )
    assert headline(text).title == "Refunds"
    assert headline(text).version == "2"
    assert headline(text).servers == ("https://r.example",)


def test_servers_of_an_asyncapi_document_are_hosts() -> None:
    found = headline("asyncapi: 3.0.0\ninfo:\n  title: Orders\nservers:\n  prod:\n    host: broker.example:9092\n")
    assert found.servers == ("broker.example:9092",)


def test_a_proto_file_is_called_by_its_package() -> None:
    assert headline('syntax = "proto3";\npackage seats.v1;\n').title == "seats.v1"


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("openapi", OPENAPI, "refunds.yaml"),
        ("openapi", "{}", "refunds.json"),
        ("asyncapi", "asyncapi: 3", "refunds.yaml"),
        ("graphql", "type Query {}", "refunds.graphql"),
        ("grpc", "package x;", "refunds.proto"),
        ("trpc", "router", "refunds.txt"),
    ],
)
def test_a_file_gets_the_ending_that_tools_expect(kind: str, text: str, name: str) -> None:
    assert file_name("refunds", kind, text) == name


@given(st.text(max_size=400))
def test_nothing_that_somebody_writes_breaks_the_reading(text: str) -> None:
    assert headline(text).title is not None
    assert isinstance(operations(text), list)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5), lambda c: st.lists(c) | st.dictionaries(st.text(max_size=8), c)
    )
)
def test_nor_any_json(value: object) -> None:
    import orjson

    text = orjson.dumps({"info": value, "servers": value, "paths": value}).decode()
    assert headline(text) is not None
    assert isinstance(operations(text), list)
