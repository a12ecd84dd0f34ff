"""Every metric has its place in the docs, and the docs name no other."""

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from api.app import ApiServices, create_app
from api.metrics import AnswerMetrics, SlackMetrics
from callboard.db import Database
from tests.catalog.petstore import SHOP
from tests.conftest import LoadCatalog

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


@pytest.fixture
def exported(sqlite_database: Database, load_catalog: LoadCatalog) -> set[str]:
    catalog = load_catalog(sqlite_database, SHOP)
    registry = CollectorRegistry()
    app = create_app(ApiServices(sqlite_database, catalog, catalog.config, "1", metrics=registry))
    app.build_middleware_stack()  # what counts requests is made with it
    registry.register(AnswerMetrics(lambda: {"owner": 3}))
    registry.register(SlackMetrics(lambda: {"views.open": 2.5}))
    lines = generate_latest(registry).decode().splitlines()
    return {line.split()[2] for line in lines if line.startswith("# TYPE callboard_")}


def test_the_page_names_what_is_exported(exported: set[str]) -> None:
    assert "callboard_answers_total" in exported
    assert set(re.findall(r"^\| `(callboard_\w+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)) == exported
