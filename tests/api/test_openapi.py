"""Requests made from our OpenAPI document: none is a defect, and every answer is one that the document describes."""

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import TOKEN

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_SEED = 20


def _try_all(shop: httpx.Client, *, examples: int) -> None:
    """So many generated requests for each operation of the document."""
    schema = schemathesis.openapi.from_dict(shop.get("/openapi.json").json())
    schema.config.base_url = str(shop.base_url)
    operations: Any = schema.get_all_operations()
    for result in operations:

        @seed(_SEED)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=result.ok().as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=_CHECKS)

        ask()


def test_no_generated_request_is_a_defect(shop: httpx.Client) -> None:
    _try_all(shop, examples=3)


@pytest.mark.soak
def test_no_request_of_many_is_a_defect(shop: httpx.Client) -> None:
    _try_all(shop, examples=150)
