"""Whatever is asked, both query languages answer, and agree with a plain reading of the documents."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.db import Database, open_database
from callboard.errors import InputError
from catalog.ingest.fields import flatten
from catalog.queries import cursors, output, predicates
from catalog.queries.cursors import FullText, OrderBy
from catalog.queries.filters import parse_filters
from catalog.queries.listing import EntityQuery, matching_ids, page_of
from catalog.queries.predicates import AllOf, AnyOf, Exists, HasPrefix, Matches, Negation, Predicate, Related
from tests.catalog.petstore import LIBRARIES, SHOP
from tests.conftest import catalog_of, create_schema

_KEYS = st.sampled_from(
    ["kind", "metadata.name", "metadata.namespace", "spec.type", "spec.lifecycle", "metadata.tags", "spec.x.b", "nokey"]
)
_VALUES = st.sampled_from(["component", "api", "default", "ns1", "library", "java", "petstore", "deprecated", "c", ""])
_LEAVES = st.one_of(
    st.builds(Matches, _KEYS, st.lists(_VALUES, max_size=12, unique=True).map(tuple)),
    st.builds(Exists, _KEYS),
    st.builds(HasPrefix, _KEYS, _VALUES),
)
_PREDICATES: st.SearchStrategy[Predicate] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Negation, inner),
    ),
    max_leaves=8,
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def _encoded(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


_SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder: Path = tmp_path_factory.mktemp("properties")
    database = open_database(f"sqlite:///{folder / 'shop.db'}")
    create_schema(database)
    for name, text in (("shop", SHOP), ("libraries", LIBRARIES)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    catalog_of(database, folder / "shop.yaml", folder / "libraries.yaml").sync_locations()
    yield database
    database.dispose()


def _holds(predicate: Predicate, fields: set[tuple[str, str]]) -> bool:
    match predicate:
        case AllOf(parts):
            return all(_holds(p, fields) for p in parts)
        case AnyOf(parts):
            return any(_holds(p, fields) for p in parts)
        case Negation(part):
            return not _holds(part, fields)
        case Matches(key, values):
            return any((key, v) in fields for v in values)
        case Exists(key):
            return any(k == key for k, _v in fields)
        case HasPrefix(key, prefix):
            return any(k == key and v.startswith(prefix) for k, v in fields)
        case Related():
            raise AssertionError("not generated here")


def _fields(document: Any) -> set[tuple[str, str]]:
    metadata = document["metadata"]
    found = {(key, value) for key, value, _original in flatten(document)}
    return found | {
        ("kind", document["kind"].lower()),
        ("metadata.name", metadata["name"].lower()),
        ("metadata.namespace", metadata["namespace"]),
    }


@_SETTINGS
@given(predicate=_PREDICATES)
def test_a_predicate_finds_what_reading_every_document_finds(shop: Database, predicate: Predicate) -> None:
    with shop.read() as connection:
        rows = output.by_ids(connection, matching_ids(connection, EntityQuery()))
        found = set(matching_ids(connection, EntityQuery(predicate)))
    assert {i for i, row in rows.items() if _holds(predicate, _fields(orjson.loads(row.document)))} == found


@_SETTINGS
@given(predicate=_PREDICATES)
def test_a_predicate_survives_being_written_down(predicate: Predicate) -> None:
    written = predicates.to_json(predicate)
    assert predicates.to_json(predicates.from_json(written)) == predicates.to_json(
        predicates.from_json(orjson.loads(orjson.dumps(written)))
    )


@_SETTINGS
@given(texts=st.lists(st.text(), max_size=3), term=st.text(max_size=5), limit=st.integers(0, 3))
def test_any_filter_and_any_term_is_answered(shop: Database, texts: list[str], term: str, limit: int) -> None:
    query = EntityQuery(parse_filters(texts), OrderBy("metadata.name"), FullText(term), limit)
    with shop.read() as connection:
        page = page_of(connection, query)
    assert len(page.items) <= min(limit, page.total)


@_SETTINGS
@given(value=_JSON)
def test_any_json_is_a_query_or_refused(shop: Database, value: Any) -> None:
    refusal = ""
    try:
        predicate = predicates.from_json(value)
    except InputError as error:
        refusal = error.message
    if refusal:
        assert refusal.startswith(("Invalid query", "request/body/query"))
        return
    with shop.read() as connection:
        assert page_of(connection, EntityQuery(predicate)).total <= 13


@_SETTINGS
@given(text=st.text() | st.binary().map(lambda b: b.decode("latin-1")) | _JSON.map(_encoded))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    refusal = ""
    try:
        assert cursors.decode(text).entity_id >= 0
    except InputError as error:
        refusal = error.message
    assert not refusal or refusal.startswith("Malformed cursor: ")
